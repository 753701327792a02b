"""A legal clock runs: reminded, missed, filed by a person, or said not to apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStarted:
    """The delays of the law count from when the organisation became aware."""

    step: str
    clock: str
    aware_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayReminded:
    """Those who file were reminded before a delay ends."""

    step: str
    delay: str
    count: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayMissed:
    """A delay has ended and nobody has said that it was filed."""

    step: str
    delay: str
    count: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFiled:
    """A person has filed it."""

    step: str
    delay: str
    reference: TextRef
    filed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWaived:
    """A person has said why the law does not ask for it here."""

    step: str
    reason: TextRef
