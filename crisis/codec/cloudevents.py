"""Told to other systems, and by them: CloudEvents 1.0, structured mode, as JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from crisis.codec.commands import command_bytes, sent_command
from crisis.codec.journal import from_recorded
from crisis.codec.names import COMMANDS, UnknownCommand
from crisis.codec.shapes import NotThisShape
from crisis.codec.texts import object_of
from crisis.core.commands import Command, SubmitReport
from crisis.ports import Recorded

CONTENT_TYPE = "application/cloudevents+json"
"""The content type of a structured envelope (CloudEvents JSON format): UTF-8, as all JSON is."""

HEADERS = [("content-type", CONTENT_TYPE.encode())]
"""What tells a consumer of Kafka that a message is one (CloudEvents Kafka binding, §3.3)."""

_REPORT = "crisis.report.submitted"
"""The type of a report on its way in, before its version."""

_SUBMITTED = re.compile(rf"(?P<name>{re.escape(_REPORT)})\.v(?P<version>[1-9][0-9]{{0,4}})")


def to_cloudevent(
    recorded: Recorded, *, source: str = "/crisis", exercise: bool = False
) -> dict[str, Any]:
    """The envelope of one stored event; ``json.dumps`` of it is the structured message.

    ``source`` and ``id`` together are unique, and the same on every publication: the receiver's
    idempotency key. ``time`` is when it happened, ``recordedtime`` when it was written down.
    ``sequence`` orders the events of a subject, as text; ``partitionkey`` keeps them together.
    An exercise says so in every envelope (G9). Raises :class:`crisis.codec.CannotRead` for a row
    that this release cannot read.
    """
    happened_at = from_recorded(recorded).happened_at
    return {
        "specversion": "1.0",
        "id": f"{recorded.stream}/{recorded.stream_id}/{recorded.seq}",
        "source": source,
        "type": f"crisis.{recorded.type}.v{recorded.version}",
        "subject": recorded.stream_id,
        "time": _rfc3339(happened_at or recorded.at),
        "datacontenttype": "application/json",
        "partitionkey": recorded.stream_id,
        "sequence": f"{recorded.seq:010d}",
        "recordedtime": _rfc3339(recorded.at),
        "causationid": recorded.command_id,
        "chainhead": recorded.head,
        "exercise": exercise,
        "data": json.loads(recorded.text),
    }


def report_event(command: Command, *, source: str = "/crisis") -> bytes:
    """A report on its way to the rules, as a structured envelope in UTF-8.

    Its ``data`` is the whole command with its prose (:func:`crisis.codec.command_bytes`): personal,
    so keep it no longer than the topic it is for. ``id`` is the command's, and so the same whenever
    the same report is sent again: with ``source``, the receiver's idempotency key. ``time`` is when
    it was seen, where that is known. Raises :class:`NotThisShape` for any other command.
    """
    if not isinstance(command.body, SubmitReport):
        raise NotThisShape(f"is no report: it is a {type(command.body).__name__}")
    data = command_bytes(command).decode()
    seen_at = command.body.observed_at or command.happened_at
    around = {
        "specversion": "1.0",
        "id": command.id,
        "source": source,
        "type": f"{_REPORT}.v{COMMANDS[SubmitReport][1]}",
        "subject": command.stream_id,
        **({"time": _rfc3339(seen_at)} if seen_at else {}),
        "datacontenttype": "application/json",
        "partitionkey": command.stream_id,
        "exercise": command.exercise,
    }
    return f'{json.dumps(around, separators=(",", ":"))[:-1]},"data":{data}}}'.encode()


def report_from(raw: bytes | None) -> Command:
    """The command in the envelope of a report, raised to today's version.

    Attributes that are not ours are let through, as CloudEvents asks. Raises
    :class:`UnknownCommand` for a newer version, and :class:`NotThisShape` for what is no envelope
    of a report or says other things than its data: both are :class:`CannotRead`, and neither
    repeats what anybody wrote.
    """
    around = object_of("report", raw)
    if around.get("specversion") != "1.0":
        raise NotThisShape("is no report: specversion: it is not a CloudEvent 1.0")
    submitted = _SUBMITTED.fullmatch(str(around.get("type")))
    if submitted is None:
        raise NotThisShape("is no report: type: it is not that of a report")
    if int(submitted["version"]) > COMMANDS[SubmitReport][1]:
        raise UnknownCommand(submitted["name"], int(submitted["version"]))
    if not isinstance(around.get("data"), dict):
        raise NotThisShape("is no report: data: it is not an object")
    command = sent_command(_marked(around["data"], around.get("exercise")))
    if not isinstance(command.body, SubmitReport):
        raise NotThisShape("is no report: data.command: it is another command")
    if (around.get("id"), around.get("subject")) != (command.id, command.stream_id):
        raise NotThisShape("is no report: id, subject: they are not those of its data")
    return command


def _marked(data: dict[str, Any], exercise: Any) -> dict[str, Any]:
    """The data, with the mark of an exercise that stands in its envelope alone (G9).

    A drill that is taken for the real thing wakes people, and the reverse leaves them asleep: where
    the two say different things, nobody guesses.
    """
    if exercise is None or exercise == data.get("exercise", exercise):
        return data if exercise is None else data | {"exercise": exercise}
    raise NotThisShape("is no report: exercise: it is not that of its data")


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
