"""What contractors cost: announced, asked for above a limit, granted or refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAnnounced:
    """Somebody says what the contractor of this step will cost, in whole units."""

    step: str
    amount: int
    currency: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAsked:
    """The cost is above the limit: this role, or the directorate, is asked to grant it."""

    step: str
    number: int
    of: str
    message_id: str
    due_at: datetime
    count: int
    """Which time it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostDecided:
    """The cost is granted or refused, by name."""

    step: str
    amount: int
    currency: str
    granted: bool
    person: str
    again: bool = False
    """Whether it corrects an earlier answer."""
