"""Commands by which somebody commits money or their word, or says that it goes beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceCost:
    """What the contractor of a step will cost in all, as somebody announces it."""

    step: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCost:
    """A cost above somebody's limit is granted or refused, by name."""

    step: str
    answer: Literal["grant", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewPromise:
    """A new time for what was promised, given before the old one passes."""

    promise_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Those above a role, or the directorate, hear at once that it goes beyond somebody."""

    to: str = "lead"
    reason: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPromise:
    """What was promised has been done."""

    promise_id: str


CommittingBody = KeepPromise | AnnounceCost | DecideCost | RenewPromise | Escalate
"""All of them."""
