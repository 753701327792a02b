"""What media need, when it fails, and when it is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WentDown:
    """Something that media need has failed: one of the plan's ``can_fail``."""

    what: str
    since: datetime
    """When it died; media that have a reserve live on for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """What had failed works again."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftToCarry:
    """No medium reaches these people: somebody by name tells them, in person or by telephone."""

    audience: str | None
    message_id: str
    kind: str
    count: int
    carriers: tuple[str, ...]
    """Who was asked to; nobody where nobody could be found."""
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedByHand:
    """They were told; ``left`` of them were not."""

    audience: str | None
    message_id: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryingLate:
    """They were not told in time: whoever was asked to and the lead are told so."""

    audience: str | None
    message_id: str
    count: int
    """How often this was said."""
