"""Recorded and not yet loud: what waits before it opens, what is worked before it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Hush = Literal["lasting", "unconfirmed", "muted", "triage", "brake"]
"""Why it is not loud: it has not lasted, one sensor is not enough, another incident explains
it, a person asked so, one source has opened many in a short time."""

Loud = Literal["person", "lasted", "confirmed", "danger", "unlooked", "bound", "unexplained"]
"""What made it loud: a person, the signal that lasted, a second sensor, danger, silence, or that
what explained it is over and it is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentHushed:
    """It is recorded, and what would be told of it waits.

    ``until`` is when it is looked at again; none where the first words owed to anybody say it.
    """

    why: Hush
    until: datetime | None
    needs: int = 1
    """How many sensors must say the same."""
    sensors: tuple[str, ...] = ()
    """Those that say so now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalCounted:
    """A sensor says the same, or takes back what it said."""

    sensor: str
    firing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAsked:
    """Nothing confirmed it in time: those on duty were asked to look, until then at most."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLoud:
    """From here on it is told as any other; ``began`` where nothing had been asked of anybody."""

    why: Loud
    began: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPassed:
    """Every sensor has taken back what it said before anything was opened: nothing was."""
