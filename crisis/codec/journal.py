"""Events and commands as the journal and the decision log keep them."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, make_dataclass
from datetime import datetime
from typing import Any

from crisis.codec.names import COMMANDS, EVENTS, UnknownCommand, UnknownEvent
from crisis.codec.shapes import NotThisShape, Shape, shape_of
from crisis.codec.upcast import raised
from crisis.core.commands import Actor, Command
from crisis.core.events import Event, EventBody
from crisis.core.prose import TextRef
from crisis.ports import Recorded, StreamKind

_EVENT_OF = {name: kind for kind, (name, _) in EVENTS.items()}
_COMMAND_OF = {name: kind for kind, name in COMMANDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What the stored text of an event says beside the body."""

    actor: str = ""
    happened_at: datetime | None = None
    rule: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the stored text of a command says beside the body: never the prose."""

    id: str
    stream: StreamKind
    stream_id: str
    actor: Actor
    authority: str
    door: str
    exercise: bool = False
    happened_at: datetime | None = None
    override: TextRef | None = None


def _text_of(kind: Any, around: type) -> Shape[Any]:
    """The shape of a stored text: the fields around, and the body of this class."""
    shape = _TEXTS.get(kind)
    if shape is None:
        kept = make_dataclass(
            f"{kind.__name__}Text",
            [("body", kind)],
            bases=(around,),
            frozen=True,
            slots=True,
            kw_only=True,
        )
        shape = _TEXTS[kind] = shape_of(kept)
    return shape


_TEXTS: dict[Any, Shape[Any]] = {}
"""By class of body: an event or a command, never both."""


def dump_body(body: EventBody) -> tuple[str, int, str]:
    """The event's public name, its version, and its body as JSON."""
    type_, version = _named(body)
    return type_, version, shape_of(type(body)).dump(body)


def load_body(type_: str, version: int, text: str) -> EventBody:
    """The body again, raised to today's version.

    Raises :class:`UnknownEvent` for a type or version that this release does not know, and
    :class:`NotThisShape` for a text that is not of its type: both are :class:`CannotRead`.
    """
    kind, today = _known(type_, version)
    if version != today:
        text = json.dumps(_raised(type_, version, _object(type_, text), to=today))
    shape: Shape[EventBody] = shape_of(kind)
    return shape.load(text)


def to_recorded(
    event: Event, *, stream: StreamKind, stream_id: str, command_id: str, head: str = ""
) -> Recorded:
    """The event as it is stored; actor, rule and the rest of why stand in the text."""
    type_, version = _named(event.body)
    kind = type(event.body)
    shape = _text_of(kind, _Around)
    kept = shape.kind(
        actor=event.actor,
        happened_at=event.happened_at,
        rule=event.rule,
        pointer=event.pointer,
        body=event.body,
    )
    return Recorded(
        stream=stream,
        stream_id=stream_id,
        seq=event.seq,
        at=event.at,
        type=type_,
        version=version,
        text=shape.dump(kept),
        command_id=command_id,
        head=head,
    )


def from_recorded(recorded: Recorded) -> Event:
    """The event again, raised to today's version; raises as :func:`load_body` does."""
    kind, today = _known(recorded.type, recorded.version)
    text = recorded.text
    if recorded.version != today:
        raw = _object(recorded.type, text)
        body = _raised(recorded.type, recorded.version, raw.get("body"), to=today)
        text = json.dumps(raw | {"body": body})
    kept = _text_of(kind, _Around).load(text)
    return Event(
        seq=recorded.seq,
        at=recorded.at,
        body=kept.body,
        actor=kept.actor,
        happened_at=kept.happened_at,
        rule=kept.rule,
        pointer=kept.pointer,
    )


def dump_command(command: Command) -> str:
    """The command as JSON, with references to prose, never the prose itself."""
    kind = type(command.body)
    if kind not in COMMANDS:
        raise UnknownCommand(kind.__name__)
    shape = _text_of(kind, _Asked)
    kept = shape.kind(
        body=command.body, **{field.name: getattr(command, field.name) for field in fields(_Asked)}
    )
    return f'{{"command":"{COMMANDS[kind]}",{shape.dump(kept)[1:]}'


def load_command(text: str) -> Command:
    """The command again, without its prose.

    Raises :class:`UnknownCommand` or :class:`NotThisShape`, both :class:`CannotRead`.
    """
    raw = _object("command", text)
    name = raw.pop("command", None)
    if name not in _COMMAND_OF:
        raise UnknownCommand(str(name))
    kept = _text_of(_COMMAND_OF[name], _Asked).load(json.dumps(raw))
    return Command(
        body=kept.body, **{field.name: getattr(kept, field.name) for field in fields(_Asked)}
    )


def _named(body: EventBody) -> tuple[str, int]:
    named = EVENTS.get(type(body))
    if named is None:
        raise UnknownEvent(type(body).__name__, 0)
    return named


def _known(type_: str, version: int) -> tuple[type[EventBody], int]:
    """The class of a public name and its version today; never one that is newer than this."""
    kind = _EVENT_OF.get(type_)
    if kind is None or not 1 <= version <= EVENTS[kind][1]:
        raise UnknownEvent(type_, version)
    return kind, EVENTS[kind][1]


def _object(type_: str, text: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise NotThisShape(f"is no {type_}: it is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise NotThisShape(f"is no {type_}: it is not an object")
    return raw


def _raised(type_: str, version: int, body: Any, *, to: int) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise NotThisShape(f"is no {type_}: body: it is not an object")
    try:
        return raised(type_, version, body, to=to)
    except KeyError as error:
        raise NotThisShape(f"is no {type_} version {version}: {error} is missing") from error
