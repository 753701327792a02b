"""Every command has a name, and comes back as it was stored or sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisis.codec import (
    COMMANDS,
    EVENTS,
    CannotRead,
    NotThisShape,
    UnknownCommand,
    command_bytes,
    command_from,
    dump_command,
    load_command,
    report_event,
    report_from,
)
from crisis.codec import upcast as steps
from crisis.core.commands import (
    Actor,
    Body,
    Command,
    CompleteStep,
    DeclineRoles,
    SubmitReport,
    TakeRole,
)
from crisis.core.prose import Prose, TextRef
from tests.unit.codec.drawn import TIMES, WORDS, built

EVERY = pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
DRAWN = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
AT = datetime(2026, 11, 22, 13, 50, tzinfo=UTC)
NOTE = Prose(id="t1", salt="s", content='"Claire is on leave"')


def taking(body: Any = None) -> Command:
    """A command of a person, with words of theirs."""
    return Command(
        id="c1",
        stream="incident",
        stream_id="i1",
        body=body or DeclineRoles(offer_id="o1", reason=NOTE.ref),
        actor=Actor(kind="person", id="p1"),
        authority="signed-link",
        door="acknowledgement",
        prose=(NOTE,),
    )


def report() -> Command:
    """A report of a source."""
    body = SubmitReport(
        source="desk", native_id="7", kind="flood", site="annex", what=NOTE.ref, observed_at=AT
    )
    return Command(
        id="submit-r-1",
        stream="report",
        stream_id="r-1",
        body=body,
        actor=Actor(kind="source", id="desk"),
        authority="source-token",
        door="reports",
        prose=(NOTE,),
    )


@st.composite
def commands(draw: st.DrawFn, kind: Any) -> Command:
    """Any command whose body is of this class."""
    return Command(
        id=draw(WORDS),
        stream="report" if kind is SubmitReport else "incident",
        stream_id=draw(WORDS),
        body=draw(built(kind)),
        actor=draw(built(Actor)),
        authority=draw(WORDS),
        door=draw(WORDS),
        exercise=draw(st.booleans()),
        happened_at=draw(st.none() | TIMES),
        override=draw(st.none() | built(TextRef)),
        prose=tuple(draw(st.lists(built(Prose), max_size=2))),
    )


def changed(**fields: Any) -> bytes:
    """The command on its way, with other fields."""
    return json.dumps(json.loads(command_bytes(taking())) | fields).encode()


def test_every_command_class_has_a_public_name() -> None:
    """The decision log can hold every command, and no name means an event as well."""
    names = [name for name, _ in COMMANDS.values()]
    assert set(get_args(Body)) == set(COMMANDS)
    assert len(set(names)) == len(names)
    assert not set(names) & {name for name, _ in EVENTS.values()}


@EVERY
@DRAWN
@given(drawn=st.data())
def test_every_command_arrives_as_it_was_sent(kind: Any, drawn: st.DataObject) -> None:
    """G1: who asks, on what ground, when, why and in which words: to the last field."""
    command = drawn.draw(commands(kind))

    assert command_from(command_bytes(command)) == command
    assert command_bytes(command_from(command_bytes(command))) == command_bytes(command)


@EVERY
@DRAWN
@given(drawn=st.data())
def test_every_command_comes_back_without_its_prose(kind: Any, drawn: st.DataObject) -> None:
    """The decision log holds the request and references to prose, never the prose."""
    command = drawn.draw(commands(kind))

    assert load_command(dump_command(command)) == replace(command, prose=())


@DRAWN
@given(command=commands(SubmitReport))
def test_every_report_arrives_as_it_was_sent(command: Command) -> None:
    """G1: the envelope for other systems holds the whole report."""
    assert report_from(report_event(command)) == command


def test_prose_is_not_in_the_decision_log() -> None:
    """Erasing a text erases it: no copy stands in the command."""
    text = dump_command(taking())

    assert "Claire" not in text
    assert json.loads(text)["command"] == "incident.decline-roles"
    assert json.loads(text)["body"]["reason"]["id"] == "t1"


def test_a_command_that_was_stored_before_versions_is_of_the_first() -> None:
    """Decision logs of the first release do not say which version they are."""
    stored = json.loads(dump_command(taking()))
    del stored["version"]

    assert load_command(json.dumps(stored)) == replace(taking(), prose=())


def test_an_older_version_is_raised_to_todays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that waited in the log while the release changed is read all the same."""
    sent = command_bytes(taking(CompleteStep(step="valve")))
    old = json.loads(sent)
    old["body"] = {"name": "valve"}
    monkeypatch.setitem(COMMANDS, CompleteStep, ("incident.complete-step", 2))
    step = ("incident.complete-step", 1)

    with pytest.raises(UnknownCommand, match="complete-step"):
        command_from(sent)
    monkeypatch.setattr(steps, "STEPS", {step: lambda raw: {"step": raw["name"]}})

    assert command_from(json.dumps(old).encode()).body == CompleteStep(step="valve")
    with pytest.raises(NotThisShape, match="'name' is missing"):
        command_from(sent)


