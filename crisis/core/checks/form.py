"""The form: fields that are missing, unknown, or hold what they cannot hold.

Turns the errors of pydantic into faults that a person can mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.matching import When, Who
from crisis.core.playbook import Opening
from crisis.core.tell import PHASES
from crisis.core.values import Clock, Money, Span, Text, Timing
from crisis.core.written import instead, shown

_QUOTED = re.compile(r"'([^']*)'")
_LANGUAGE = re.compile(r"[a-z]{2}\Z")
_SPEECH = 3
"""How deep the words of a phase stand: tell, audience, phase."""
_TEXT = '{fr: "…", en: "…"}'
_EXAMPLES: Mapping[Any, str] = {
    Text: _TEXT,
    Span: "30m",
    Timing: "30m",
    Clock: '"08:30"',
    Money: "5000 EUR",
    date: "2026-11-20",
    Opening: "[{kind: NAME}]",
    When: "{severity: [S1, S2]}",
    Who: "FUNCTION",
}
_SHAPES = {
    "model_type": "a block of fields",
    "model_attributes_type": "a block of fields",
    "mapping_type": "a block of names",
    "dict_type": "a block of names",
    "tuple_type": "a list",
    "string_type": "a word",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date such as 2026-11-20",
    "date_parsing": "a date such as 2026-11-20",
    "date_from_datetime_parsing": "a date such as 2026-11-20",
    "frozen_set_type": "a list",
}


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Every error of a document that was read as `model`, in the words of the rules."""
    every = error.errors(include_url=False)
    return [_fault(details, model) for details in every if not _follows(details)]


def empty_faults(source: Any, at: Pointer = ()) -> Iterator[Fault]:
    """Every field with nothing behind it: what was to stand there would not act, unseen.

    In a layer nothing means that a field is removed; layers are left out.
    """
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(source, Mapping):
        inner = source.items()
    elif isinstance(source, list):
        inner = enumerate(source)
    for name, value in inner:
        here = (*at, name)
        if value is None:
            says = f"{path(here)}: nothing stands here; {_instead_of_nothing(source, here)}"
            yield Fault(at=here, rule="too-short", says=says)
        elif here != ("layers",):
            yield from empty_faults(value, here)


def _instead_of_nothing(source: Any, at: Pointer) -> str:
    """What to write where a text was cut at a comma, or where nothing is said on purpose."""
    texts = dict(source) if isinstance(source, Mapping) else {}
    said = [name for name, words in texts.items() if words is not None]
    if said and all(_LANGUAGE.match(str(name)) for name in said):
        return "a text without quotes ends at its comma; put all of it between double quotes"
    if _is_speech(at):
        return "write impact: and instruction:, or none where nothing is to be said"
    return "write a value, or take the line out"


def _is_speech(at: Pointer) -> bool:
    """Whether what an audience hears in a phase stands there."""
    return len(at) == _SPEECH and at[0] == "tell" and at[-1] in PHASES


def _follows(details: ErrorDetails) -> bool:
    """Whether an error follows from another: a list counts as empty if what it has is wrong."""
    return details["type"] == "too_short" and bool(details["input"])


def _fault(details: ErrorDetails, model: type[BaseModel]) -> Fault:
    at: Pointer = tuple(part for part in details["loc"] if part != "[key]")
    context = details.get("ctx", {})
    if "says" in context:
        return _own(at, details["type"], context, model)
    if details["type"] == "missing":
        return _missing(at[:-1], str(at[-1]), model)
    if details["type"] == "extra_forbidden":
        return _unknown_field(at, model)
    if details["type"] == "literal_error":
        return _closed_list(at, details)
    if details["type"] == "too_short":
        return Fault(at=at, rule="too-short", says=f"{path(at)} is empty; write at least one")
    return Fault(at=at, rule="unknown-value", says=_placed(at, _unfit(details)))


