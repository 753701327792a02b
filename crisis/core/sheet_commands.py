"""Commands about the sheets on notice boards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HangSheets:
    """A sheet of what an audience was told hangs at these places now."""

    audience: str
    at: tuple[str, ...]
    """Short names: of places in ``people.yaml``, or any other (``hall-a``)."""
    number: int | None = None
    """The number on the sheet; None: that of the last word to these people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDownSheets:
    """The sheets at these places were taken down; no place: all that hang."""

    at: tuple[str, ...] = ()


SheetBody = HangSheets | TakeDownSheets
