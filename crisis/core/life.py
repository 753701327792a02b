"""Parts of an incident's state: why it is not loud yet, and what others are to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Hushed:
    """Recorded, and not yet loud: why, and until when at most."""

    why: str
    since: datetime
    until: datetime | None
    """When it is looked at again; none where the first words owed to anybody say it."""
    needs: int = 1
    """How many sensors must say the same."""
    sensors: tuple[str, ...] = ()
    """Those that say so now."""
    asked: bool = False
    """Whether those on duty were asked to look."""


@dataclass(frozen=True, kw_only=True)
class Related:
    """Another incident that has to do with this one: what it is to us, and how it stands."""

    how: str
    step: str | None = None
    """The step that opened it."""
    phase: str = "open"
    """As it last said: open, or the phase in which it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The situation from a time on."""

    at: datetime
    situation: Mapping[str, str]
