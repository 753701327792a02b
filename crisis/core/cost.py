"""What a contractor is said to cost, who has been asked for it, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.values import Money, Text


@dataclass(frozen=True, kw_only=True)
class Cost:
    """The cost announced for one step; a later announcement takes its place."""

    amount: int
    """In whole units."""
    currency: str
    person: str
    """Who announced it."""
    state: Literal["announced", "asked", "granted", "refused"] = "announced"
    request: int = 0
    """The number of the decision that is asked for; 0 where nobody needs to be."""
    of: str | None = None
    """The role that is asked now, or ``directorate``."""
    asked_at: datetime | None = None
    due_at: datetime | None = None
    times: int = 0
    """How often it was asked for."""
    asked_in: tuple[str, ...] = ()
    """The latest messages that asked for it: each leads to its page."""
    decided_by: str | None = None

    @property
    def money(self) -> Money:
        """The amount, as it is written."""
        return Money(self.amount, self.currency)


def within(limit: Money, cost: Money) -> bool:
    """Whether a cost stays within a limit; in another currency it never does."""
    return limit.currency == cost.currency and cost.amount <= limit.amount


def cost_question(cost: Money, what: Text | None) -> Text:
    """What is asked of those who may grant it: the amount, and what for."""
    known: Mapping[str, str] = what or {}
    fr, en = (known.get(one) or known.get("en") or "" for one in ("fr", "en"))
    return Text({
        "fr": f"Accorder {cost.written()} à l'entreprise appelée ? {fr}",
        "en": f"Grant {cost.written()} to the contractor called? {en}",
    })  # fmt: skip
