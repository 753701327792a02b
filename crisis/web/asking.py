"""From what a person asks, by command line or button, to a command of the rules."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from uuid_utils import uuid7

from crisis.core import commands as c
from crisis.core import life_commands as life
from crisis.core.prose import Prose, TextRef
from crisis.intake.faults import BadPayload, Fault, explain, fault, not_one_of
from crisis.intake.submission import keep
from crisis.web.times import Wall

_OURS_ALONE = (
    c.Declare,
    c.LinkReport,
    life.NoteRelated,
    life.NoteOther,
    life.NoteMedia,
    life.EndMerged,
    c.NoteSent,
    c.NoteLeftOver,
    c.Fulfil,
)
"""Commands that only the service itself gives."""

_MINTED = {"promise_id": "p", "action_id": "a", "question_id": "q", "roll_call_id": "r"}
"""Ids that are made here where the asker gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The body of a command, and the prose that it refers to."""

    body: c.IncidentBody
    prose: tuple[Prose, ...]


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


ASKABLE: Mapping[str, type[Any]] = {
    _kebab(body.__name__): body for body in get_args(c.IncidentBody) if body not in _OURS_ALONE
}
"""``complete-step`` -> :class:`~crisis.core.commands.CompleteStep`, and so on."""


def asked(name: str, fields: Mapping[str, Any], wall: Wall) -> Asked:
    """The command's body from plain fields; :class:`BadPayload` names what is wrong and where.

    A text is a string, or language -> string; a time is read by the clock on the site's wall; ids
    that an asker cannot know are made here.
    """
    if name not in ASKABLE:
        raise BadPayload("unknown-command", not_one_of("/type", name, sorted(ASKABLE)))
    body = ASKABLE[name]
    hints = get_type_hints(body)
    if unknown := [field for field in fields if field not in hints]:
        faults = [not_one_of(f"/fields/{field}", field, sorted(hints)) for field in unknown]
        raise BadPayload("wrong-shape", *faults)
    prose: list[Prose] = []
    faults = []
    values = _minted(fields, hints)
    for field, value in values.items():
        if _is(TextRef, hints[field]) and value is not None:
            values[field] = _kept(f"/fields/{field}", value, prose, faults)
        elif _is(datetime, hints[field]) and isinstance(value, str):
            values[field] = wall.read(f"/fields/{field}", value).isoformat()
    if faults:
        raise BadPayload("wrong-shape", *faults)
    return Asked(body=_checked(name, values), prose=tuple(prose))


def _checked(name: str, values: Mapping[str, Any]) -> c.IncidentBody:
    """The body, with its own types held to strictly."""
    text = json.dumps(values, default=dataclasses.asdict)
    try:
        made: c.IncidentBody = _adapter(name).validate_json(text, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise BadPayload("wrong-shape", *(explain(_in_fields(one)) for one in found)) from None
    return made


def _in_fields(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "loc": ("fields", *found["loc"])}


def _minted(fields: Mapping[str, Any], hints: Mapping[str, Any]) -> dict[str, Any]:
    made = {
        field: f"{prefix}-{uuid7().hex[-10:]}"
        for field, prefix in _MINTED.items()
        if field in hints and not fields.get(field)
    }
    return {**fields, **made}


def _kept(pointer: str, value: Any, prose: list[Prose], faults: list[Fault]) -> TextRef | None:
    """The reference to words that are now on their way into the store; None where there are none.

    Words that are wrong are added to the faults.
    """
    texts = value.values() if isinstance(value, Mapping) else [value]
    if not texts or not all(isinstance(text, str) and len(text) <= _LONGEST for text in texts):
        faults.append(fault(pointer, what=_NO_TEXT, fix=_WRITE_TEXT))
        return None
    if not all(text.strip() for text in texts):
        faults.append(fault(pointer, what=_EMPTY, fix=_WRITE_TEXT))
        return None
    prose.append(keep(value))
    return prose[-1].ref


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(ASKABLE[name])


def _is(kind: type, hint: Any) -> bool:
    return hint is kind or kind in get_args(hint)


_LONGEST = 4000
_NO_TEXT = (
    "il faut un texte, au plus 4000 caractères par langue",
    "a text is needed, at most 4000 characters a language",
)
_EMPTY = ("le texte est vide", "the text is empty")
_WRITE_TEXT = ('écrivez "…", ou {"fr": "…", "en": "…"}', 'write "…", or {"fr": "…", "en": "…"}')
