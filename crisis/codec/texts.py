"""What every stored or sent text has in common: its shape, its name, and how an old one is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import make_dataclass
from typing import Any

from crisis.codec.names import CannotRead, UnknownEvent
from crisis.codec.shapes import NotThisShape, Shape, shape_of
from crisis.codec.upcast import Raw, raised

_NAME = re.compile(r"[a-z][a-z.-]{0,63}")
"""What may be repeated of a name that is not ours: anything else could be somebody's words."""

_TEXTS: dict[tuple[Any, type], Shape[Any]] = {}


def text_of(kind: Any, around: type) -> Shape[Any]:
    """The shape of a text: the fields around, and the body of this class."""
    shape = _TEXTS.get((kind, around))
    if shape is None:
        kept = make_dataclass(
            f"{kind.__name__}Text",
            [("body", kind)],
            bases=(around,),
            frozen=True,
            slots=True,
            kw_only=True,
        )
        shape = _TEXTS[kind, around] = shape_of(kept)
    return shape


def object_of(what: str, text: str | bytes | None) -> Raw:
    """The JSON object in a text; :class:`NotThisShape` where there is none.

    None is what a log gives for a message without a value.
    """
    if text is None:
        raise NotThisShape(f"is no {what}: it is empty")
    try:
        raw = json.loads(text if isinstance(text, str) else text.decode())
    except UnicodeDecodeError as error:
        raise NotThisShape(f"is no {what}: byte {error.start} is not UTF-8") from None
    except ValueError as error:
        raise NotThisShape(f"is no {what}: it is not JSON: {error}") from error
    except RecursionError:
        raise NotThisShape(f"is no {what}: it is nested too deeply") from None
    if not isinstance(raw, dict):
        raise NotThisShape(f"is no {what}: it is not an object")
    return raw


def loaded(shape: Shape[Any], raw: Raw) -> Any:
    """The value of an object that was read already, and whose name was taken out."""
    try:
        return shape.load(json.dumps(raw))
    except RecursionError:
        raise NotThisShape("is none of ours: it is nested too deeply") from None


def raised_body(
    type_: str,
    version: int,
    body: Any,
    *,
    to: int,
    unknown: Callable[[str, int], CannotRead] = UnknownEvent,
) -> Raw:
    """The raw body as today's version has it; :class:`NotThisShape` where it is damaged."""
    if not isinstance(body, dict):
        raise NotThisShape(f"is no {type_}: body: it is not an object")
    try:
        return raised(type_, version, body, to=to, unknown=unknown)
    except KeyError as error:
        raise NotThisShape(f"is no {type_} version {version}: {error} is missing") from error


def taken_name(
    key: str,
    raw: Raw,
    known: Mapping[str, int],
    unknown: Callable[[str, int], CannotRead],
) -> tuple[str, int]:
    """Take the public name (under this key) and the version out of a raw object.

    ``known`` is name -> today's version; a text without a version is of the first one. Raises
    ``unknown`` for a name, or a version, that this release does not know.
    """
    name, version = raw.pop(key, None), raw.pop("version", 1)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise NotThisShape(f"is none of ours: {key}: there is no public name there")
    if type(version) is not int or version < 1:
        raise NotThisShape(f"is no {name}: version: it is not a number from 1 on")
    if version > known.get(name, 0):
        raise unknown(name, version)
    return name, version
