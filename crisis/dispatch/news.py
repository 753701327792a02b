"""What the ledger tells the incident: turning points only, never a row per recipient.

Told at least once. Whoever hears it makes a command of it whose id follows from the news, so that
a repeat gets the first answer again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crisis.core.turning import Turning


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A message as a whole was sent, or could not be."""

    turning: Turning
    message_id: str
    incident_id: str
    at: datetime
    """When the last of the first attempts was over (business time)."""
    tally: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A person said "I have it"."""

    message_id: str
    incident_id: str
    recipient_id: str
    delivery_id: str
    """The delivery that was answered; empty when the answer came by another door."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """How many people of a message no medium reaches: somebody has to go or to call."""

    message_id: str
    incident_id: str
    kind: str
    audience: str | None
    count: int
    of: int
    """How many were ever left to people: the same count again is news after that has grown."""


News = Turned | Acknowledged | LeftOver
