"""From the fields of a page's form to those of a command: ticks and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_origin, get_type_hints

from crisis.web.asking import ASKABLE
from crisis.web.body import Form

PREFIX = "f."
"""What the names of a command's fields begin with in a form."""


_WRITTEN: Mapping[str, str] = {
    "f.evidence": "evidence", "f.measure": "measure", "f.expected_result": "expected",
    "f.workaround": "workaround", "f.words": "words", "f.counterpart": "counterpart",
    "f.due_at": "due", "f.eta_at": "eta-at", "f.reason": "reason", "f.what": "action",
    "f.owner": "owner", "f.proof": "proof", "f.why": "why",
    "f.reply": "reply", "f.understood": "understood", "f.alternative": "alternative",
    "f.reference": "reference", "f.aware_at": "aware", "for": "for",
    "happened_at": "happened", "f.amount": "amount",
}  # fmt: skip
"""Fields that somebody writes rather than chooses -> the word that the room calls them by."""

_ANEW = frozenset({"press", "override"})
"""What a form that is sent again gets anew."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody had filled in when their form was refused: it is not typed twice."""

    written: tuple[tuple[str, str, str], ...]
    """Name, value and label of each field that they wrote in."""
    chosen: tuple[tuple[str, str], ...]
    """Every other field with its value."""


def kept_of(form: Form) -> Kept | None:
    """What is worth keeping of a refused form; None where nothing was written in it."""
    pairs = [(name, value) for name, value in form.pairs() if name not in _ANEW]
    written = tuple((name, value, _WRITTEN[name]) for name, value in pairs if name in _WRITTEN)
    chosen = tuple((name, value) for name, value in pairs if name not in _WRITTEN)
    return Kept(written, chosen) if written else None


def fields_of(name: str, form: Form) -> dict[str, Any]:
    """The fields of the command of this name; of a field that was sent twice the last counts."""
    hints = get_type_hints(ASKABLE[name]) if name in ASKABLE else {}
    return {field: _value(values, hints.get(field)) for field, values in form.under(PREFIX).items()}


def _value(values: list[str], hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return [one for one in values if one]
    if hint == int | None:
        return int(values[-1]) if values[-1].isdecimal() else values[-1] or None
    return True if hint is bool else values[-1]
