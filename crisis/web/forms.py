"""From the fields of a page's form to those of a command: ticks and lists."""

from __future__ import annotations

from typing import Any, get_origin, get_type_hints

from crisis.web.asking import ASKABLE
from crisis.web.body import Form

PREFIX = "f."
"""What the names of a command's fields begin with in a form."""


def fields_of(name: str, form: Form) -> dict[str, Any]:
    """The fields of the command of this name; of a field that was sent twice the last counts."""
    hints = get_type_hints(ASKABLE[name]) if name in ASKABLE else {}
    return {field: _value(values, hints.get(field)) for field, values in form.under(PREFIX).items()}


def _value(values: list[str], hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return values
    return True if hint is bool else values[-1]
