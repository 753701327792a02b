"""What a person says of a legal clock: since when we know, filed at that time, not for us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class BecomeAware:
    """The organisation knew from another time on: the delays count from then."""

    step: str
    aware_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNotification:
    """A person has filed it, at the time that the command says, under this reference."""

    step: str
    delay: str
    reference: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveClock:
    """A person says, with the reason, that the law does not ask for it here."""

    step: str
    reason: TextRef


LegalBody = BecomeAware | FileNotification | WaiveClock
