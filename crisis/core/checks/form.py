"""The form: fields that are missing, unknown, or hold what they cannot hold.

Turns the errors of pydantic into faults that a person can mend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.matching import When, Who
from crisis.core.values import Clock, Money, Span, Text, Timing
from crisis.core.written import instead

_TEXT = '{fr: "…", en: "…"}'
_EXAMPLES: Mapping[Any, str] = {
    Text: _TEXT,
    Span: "30m",
    Timing: "30m",
    Clock: '"08:30"',
    Money: "5000 EUR",
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
    return [_fault(details, model) for details in error.errors(include_url=False)]


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
        known = [str(value) for value in _literals(_type_at(model, at))]
        says = f'{path(at)} is never "{details["input"]}"; {instead(str(details["input"]), known)}'
        return Fault(at=at, rule="unknown-value", says=says)
    if details["type"] == "too_short":
        return Fault(at=at, rule="too-short", says=f"{path(at)} is empty; write at least one")
    wanted = _SHAPES.get(details["type"], details["msg"].lower())
    shown = details["input"] if isinstance(details["input"], (str, int, float)) else "this"
    quoted = f'"{shown}"' if shown != "this" else shown
    return Fault(
        at=at, rule="unknown-value", says=f"{path(at)}: {quoted} cannot stand here; write {wanted}"
    )


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
    """The type that the value at a pointer has; None where the document goes astray."""
    for part in at:
        kind = _plain(kind)
        if _is_model(kind):
            kind = _fields(kind).get(str(part))
        elif isinstance(part, int) and get_origin(kind) is tuple:
            kind = get_args(kind)[0]
        elif len(get_args(kind)) == 2:  # noqa: PLR2004  a mapping of names
            kind = get_args(kind)[1]
        else:
            return None
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


def _literals(kind: Any) -> Iterator[Any]:
    """The values that a closed list allows, through lists of it."""
    for one in get_args(kind):
        if get_args(one):
            yield from _literals(one)
        elif one is not Ellipsis:
            yield one


def _example(kind: Any) -> str:
    if get_origin(kind) is tuple:
        kind = _plain(get_args(kind)[0])
    return _EXAMPLES.get(kind, "{…}" if _is_model(kind) or len(get_args(kind)) else "NAME")
