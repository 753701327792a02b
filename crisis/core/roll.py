"""A roll-call as an incident holds it: counted here, each person's word in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class RollCall:
    """Are you safe? Asked of an audience, until somebody closes it."""

    audience: str
    started_at: datetime
    message_id: str
    safe: int = 0
    help: int = 0
    """How many need help now: whoever is safe since is not among them."""
    asked: int = 0
    """How many had been asked when that was last looked at."""
    silent: int = 0
    """How many of these had not answered then."""
    chases: int = 0
    chased_at: datetime | None = None
    closed: bool = False


def roll_subject(roll_call: str) -> str:
    """The name under which the register has the answers of this roll-call."""
    return f"roll-call:{roll_call}"
