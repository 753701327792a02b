"""How far the work is: what waits, for how long, and what nobody could be asked about.

A part that lives may stand still all the same. So nothing here asks who lives: what came in is
held against what has been handled, and what is owed against the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crisis.dispatch.teller import turning_of
from crisis.ports import FanoutRow, View
from crisis.runtime.news import note_id
from crisis.runtime.positions import resume

NONE = timedelta()

Waits = Literal["delivery", "audience", "outcome", "lost"]
"""What the ledger owes: something to send; an audience to expand; what became of a message, to its
incident; what was claimed by somebody who is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One partition of a topic: what its log has, and up to where it has been handled."""

    topic: str
    partition: int
    begins: int
    """The first offset that the log still has."""
    ends: int
    """The offset after its last message."""
    handled: int | None = None
    """The last handled offset, as far as the store could be asked; None where nothing was."""
    counted_from_here: bool = False
    """Nobody knows what had been handled: ``handled`` is where the log ended at the first look."""
    waits_since: datetime | None = None
    """Real time at which the oldest waiting message was kept."""
    last_at: datetime | None = None
    """Real time at which the last message was kept."""

    @property
    def following(self) -> int:
        """The offset that is handled next."""
        following = None if self.handled is None else self.handled + 1
        found = resume(self.handled, begins=self.begins, ends=self.ends, committed=following)
        return found.offset

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return self.ends - self.following


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What stands in the store to be done, at one moment of business time."""

    now: datetime
    next_due_at: datetime | None = None
    """When the incident that waits longest has to be looked at."""
    next_attempt_at: datetime | None = None
    """When the ledger has something to do."""
    sending: int = 0
    """Deliveries that somebody has in hand."""
    lost: int = 0
    """Deliveries that were claimed, and that nobody has in hand any more."""
    lost_since: datetime | None = None
    """When the first of those claims ended."""
    unfinished: int = 0
    """Audiences that are not expanded yet, a hundred at most."""
    unfinished_since: datetime | None = None
    """When the message to the first of them was released."""
    untold: int = 0
    """Messages that were sent, or could not be, without their incident knowing it."""
    untold_since: datetime | None = None
    """When the first of them was attempted last."""

    @property
    def due_lag(self) -> timedelta:
        """How long the incident that waits longest is overdue."""
        return self._since(self.next_due_at)

    @property
    def ledger_lags(self) -> Mapping[Waits, timedelta]:
        """How long the ledger has owed something, the longest of each kind."""
        return {
            "delivery": self._since(self.next_attempt_at),
            "audience": self._since(self.unfinished_since),
            "outcome": self._since(self.untold_since),
            "lost": self._since(self.lost_since),
        }

    @property
    def ledger_lag(self) -> timedelta:
        """How long that has waited which has waited longest."""
        return max(self.ledger_lags.values())

    def at_rest(self) -> bool:
        """Whether nothing is owed before business time moves on."""
        ahead = all(at is None or at > self.now for at in (self.next_due_at, self.next_attempt_at))
        return ahead and not (self.sending or self.lost or self.unfinished or self.untold)

    def _since(self, at: datetime | None) -> timedelta:
        return NONE if at is None else max(NONE, self.now - at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the work is, at one moment of real time."""

    at: datetime
    owed: Owed | None = None
    """None while the store is away."""
    store_away: str | None = None
    """Why the store cannot be asked."""
    partitions: tuple[Partition, ...] = ()
    """Of every topic that is handled; none where there are no brokers."""
    dead_letters: int = 0
    """Messages that were set aside and not handed back, as long as the brokers keep them."""
    brokers_away: str | None = None
    """Why the brokers cannot be asked."""

    def waiting(self, topic: str | None = None) -> int:
        """How many messages wait, of one topic or of all."""
        return sum(one.waiting for one in self.partitions if topic in {None, one.topic})

    def at_least(self, topic: str | None = None) -> bool:
        """Whether more may wait than :meth:`waiting` says: nobody knows what was handled before."""
        return any(one.counted_from_here for one in self.partitions if topic in {None, one.topic})

    def waits_since(self, topic: str | None = None) -> datetime | None:
        """Real time at which the oldest of them was kept, where the log was asked for it."""
        found = (one.waits_since for one in self.partitions if topic in {None, one.topic})
        return min((at for at in found if at is not None), default=None)

    def at_rest(self) -> bool:
        """Whether all that came in is handled, and nothing happens before time moves on."""
        if self.brokers_away is not None or self.owed is None:
            return False
        return not self.waiting() and self.owed.at_rest()


def owed(view: View, now: datetime, real: datetime) -> Owed:
    """Read what is owed at ``now`` (business time), which is ``real`` by the clock on the wall."""
    claims, fanouts = view.claims(real), view.fanouts()
    ended = view.untold()
    untold = [one for one in ended if _to_tell(view, one)]
    known = {one.message_id for one in untold}
    uncounted = [one for one in ended if one.message_id not in known and _to_count(view, one)]
    return Owed(
        now=now,
        next_due_at=view.next_due_at(),
        next_attempt_at=view.next_attempt_at(),
        sending=claims.held,
        lost=claims.lost,
        lost_since=claims.lost_since and now - (real - claims.lost_since),  # leases are real
        unfinished=len(fanouts),
        unfinished_since=_released_at(view, fanouts[0]) if fanouts else None,
        untold=len(untold) + len(uncounted),
        untold_since=_attempted_at(view, untold[0]) if untold else None,
    )


def _to_tell(view: View, fanout: FanoutRow) -> bool:
    """Whether there is something to tell that the incident has not been told."""
    if fanout.told:
        return False
    turned = turning_of(view, fanout, view.tally(fanout.message_id))
    return turned is not None and view.decision(note_id(fanout.message_id, turned)) is None


def _to_count(view: View, fanout: FanoutRow) -> bool:
    """Whether the incident is about to hear how many people are left to people."""
    if fanout.closed or fanout.by_hand == fanout.by_hand_told:
        return False
    tally = view.tally(fanout.message_id)
    return not (tally["sending"] or tally["untried"])


def _released_at(view: View, fanout: FanoutRow) -> datetime | None:
    message = view.message(fanout.message_id)
    return message.released_at if message is not None else None


def _attempted_at(view: View, fanout: FanoutRow) -> datetime | None:
    return view.attempted_at(fanout.message_id) or _released_at(view, fanout)
