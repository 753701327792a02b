"""Who may decide, speak, promise and close: the authority of a role, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from crisis.core import commands as c
from tests.unit.core.story import Story, words

ACTS: dict[str, Callable[[Story], c.Body]] = {
    "close": lambda _: c.CloseIncident(),
    "commit": lambda story: c.MakePromise(
        promise_id="p1", audience="people-on-site", due_at=story.now + timedelta(hours=1),
        words=words("lift"),
    ),
    "decide": lambda _: c.ChooseOption(step="who-leaves", option="floor"),
    "send": lambda _: c.Say(words=words("The lift is shut.")),
}  # fmt: skip
CHOICE = {
    "decide": {"fr": "Qui sort ?", "en": "Who leaves?"}, "by": "lead", "within": "1h",
    "options": {"floor": {"fr": "L'étage.", "en": "The floor."},
                "all": {"fr": "Tous.", "en": "All."}},
    "otherwise": "floor",
}  # fmt: skip


@pytest.mark.parametrize("authority", ACTS)
def test_deciding_speaking_promising_and_closing_belong_to_who_may(authority: str) -> None:
    """Somebody who holds no role is told that it takes one; the lead does the same."""
    story = Story("flood", edits={"steps/who-leaves": CHOICE})
    story.report()
    story.accept()
    if authority == "close":
        story.does(c.DeclarePhase(phase="normal"), override=words("it is over"))
    body = ACTS[authority](story)
    refusal = story.refused(body, "nobody-in-particular")
    assert refusal.overridable
    assert "override" in refusal.words["en"].lower()
    story.does(body, override=words("left for the review") if authority == "close" else None)
