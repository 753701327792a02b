"""Commands as the decision log keeps them, and as one part of the service sends them to another."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from crisis.codec.names import COMMANDS, UnknownCommand
from crisis.codec.shapes import NotThisShape, Shape
from crisis.codec.texts import loaded, object_of, raised_body, taken_name, text_of
from crisis.codec.upcast import Raw
from crisis.core.commands import Actor, Body, Command
from crisis.core.prose import Prose, TextRef
from crisis.ports import StreamKind

_COMMAND_OF = {name: kind for kind, (name, _) in COMMANDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the text of a command says beside the body: never the prose."""

    id: str
    stream: StreamKind
    stream_id: str
    actor: Actor
    authority: str
    door: str
    exercise: bool = False
    happened_at: datetime | None = None
    override: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent(_Asked):
    """The same on its way to whoever decides: with the prose, which is kept when it arrives."""

    prose: tuple[Prose, ...] = ()


def dump_command(command: Command) -> str:
    """The command as JSON, with references to prose, never the prose itself."""
    return _written(command, _Asked)


def load_command(text: str) -> Command:
    """The command again, without its prose; raises as :func:`command_from` does."""
    return _read(object_of("command", text), _Asked)


def command_bytes(command: Command) -> bytes:
    """The whole command with its prose, as JSON in UTF-8: equal commands give equal bytes.

    Personal: keep it no longer than the topic it is for. Raises :class:`UnknownCommand` for a body
    without a public name, and :class:`NotThisShape` for a value that its field cannot have.
    """
    return _written(command, _Sent).encode()


def command_from(raw: bytes | None) -> Command:
    """The whole command again, raised to today's version.

    Raises :class:`UnknownCommand` for a name or version that this release does not know, and
    :class:`NotThisShape`, which names the field, for anything that is no command: both are
    :class:`CannotRead`, and neither repeats what anybody wrote.
    """
    return sent_command(object_of("command", raw))


def sent_command(raw: Raw) -> Command:
    """The command in an object that was read already; raises as :func:`command_from` does."""
    return _read(raw, _Sent)


def sent_shape(kind: type[Body]) -> Shape[Any]:
    """How a whole command of this class is written, but for its name and version."""
    return text_of(kind, _Sent)


def _written(command: Command, around: type[_Asked]) -> str:
    kind = type(command.body)
    if kind not in COMMANDS:
        raise UnknownCommand(kind.__name__, 0)
    name, version = COMMANDS[kind]
    shape = text_of(kind, around)
    kept = shape.kind(
        body=command.body, **{field.name: getattr(command, field.name) for field in fields(around)}
    )
    return f'{{"command":"{name}","version":{version},{shape.dump(kept)[1:]}'


def _read(raw: Raw, around: type[_Asked]) -> Command:
    today = dict(COMMANDS.values())
    name, version = taken_name("command", raw, today, UnknownCommand)
    if version != today[name]:
        body = raised_body(name, version, raw.get("body"), to=today[name], unknown=UnknownCommand)
        raw = raw | {"body": body}
    kept = loaded(text_of(_COMMAND_OF[name], around), raw)
    if not name.startswith(f"{kept.stream}."):
        raise NotThisShape(f"is no {name}: stream: it is for another stream")
    return Command(
        body=kept.body, **{field.name: getattr(kept, field.name) for field in fields(around)}
    )
