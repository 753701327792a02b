"""What is wrong with a body, where, and what to send instead: in French and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Words = Mapping[str, str]
"""One sentence, language -> text; French and English are always there."""

Shape = TypeVar("Shape", bound=BaseModel)

UNREADABLE, WRONG, FORBIDDEN = 400, 422, 403

_LISTED = 12
"""How many names are listed where none comes near: a whole directory helps nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: ``pointer`` is a JSON pointer (RFC 6901) into the body."""

    pointer: str
    what: Words
    fix: Words


class BadPayload(Exception):  # noqa: N818 - the sender's mistake, not ours
    """A body that cannot be taken in; ``status`` is the HTTP status that says so."""

    def __init__(self, name: str, *faults: Fault, status: int = WRONG) -> None:
        super().__init__(f"{name}: " + "; ".join(f"{f.pointer} {f.what['en']}" for f in faults))
        self.name = name
        self.status = status
        self.faults = faults


def fault(pointer: str, *, what: tuple[str, str], fix: tuple[str, str]) -> Fault:
    """A fault from pairs of French and English."""
    return Fault(pointer=pointer, what=_both(what), fix=_both(fix))


def read_as(shape: type[Shape], body: bytes) -> Shape:
    """The body as this shape; :class:`BadPayload` when it is empty, cut off, or of wrong types."""
    if not body.strip():
        raise BadPayload("empty-body", _EMPTY, status=UNREADABLE)
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False)
    if found[0]["type"] == "json_invalid":
        said = str(found[0].get("ctx", {}).get("error", "")) or found[0]["msg"]
        raise BadPayload("not-json", _not_json(said), status=UNREADABLE)
    known = [info.alias or name for name, info in shape.model_fields.items()]
    raise BadPayload("wrong-shape", *(explain(one, known) for one in found))


def explain(found: Mapping[str, Any], known: Sequence[str] = ()) -> Fault:
    """One finding of pydantic, as a person reads it."""
    pointer = pointer_to(found["loc"])
    kind = str(found["type"])
    context = found.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(pointer, str(found["loc"][-1]), known)
    if kind in {"literal_error", "enum"}:
        return _not_one_of(pointer, str(context.get("expected", "")).replace(" or ", ", "))
    if kind.startswith(("datetime", "timezone")):
        return fault(pointer, what=_NO_INSTANT, fix=_INSTANT)
    for start, (what, fix) in _BY_TYPE.items():
        if kind.startswith(start):
            limits = {key: str(value) for key, value in context.items()}
            return fault(pointer, what=_filled(what, limits), fix=_filled(fix, limits))
    said = str(found["msg"])
    return fault(pointer, what=(f"valeur refusée : {said}", f"refused value: {said}"), fix=_CORRECT)


def pointer_to(path: Sequence[str | int]) -> str:
    """A path of keys and places as a JSON pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def not_one_of(pointer: str, given: str, allowed: Sequence[str]) -> Fault:
    """A name that the organisation does not have; the nearest one is proposed."""
    near = get_close_matches(given, allowed, n=1)
    known = sorted(allowed)
    listed = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
    meant = near[0] if near else listed
    return fault(
        pointer,
        what=(f"« {given} » n'existe pas ici", f'"{given}" does not exist here'),
        fix=(f"écrivez {meant}", f"write {meant}") if meant else _TAKE_OUT,
    )


def _both(pair: tuple[str, str]) -> Words:
    return {"fr": pair[0], "en": pair[1]}


def _filled(pair: tuple[str, str], limits: Mapping[str, str]) -> tuple[str, str]:
    limit = next(
        (limits[k] for k in ("max_length", "min_length", "ge", "le", "pattern") if k in limits), ""
    )
    return pair[0].replace("{limit}", limit), pair[1].replace("{limit}", limit)


def _not_json(said: str) -> Fault:
    return fault(
        "",
        what=(
            f"le corps n'est pas du JSON complet ({said})",
            f"the body is not complete JSON ({said})",
        ),
        fix=(
            "envoyez un objet JSON entier, en UTF-8",
            "send one whole JSON object, in UTF-8",
        ),
    )


def _unknown_field(pointer: str, name: str, known: Sequence[str]) -> Fault:
    near = get_close_matches(name, known, n=1)
    meant = near[0] if near else ", ".join(known)
    return fault(
        pointer,
        what=(f"« {name} » n'est pas un champ connu", f'"{name}" is not a known field'),
        fix=(f"écrivez {meant}, ou retirez-le", f"write {meant}, or take it out"),
    )


def _not_one_of(pointer: str, expected: str) -> Fault:
    return fault(
        pointer,
        what=("cette valeur n'existe pas", "there is no such value"),
        fix=(f"écrivez l'une de : {expected}", f"write one of: {expected}"),
    )


_EMPTY = fault(
    "",
    what=("le corps est vide", "the body is empty"),
    fix=("envoyez le signalement en JSON", "send the report as JSON"),
)
_INSTANT = (
    "écrivez 2026-11-22T14:05:00+01:00, avec le fuseau",
    "write 2026-11-22T14:05:00+01:00, with the zone",
)
_NO_INSTANT = (
    "ce n'est pas un instant avec son fuseau horaire",
    "this is not an instant with its time zone",
)
_TAKE_OUT = ("retirez-le", "take it out")
_CORRECT = ("corrigez la valeur", "correct the value")
_BY_TYPE: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "missing": (
        ("ce champ obligatoire manque", "this required field is missing"),
        ("ajoutez-le", "add it"),
    ),
    "string_too_long": (
        ("le texte est trop long", "the text is too long"),
        ("au plus {limit} caractères", "at most {limit} characters"),
    ),
    "string_too_short": (
        ("le texte est vide", "the text is empty"),
        ("au moins {limit} caractère", "at least {limit} character"),
    ),
    "string_pattern": (
        ("ce n'est pas un nom d'ici", "this is not a name of ours"),
        ("minuscules, chiffres et tirets", "small letters, digits and hyphens"),
    ),
    "too_short": (
        ("la liste est vide", "the list is empty"),
        ("au moins {limit} élément", "at least {limit} item"),
    ),
    "too_long": (
        ("la liste est trop longue", "the list is too long"),
        ("au plus {limit} éléments", "at most {limit} items"),
    ),
    "string": (("il faut un texte", "a text is needed"), ('écrivez "…"', 'write "…"')),
    "int": (("il faut un nombre entier", "a whole number is needed"), ("écrivez 0", "write 0")),
    "bool": (("il faut vrai ou faux", "true or false is needed"), ("true, false", "true, false")),
    "list": (("il faut une liste", "a list is needed"), ("écrivez […]", "write […]")),
    "tuple": (("il faut une liste", "a list is needed"), ("écrivez […]", "write […]")),
    "dict": (("il faut un objet", "an object is needed"), ("écrivez {…}", "write {…}")),
    "model": (("il faut un objet", "an object is needed"), ("écrivez {…}", "write {…}")),
    "dataclass": (("il faut un objet", "an object is needed"), ("écrivez {…}", "write {…}")),
}
