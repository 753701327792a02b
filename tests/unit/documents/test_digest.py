"""The activity report of a month, as it is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crisis.core.digest import Digest
from crisis.core.objectives import Result
from crisis.documents.digest import COUNTED, Entry, markdown, report

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
CRISIS = Digest(
    sort="crisis", began_at=AT, over_at=AT + timedelta(hours=4), severity="S2",
    first=Result(kept=7, of=8), slowest=840, promises=Result(kept=9, of=9), avoidable="partly",
    actions=Result(kept=1, of=3), changed=1, informed=Result(kept=4, of=5),
)  # fmt: skip
ENTRY = Entry(
    incident="i-1", title={"fr": "Inondation", "en": "Flood"}, site={"fr": "Siège", "en": "HQ"},
    zone="Europe/Paris", digest=CRISIS, paragraph={"fr": "Sec.", "en": "Dry."},
)  # fmt: skip


def test_the_month_is_summed_up_and_each_crisis_told() -> None:
    """How long, how fast people were told, promises, what was learned, and a paragraph to print."""
    none: dict[str, Any] = dict.fromkeys(COUNTED, Result())
    drill = replace(CRISIS, sort="exercise", over_at=None, avoidable=None, changed=0, slowest=None,
                    **none)  # fmt: skip
    found = report((2026, 11), [ENTRY, replace(ENTRY, digest=drill, paragraph={})], {})
    english, french = ("\n".join(markdown(found, one)) for one in ("en", "fr"))
    assert english.splitlines()[0] == "# Activity report: November 2026"
    assert "- Crises: 1" in english
    assert "- Exercises: 1" in english
    assert english.index("First word in time: 7 of 8") < english.index("## Flood, HQ (S2)")
    for line in (
        "From Monday 23 November at 14:05 until 18:05 (4 h)",
        "The last audience was told within 14 min",
        "Promises kept: 9 of 9", "Actions done: 1 of 3",
        "Say that they were kept well informed: 4 of 5",
        "Review: it could have been avoided in part", "Playbooks changed, or to be changed: 1",
    ):  # fmt: skip
        assert f"\n- {line}\n" in english.split("## Flood")[1]
    assert "\n> Dry." in english
    assert english.endswith("## EXERCISE – Flood, HQ (S2)\n\n"
                            "- Since Monday 23 November at 14:05, still under way")  # fmt: skip
    assert "Du lundi 23 novembre à 14h05 jusqu'à 18h05 (4 h)" in french
    assert french.count("\n") == english.count("\n")


def test_how_people_were_informed_is_told_month_by_month() -> None:
    """The oldest first; a month in which nobody answered is not told, nor the list without any."""
    said = {(2026, 2): Result(kept=2, of=3), (2025, 12): Result(kept=1, of=4), (2026, 1): Result()}
    english = "\n".join(markdown(report((2026, 2), [], said), "en"))
    assert english.endswith(
        "## How people were kept informed, month by month\n\n"
        "- December 2025: 1 of 4 say that they were kept well informed\n"
        "- February 2026: 2 of 3 say that they were kept well informed"
    )
    assert "month by month" not in "\n".join(markdown(report((2026, 2), [], {}), "en"))
