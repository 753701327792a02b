"""A sheet on a notice board: words that go on speaking until somebody takes them down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

PLACE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""A place has a short name (``hall-a``), as in ``people.yaml``: the record holds no free words."""
MOST_SHEETS = 100
"""How many sheets of one incident may hang at a time: more than a round can take down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that hangs: which, for whom, where, and what was asked of whoever hung it."""

    number: int
    """That of its message, as it is printed on it."""
    audience: str
    place: str
    by: str
    """Who hung it: they know where it is."""
    hung_at: datetime
    asked_at: datetime | None = None
    """When they were asked to take it down; None while it may hang."""
    due_at: datetime | None = None
    reminders: int = 0
    reminded_at: datetime | None = None


def spot_of(place: str, audience: str) -> str:
    """Give the name under which a sheet stands: a newer one for the same people covers it."""
    return f"{place}/{audience}"
