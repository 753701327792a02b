"""Events as the journal keeps them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crisis.codec.names import EVENTS, UnknownEvent
from crisis.codec.shapes import Shape, shape_of
from crisis.codec.texts import object_of, raised_body, text_of
from crisis.core.events import Event, EventBody
from crisis.ports import Recorded, StreamKind

_EVENT_OF = {name: kind for kind, (name, _) in EVENTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What the stored text of an event says beside the body."""

    actor: str = ""
    happened_at: datetime | None = None
    rule: str = ""
    pointer: str = ""


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
        text = json.dumps(raised_body(type_, version, object_of(type_, text), to=today))
    shape: Shape[EventBody] = shape_of(kind)
    return shape.load(text)


def event_shape(kind: type[EventBody]) -> Shape[Any]:
    """How the stored text of an event of this class is written."""
    return text_of(kind, _Around)


def to_recorded(
    event: Event, *, stream: StreamKind, stream_id: str, command_id: str, head: str = ""
) -> Recorded:
    """The event as it is stored; actor, rule and the rest of why stand in the text."""
    type_, version = _named(event.body)
    kind = type(event.body)
    shape = event_shape(kind)
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
        raw = object_of(recorded.type, text)
        body = raised_body(recorded.type, recorded.version, raw.get("body"), to=today)
        text = json.dumps(raw | {"body": body})
    kept = event_shape(kind).load(text)
    return Event(
        seq=recorded.seq,
        at=recorded.at,
        body=kept.body,
        actor=kept.actor,
        happened_at=kept.happened_at,
        rule=kept.rule,
        pointer=kept.pointer,
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