def _unfit(details: ErrorDetails) -> str:
    """Why a value cannot stand there; what checks itself says so in its own words."""
    if details["type"] == "value_error":
        return str(details["ctx"]["error"])
    raw, wanted = details["input"], _wanted(details)
    if isinstance(raw, bool) and wanted == "a word":
        wanted = f"{'yes' if raw else 'no'} for the word"
    quoted = f'"{shown(raw)}"' if isinstance(raw, (str, int, float)) else "this"
    return f"{quoted} cannot stand here; write {wanted}"


def _placed(at: Pointer, says: str) -> str:
    return f"{path(at)}: {says}" if at else says


def _wanted(details: ErrorDetails) -> str:
    """What may stand there, in the words of the language."""
    if details["loc"][0] == "opens_on" and isinstance(details["input"], str):
        return f"{{kind: {details['input']}}}"
    if _is_speech(details["loc"]):
        return "impact: and instruction:, or none"
    if details["type"] == "greater_than_equal":
        return f"{details['ctx']['ge']} or more"
    return _SHAPES.get(details["type"], details["msg"].lower())


def _closed_list(at: Pointer, details: ErrorDetails) -> Fault:
    """A value, or a name of a map, that is none of those the language has."""
    word, known = str(details["input"]), _QUOTED.findall(details["ctx"]["expected"])
    if details["loc"][-1] == "[key]":
        says = f'"{word}" is not a field of {path(at[:-1])}; {instead(word, known)}'
        return Fault(at=at, rule="unknown-field", says=says)
    says = f'{path(at)} is never "{word}"; {instead(word, known)}'
    return Fault(at=at, rule="unknown-value", says=says)


def _own(at: Pointer, rule: str, context: Mapping[str, Any], model: type[BaseModel]) -> Fault:
    """An error that our own values raised: it says what to write, and may name a deeper place."""
    deeper = context.get("at", ())
    deeper = deeper if isinstance(deeper, tuple) else (deeper,)
    if rule == "missing-field":
        return _missing(at, str(deeper[-1]), model)
    at = (*at, *deeper)
    bare = rule in ("unknown-field", "not-yet", "verb")
    says = str(context["says"])
    return Fault(at=at, rule=rule, says=says if bare else f"{path(at)}: {says}")


def _missing(section: Pointer, field: str, model: type[BaseModel]) -> Fault:
    where = path(section) or "this document"
    example = _example(_type_at(model, (*section, field)))
    return Fault(
        at=section, rule="missing-field", says=f"{where} has no {field}; add {field}: {example}"
    )


def _unknown_field(at: Pointer, model: type[BaseModel]) -> Fault:
    *above, name = at
    section = _type_at(model, tuple(above))
    where = path(tuple(above)) or "this document"
    known = list(_fields(section)) if _is_model(section) else []
    return Fault(
        at=at,
        rule="unknown-field",
        says=f'"{name}" is not a field of {where}; {instead(str(name), known)}',
    )


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _fields(model: type[BaseModel]) -> Mapping[str, Any]:
    """The fields of a section as they are written, each with its type."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _type_at(kind: Any, at: Pointer) -> Any:
    """The type that the value at a pointer has."""
    for part in at:
        kind = _plain(kind)
        if _is_model(kind):
            kind = _fields(kind).get(str(part))
        else:  # a list of one type, or a map of names to one
            kind = get_args(kind)[0 if isinstance(part, int) else 1]
    return _plain(kind)


def _plain(kind: Any) -> Any:
    """The type without `| None` and without what is annotated to it."""
    while True:
        inner = [one for one in get_args(kind) if one is not type(None)]
        optional = type(None) in get_args(kind) and len(inner) == 1
        if optional or hasattr(kind, "__metadata__"):
            kind = inner[0]
        else:
            return kind


def _example(kind: Any) -> str:
    if get_origin(kind) is tuple:
        kind = _plain(get_args(kind)[0])
    if str in get_args(kind):  # a name, or a block that says more of it
        return "NAME"
    return _EXAMPLES.get(kind, "{…}" if _is_model(kind) or len(get_args(kind)) else "NAME")
