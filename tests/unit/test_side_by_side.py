"""Several crises at once: each brief names the others, and one look shows all that is wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from crisis.core.commands import ChooseOption
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.values import Text
from crisis.facts import Beside
from crisis.ports import StreamRow, View
from tests.unit.core.story import Story, pinned, words

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def row(name: str, **more: Any) -> StreamRow:
    """The row of an incident that is open."""
    given: dict[str, Any] = {"stream_id": name, "key": name, "exercise": False, "parked": None}
    return cast("StreamRow", SimpleNamespace(**given | more))


def crisis(name: str, **more: Any) -> Incident:
    """An incident as it stands."""
    given: dict[str, Any] = {
        "id": name, "key": name, "exercise": False, "kind": "fire", "playbook": "fire",
        "playbook_digest": "d", "site": "hq", "building": None, "place": None,
        "by_machine": False, "observed_at": AT, "opened_at": AT, "severity": "S1",
        "danger": "no", "hours": "office", "last_at": AT, "next_brief_at": AT,
    }  # fmt: skip
    return Incident(**given | more)


def others(*rows: StreamRow, look: Any = None) -> Beside:
    """The other crises beside i-1."""
    seen = cast("View", SimpleNamespace(streams=lambda *_, **__: rows))
    at_hand = pinned("fire")

    def found(one: StreamRow) -> tuple[Incident, Pinned] | None:
        return crisis(one.stream_id), at_hand

    return Beside(seen, mine="i-1", exercise=False, look=look or found)


def test_a_brief_names_the_other_open_crises() -> None:
    """G9: not this one, not a closed one, not one set aside, not an exercise."""
    beside = others(
        row("i-1"), row("i-2"), row("i-3", key=None), row("i-4", parked="a fault"),
        row("i-5", exercise=True),
    )  # fmt: skip
    (one,) = beside()

    assert (one.id, one.title, one.severity) == ("i-2", pinned("fire").in_force({}).title, "S1")
    assert beside.seen == ["i-2"]


def test_one_that_is_over_or_cannot_be_read_is_not_named() -> None:
    """G13: what cannot be read stops no brief of another."""
    at_hand = pinned("fire")
    found = {"i-2": (crisis("i-2", phase="normal"), at_hand), "i-3": None}

    assert others(row("i-2"), row("i-3"), look=lambda one: found[one.stream_id])() == ()


def test_what_is_decided_is_wanted_no_more() -> None:
    """The directorate sees what waits, in every crisis, until it is decided."""
    from crisis.core.decide.briefs import decisions_wanted

    story = Story("flood")
    story.report()
    story.accept()
    playbook = story.pinned.in_force(story.incident.situation)
    (told,) = decisions_wanted(story.incident, playbook, story.pinned)
    assert told.due_at == story.now + timedelta(minutes=10)
    assert isinstance(told.words, Text)
    story.does(ChooseOption(step="leave", option="stay"), override=words("seen"))

    assert list(decisions_wanted(story.incident, playbook, story.pinned)) == []
