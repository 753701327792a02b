"""Every event has a name, and comes back as it was stored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisis.codec import (
    EVENTS,
    NotThisShape,
    UnknownEvent,
    dump_body,
    from_recorded,
    load_body,
    to_cloudevent,
    to_recorded,
)
from crisis.core.events import Event, EventBody, MessageReleased, RoleUnfilled, StepDone
from crisis.core.prose import TextRef
from tests.unit.codec.drawn import TIMES, WORDS, built

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


def test_every_event_class_has_a_public_name() -> None:
    """A new class without a line in the table is found here, before it is ever stored."""
    assert set(get_args(EventBody)) == set(EVENTS)
    assert len({name for name, _ in EVENTS.values()}) == len(EVENTS)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_every_event_comes_back(kind: Any, drawn: st.DataObject) -> None:
    """G11: what the journal gives back is what happened, to the last field."""
    event = Event(
        seq=drawn.draw(st.integers(1)),
        at=drawn.draw(TIMES),
        body=drawn.draw(built(kind)),
        actor=drawn.draw(WORDS),
        happened_at=drawn.draw(st.none() | TIMES),
        rule=drawn.draw(WORDS),
        pointer=drawn.draw(WORDS),
    )

    recorded = to_recorded(event, stream="incident", stream_id="i1", command_id="c1")

    assert from_recorded(recorded) == event
    assert load_body(*dump_body(event.body)) == event.body


@pytest.mark.parametrize(
    ("type_", "version"),
    [("incident.teleported", 1), ("incident.step-done", 2), ("incident.step-done", 0)],
)
def test_an_unknown_event_is_refused_by_name(type_: str, version: int) -> None:
    """An event, or a version, of a later release is never skipped: its stream is parked."""
    recorded = replace(_recorded(StepDone(step="close-valve")), type=type_, version=version)

    with pytest.raises(UnknownEvent, match=type_) as caught:
        from_recorded(recorded)

    assert (caught.value.type, caught.value.version) == (type_, version)


def test_an_event_without_a_name_is_not_stored() -> None:
    """What has no public name cannot reach the journal."""
    with pytest.raises(UnknownEvent):
        dump_body(TextRef("a", "b"))  # type: ignore[arg-type]  # it is refused


@pytest.mark.parametrize("text", ["", "[]", "{", '{"body": {}}', '{"body": {"step": 1}}'])
def test_a_damaged_text_is_refused(text: str) -> None:
    """A row that somebody changed by hand does not become an event."""
    with pytest.raises(NotThisShape):
        from_recorded(replace(_recorded(StepDone(step="x")), text=text))


@pytest.mark.parametrize("text", ["", "[]", "{", "{}", '{"body": 3}', '{"body": {"kind": "a"}}'])
def test_a_damaged_text_of_an_older_version_is_refused(text: str) -> None:
    """The steps from older versions refuse it in the same words."""
    older = replace(_recorded(_released()), version=1, text=text)

    with pytest.raises(NotThisShape):
        from_recorded(older)


def test_an_older_version_is_raised_to_todays() -> None:
    """Version 1 of a released message called its people ``recipients``."""
    type_, version, text = dump_body(_released())
    old = json.loads(text)
    old["recipients"] = old.pop("to")
    del old["automatic"]

    assert version == 2
    assert load_body(type_, 1, json.dumps(old)) == _released()


def test_a_missing_step_between_versions_is_an_unknown_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever raises a version without writing the step parks old journals: seen at once."""
    monkeypatch.setitem(EVENTS, RoleUnfilled, ("incident.role-unfilled", 2))

    with pytest.raises(UnknownEvent, match="role-unfilled"):
        load_body("incident.role-unfilled", 1, '{"role": "lead"}')


def test_a_cloudevent_has_what_the_standard_requires() -> None:
    """CloudEvents 1.0: required attributes, and names of at most twenty lower-case characters."""
    recorded = replace(_recorded(StepDone(step="close-valve")), head="ab")

    envelope = to_cloudevent(recorded, source="/crisis/example", exercise=True)

    assert envelope["specversion"] == "1.0"
    assert envelope["id"] == "incident/i1/7"
    assert envelope["source"] == "/crisis/example"
    assert envelope["type"] == "crisis.incident.step-done.v1"
    assert envelope["subject"] == envelope["partitionkey"] == "i1"
    assert envelope["time"] == "2026-11-22T13:50:00Z"
    assert envelope["recordedtime"] == "2026-11-22T14:05:00Z"
    assert envelope["sequence"] == "0000000007"
    assert envelope["exercise"] is True
    assert envelope["data"]["body"]["step"] == "close-valve"
    for name in envelope:
        assert name.isalnum()
        assert name == name.lower()
        assert len(name) <= 20


def _event(body: EventBody) -> Event:
    """An event that was entered later."""
    return Event(
        seq=7, at=AT, body=body, actor="person:p1", happened_at=AT.replace(hour=13, minute=50)
    )


def _recorded(body: EventBody) -> Any:
    """The same, as it is stored."""
    return to_recorded(_event(body), stream="incident", stream_id="i1", command_id="c1")


def _released() -> MessageReleased:
    """A holding statement to two people."""
    return MessageReleased(
        message_id="m1",
        number=1,
        kind="holding",
        audience="users",
        to=("p1", "p2"),
        phase="open",
        urgency="immediate",
        life_safety=False,
        texts={"fr": TextRef("t1", "d1"), "en": TextRef("t2", "d2")},
        digest="d",
        automatic=True,
    )
