"""Break-glass: when the doors call the duty team themselves, and which door does.

The doors have nothing in common while the store is away but the brokers. So what they do stands
in a topic of one partition, whose order they all see: a claim, then what was told. Whoever claims
first has the turn, and looks once more whether there still is something to do when it has read
its own claim.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Call = Literal["tell", "clear"]
"""What the duty team is called for: reports wait undecided; they are being handled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the topic. It names no person."""

    what: Literal["claim", "told", "cleared"]
    at: datetime
    """Real time."""
    door: str
    """Whose line it is: a name of one life of one door."""
    waiting: int = 0
    """How many reports waited."""
    since: datetime | None = None
    """With ``told``: since when the store was away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """Where things stand after the lines so far."""

    told: Line | None = None
    """What the duty team was told last; None before, and after the all clear."""
    cleared_at: datetime | None = None
    """When the all clear was given last."""
    claim: Line | None = None
    """Whose turn it is."""

    def after(self, line: Line, *, lapses_after: timedelta) -> Glass:
        """Where things stand after one line more; a claim counts only where nobody else's does."""
        if line.what == "claim":
            taken = self.taken(line.at, lapses_after=lapses_after)
            return self if taken else replace(self, claim=line)
        if line.what == "cleared":
            return Glass(cleared_at=line.at)
        return replace(self, told=line, claim=None)

    def taken(self, now: datetime, *, lapses_after: timedelta) -> bool:
        """Whether it is somebody's turn, who may still be at it.

        A claim that led to nothing after ``lapses_after`` is nobody's.
        """
        return self.claim is not None and now - self.claim.at < lapses_after


def call_now(
    glass: Glass,
    *,
    away_since: datetime | None,
    now: datetime,
    waiting: int,
    called_after: timedelta,
    repeat_after: timedelta,
) -> Call | None:
    """What the duty team has to be told now. Times are real.

    People are called once the store has been away for ``called_after``, and again after
    ``repeat_after`` where more reports wait by then.

    ``away_since`` is None while the store is there; then whoever was told hears that it is over.
    A door that still misses it when another has given the all clear is alone with its trouble.
    """
    told = glass.told
    if away_since is None:
        return "clear" if told is not None else None
    alone = glass.cleared_at is not None and away_since <= glass.cleared_at
    if alone or not waiting or now - away_since < called_after:
        return None
    if told is None:
        return "tell"
    return "tell" if waiting > told.waiting and now - told.at >= repeat_after else None
