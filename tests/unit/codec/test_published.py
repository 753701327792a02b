"""What other systems are told of our messages is true of every one that we write."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from crisis.codec import EVENTS, report_event, to_cloudevent, to_recorded
from crisis.codec.published import (
    event_schema,
    report_envelope,
    report_schema,
    timeline_envelope,
)
from crisis.core.commands import Actor, Command, SubmitReport
from crisis.core.events import Event, EventBody
from crisis.core.prose import Prose
from tests.unit.codec.drawn import built

AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
FEW = settings(max_examples=5)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_entry_is_as_its_schema_says(kind: type[EventBody]) -> None:
    """Whatever stands in an event, its envelope and its data fit what is published of them."""
    schema, envelope = event_schema(kind), timeline_envelope()

    @FEW
    @given(body=built(kind), happened=st.booleans())
    def fits(body: EventBody, happened: bool) -> None:
        event = Event(seq=1, at=AT, body=body, actor="", happened_at=AT if happened else None)
        recorded = to_recorded(event, stream="incident", stream_id="i-1", command_id="c-1")
        told = json.loads(json.dumps(to_cloudevent(recorded)))
        Draft7Validator(envelope).validate(told)
        Draft7Validator(schema).validate(told["data"])
        assert set(told) == {*envelope["properties"], "data"}
        assert set(told["data"]) == set(schema["properties"])
        assert set(told["data"]["body"]) == set(schema["properties"]["body"]["properties"])

    fits()


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_a_field_more_is_let_through_and_a_wrong_one_is_not(kind: type[EventBody]) -> None:
    """Who listens goes on reading when a release adds a field; a body of another kind is none."""
    schema = event_schema(kind)
    assert "additionalProperties" not in schema["properties"]["body"]
    assert not Draft7Validator(schema).is_valid({"body": []})
    assert not Draft7Validator(schema).is_valid({})


def submitted(body: SubmitReport, *, exercise: bool = False) -> Command:
    """A report as a door hands it in."""
    return Command(
        id="submit-r-1",
        stream="report",
        stream_id="r-1",
        body=body,
        actor=Actor(kind="source", id="reception"),
        authority="source-token",
        door="http",
        exercise=exercise,
        prose=(Prose(id="t-1", salt="00", content='"Water"'),),
    )


@FEW
@given(body=built(SubmitReport), exercise=st.booleans())
def test_every_report_is_as_its_schema_says(
    body: SubmitReport,
    exercise: bool,
) -> None:
    """Whatever a report says, its envelope and its data fit what is published of them."""
    told = json.loads(report_event(submitted(body, exercise=exercise)))
    envelope = report_envelope()
    Draft7Validator(envelope).validate(told)
    Draft7Validator(report_schema()).validate(told["data"])
    assert set(told) <= {*envelope["properties"], "data"}
    assert set(told["data"]) == set(report_schema()["properties"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"stream": "incident"},
        {"command": "incident.declare"},
        {"version": 4},
        {"prose": [{"id": "t-1", "salt": "00"}]},
        {"unheard": "of"},
    ],
)
def test_what_is_no_report_does_not_fit(wrong: dict[str, Any]) -> None:
    """Another command, another version, half a text, a field too many: the schema says no."""
    body = SubmitReport(source="reception", native_id="1", kind="flood", site="hq")
    told = json.loads(report_event(submitted(body)))["data"]
    validator = Draft7Validator(report_schema())
    assert validator.is_valid(told)
    assert not validator.is_valid({**told, **wrong})
