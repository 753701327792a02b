"""Sheets on notice boards: hung, to be taken down, taken down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsHung:
    """A sheet hangs at these places; it covers those that hung there for the same people."""

    number: int
    """Of the message, as it is printed on the sheet."""
    audience: str
    places: tuple[str, ...]
    person: str
    """Who hung them."""
    replaced: tuple[int, ...] = ()
    """The numbers of the sheets that it covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDownAsked:
    """It is over, and these sheets hang: whoever hung them is asked to take them down."""

    person: str
    spots: tuple[str, ...]
    """``PLACE/AUDIENCE``, of each sheet."""
    numbers: tuple[int, ...]
    due_at: datetime
    """By when; each further time they are asked, that of the first."""
    count: int = 0
    """How often they were reminded: 0 when they are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsTakenDown:
    """Nothing of this incident hangs at these places any more."""

    places: tuple[str, ...]
    numbers: tuple[int, ...]


SheetEvent = SheetsHung | TakeDownAsked | SheetsTakenDown