def test_a_command_without_a_name_is_neither_stored_nor_read() -> None:
    """What has no public name is refused before it is written, and when it is met."""
    nameless = replace(taking(), body=TextRef("a", "b"))  # type: ignore[arg-type]  # it is refused

    for write in (dump_command, command_bytes):
        with pytest.raises(UnknownCommand, match="TextRef"):
            write(nameless)
    with pytest.raises(UnknownCommand, match=r'"incident.fly" version 1'):
        load_command(dump_command(taking(TakeRole(role="x"))).replace(".take-role", ".fly"))
    with pytest.raises(NotThisShape, match="TakeRole"):
        report_event(taking(TakeRole(role="lead")))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (None, "it is empty"),
        (b"", "it is not JSON"),
        (b"\xff{}", "byte 0 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "it is not an object"),
        (b'{"command": "incident.decline-roles"', "it is not JSON"),
        (changed(command="incident.fly"), r'"incident.fly" version 1'),
        (changed(version=2), r'"incident.decline-roles" version 2'),
        (changed(version=0), "version: it is not a number from 1 on"),
        (changed(version=True), "version: it is not a number"),
        (changed(command=["Claire"]), "no public name"),
        (changed(command="Claire is on leave"), "no public name"),
        (changed(command=None), "no public name"),
        (changed(stream="report"), "decline-roles: stream"),
        (changed(exercise="Claire"), "exercise: "),
        (changed(happened_at="2026-11-22T14:05:00"), "happened_at: "),
        (changed(actor={"kind": "person"}), r"actor\.id: "),
        (changed(body={"offer_id": "o1", "Claire is on leave": 1}), r"body\.\?: "),
        (changed(body={"reason": None}), r"body\.offer_id: "),
        (changed(body=None), "body: "),
        (changed(prose=[{"id": "t", "content": "Claire"}]), r"prose\.0\.salt: "),
        (changed(colour="red"), "colour: "),
    ],
)
def test_what_is_no_command_is_refused_by_its_place(raw: bytes | None, says: str) -> None:
    """G13: a message that nobody can read is set aside with a reason, and quotes nobody."""
    with pytest.raises(CannotRead, match=says) as caught:
        command_from(raw)

    assert "Claire" not in str(caught.value)


@pytest.mark.parametrize("deep", [100, 200, 400, *range(800, 1001)])
def test_no_depth_of_nesting_is_more_than_a_refusal(deep: int) -> None:
    """G13: wherever the interpreter gives up, it is a message that cannot be read."""
    nested = b"[" * deep + b"]" * deep
    with pytest.raises(CannotRead):
        command_from(command_bytes(taking()).replace(b'"c1"', nested))


def test_a_report_is_a_cloudevent() -> None:
    """CloudEvents 1.0: required attributes; the same report has the same id on every sending."""
    envelope = json.loads(report_event(report(), source="/crisis/north"))

    data = envelope.pop("data")
    assert envelope == {
        "specversion": "1.0",
        "id": "submit-r-1",
        "source": "/crisis/north",
        "type": "crisis.report.submitted.v3",
        "subject": "r-1",
        "time": "2026-11-22T13:50:00Z",
        "datacontenttype": "application/json",
        "partitionkey": "r-1",
        "exercise": False,
    }
    assert data == json.loads(command_bytes(report()))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"type": "Claire"}, "type"),
        ({"type": "crisis.report.submitted.v4"}, "crisis.report.submitted.* version 4"),
        ({"type": "crisis.report.submitted.v" + "9" * 5000}, "type"),
        ({"id": "other"}, "id, subject"),
        ({"subject": "r-2"}, "id, subject"),
        ({"exercise": True}, "exercise: it is not that of its data"),
        ({"data": "Claire"}, "data: it is not an object"),
        ({"data": json.loads(command_bytes(taking()))}, "another command"),
        ({"data": {"command": "report.submit", "version": 3}}, "Field required|Missing"),
    ],
)
def test_what_is_no_report_is_refused_by_its_place(fields: dict[str, Any], says: str) -> None:
    """An envelope of something else, or one that contradicts its data, is no report."""
    envelope = json.loads(report_event(report())) | fields

    with pytest.raises(CannotRead, match=says) as caught:
        report_from(json.dumps(envelope).encode())

    assert "Claire" not in str(caught.value)


def test_attributes_of_others_are_let_through() -> None:
    """A tracer, or another producer's, may add what CloudEvents calls extensions."""
    envelope = json.loads(report_event(report())) | {"traceparent": "00-0af7651916cd43dd-b7ad6b-01"}

    assert report_from(json.dumps(envelope).encode()) == report()


@pytest.mark.parametrize("drill", [True, False])
def test_the_mark_of_an_exercise_on_the_envelope_holds_for_its_data(drill: bool) -> None:
    """G9: a drill that another system announces so is one, and reaches its own list alone."""
    envelope = json.loads(report_event(report())) | {"exercise": drill}
    del envelope["data"]["exercise"]

    assert report_from(json.dumps(envelope).encode()).exercise is drill


def test_an_exercise_is_one_where_its_data_alone_says_so() -> None:
    """G9: an envelope is free to say nothing of it."""
    envelope = json.loads(report_event(replace(report(), exercise=True)))
    del envelope["exercise"]

    assert report_from(json.dumps(envelope).encode()).exercise
