"""From the fields of a page's form to those of a command: times of the site, ticks, lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from crisis.intake.faults import BadPayload, explain
from crisis.web.asking import ASKABLE
from crisis.web.body import Form

PREFIX = "f."
"""What the names of a command's fields begin with in a form."""


def fields_of(name: str, form: Form, zone: str) -> dict[str, Any]:
    """The fields of the command; a time without a zone is one of the site's clock."""
    hints = get_type_hints(ASKABLE[name]) if name in ASKABLE else {}
    return {
        field: _value(field, values, hints.get(field), zone)
        for field, values in form.under(PREFIX).items()
    }


def instant(pointer: str, written: str, zone: str) -> str:
    """A time as a form writes it, with its zone; :class:`BadPayload` when it is none."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        found = {"type": "datetime_parsing", "loc": tuple(pointer.strip("/").split("/"))}
        raise BadPayload("wrong-shape", explain(found)) from None
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).isoformat()


def _value(field: str, values: list[str], hint: Any, zone: str) -> Any:
    if get_origin(hint) is tuple:
        return values
    if hint is bool:
        return True
    if hint is datetime or datetime in get_args(hint):
        return instant(f"/fields/{field}", values[-1], zone)
    return values[-1]
