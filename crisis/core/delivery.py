"""One recipient's delivery on one medium: whether it goes now, later or never.

Pure: the dispatcher asks, does what is said, and writes it down. Every outcome has its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from crisis.core.course import Course

State = Literal[
    "queued", "sending", "sent", "delivered", "acknowledged", "failed", "suppressed", "unknown"
]


class Reason(StrEnum):
    """Why a delivery stands where it stands; after a colon, the medium or the channel's words."""

    QUIET_HOURS = "quiet-hours"
    """Waits for the end of the recipient's night."""
    EXPIRED = "expired"
    """Would arrive too late to be true."""
    ENDED = "ended"
    """A correction or an end has taken its place."""
    ACKNOWLEDGED = "acknowledged"
    """The recipient has said "I have it" on another medium, or by another door."""
    WITHDRAWN = "withdrawn"
    """What it asked for is not wanted any more: an offer that lapsed, a role that is taken."""
    BY_HAND = "by-hand"
    """A person carries this medium: somebody has to go."""
    DOWN = "down"
    """The medium depends on what has failed: it is not even tried."""
    CARRIED = "carried"
    """A person has told them by another way than this."""
    NO_CHANNEL = "no-channel"
    """The organisation has not set up this medium's channel."""
    NO_ADDRESS = "no-address"
    """The directory has no address of this recipient there."""
    NO_LADDER = "no-ladder"
    """The communication plan names no medium for such a message."""
    NO_WORDS = "no-words"
    """Its text was erased."""
    RETRY = "retry"
    """Failed for now, and will be tried again."""
    IN_DOUBT = "in-doubt"
    """May have left, for nobody answered; tried again, since sending it twice does no harm."""
    REFUSED = "refused"
    """Failed for good: trying again would not help."""
    GAVE_UP = "gave-up"
    """Failed for now, and no time is left before the next rung or the end of the message."""
    UNKNOWN = "unknown"
    """May have left: nobody can say, and sending again could do harm."""
    LOST_CLAIM = "lost-claim"
    """Whoever had claimed it is gone; it may have left, and sending again does no harm."""
    HINDERED = "hindered"
    """A fault of ours stands in the way, the log says which; it is tried again in a minute."""
    GIVEN_BACK = "given-back"
    """Claimed, never handed over, and free again."""

    def of(self, words: str) -> str:
        """The reason, with what it is about."""
        return f"{self}: {words}" if words else str(self)


class Delivery(Protocol):
    """What the rules read of a row of the ledger."""

    @property
    def id(self) -> str:
        """Identity of (message, recipient, medium)."""

    @property
    def recipient_id(self) -> str:
        """Whom it is for."""

    @property
    def medium(self) -> str:
        """By what it goes."""

    @property
    def channel(self) -> str:
        """What carries that."""

    @property
    def rung(self) -> int:
        """On which rung it began."""

    @property
    def state(self) -> State:
        """Where it stands."""

    @property
    def reason(self) -> str:
        """Why it stands there."""

    @property
    def attempts(self) -> int:
        """How many were begun; a claim counts as one."""

    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is tried next, while queued."""

    @property
    def fallback_at(self) -> datetime | None:
        """When the next rung is asked."""

    @property
    def sent_at(self) -> datetime | None:
        """When the next hop took it."""

    @property
    def done_at(self) -> datetime | None:
        """When nothing more was to come."""


@dataclass(frozen=True, slots=True)
class Send:
    """Hand it over now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before this instant."""

    until: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Final:
    """Never."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Avoid:
    """Not by this medium: what it needs has failed. The next rung is asked at once."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a row: each of these fields replaces the row's own."""

    state: State
    reason: str = ""
    attempts: int
    next_attempt_at: datetime | None = None
    fallback_at: datetime | None = None
    sent_at: datetime | None = None
    done_at: datetime | None = None


_SEND = Send()


def next_step(
    delivery: Delivery, course: Course, now: datetime, *, place: bool = False
) -> Send | Wait | Final | Avoid:
    """Whether a delivery whose time has come may go: asked right before it is handed over."""
    may = gate(course, delivery.recipient_id, now, place=place)
    if not isinstance(may, Final) and not course.lives(delivery.medium, now):
        return Avoid(Reason.DOWN.of(delivery.medium))
    return may


def gate(course: Course, recipient_id: str, now: datetime, *, place: bool) -> Send | Wait | Final:
    """Whether a message may go to a recipient now, later or never.

    What could only wait until it is too late never goes.
    """
    if course.ended:
        return Final(Reason.ENDED)
    if course.stale(now):
        return Final(Reason.EXPIRED)
    until = course.quiet_until(recipient_id, now, place=place)
    if until is None:
        return _SEND
    if course.expires_at is not None and course.expires_at <= until:
        return Final(Reason.EXPIRED)
    return Wait(until, Reason.QUIET_HOURS)


def tried(delivery: Delivery) -> int:
    """Attempts that were really made: one that is claimed and not yet handed over was none."""
    return max(delivery.attempts - (delivery.state == "sending"), 0)


def in_doubt(delivery: Delivery) -> bool:
    """Whether an earlier attempt may have left: whoever may have it hears the end of it (G7)."""
    return delivery.reason.startswith((Reason.LOST_CLAIM, Reason.IN_DOUBT))


def _waits(delivery: Delivery, reason: Reason) -> str:
    """Why it waits; that it may have left once is not forgotten for another reason."""
    return delivery.reason if in_doubt(delivery) else reason


def deferred(delivery: Delivery, wait: Wait, now: datetime) -> Change:
    """A claimed row waits, nothing was attempted; the time before the next rung starts then."""
    left = max(delivery.fallback_at, now) - now if delivery.fallback_at else None
    return Change(
        state="queued",
        reason=_waits(delivery, wait.reason),
        attempts=tried(delivery),
        next_attempt_at=wait.until,
        fallback_at=None if left is None else wait.until + left,
        sent_at=delivery.sent_at,
    )


def given_back(delivery: Delivery, now: datetime) -> Change:
    """A claimed row that nobody handed over is free again at once."""
    return Change(
        state="queued",
        reason=_waits(delivery, Reason.GIVEN_BACK),
        attempts=tried(delivery),
        next_attempt_at=now,
        fallback_at=delivery.fallback_at,
        sent_at=delivery.sent_at,
    )


def dropped(delivery: Delivery, reason: str, now: datetime) -> Change:
    """It is not tried (again): suppressed when it never was, failed otherwise.

    Unknown where it may have left before: its end has to follow it (G7).
    """
    attempts = tried(delivery)
    doubt = in_doubt(delivery)
    return Change(
        state="unknown" if doubt else "failed" if attempts else "suppressed",
        reason=Reason.UNKNOWN.of(reason) if doubt else reason,
        attempts=attempts,
        sent_at=delivery.sent_at,
        done_at=now,
    )


def avoided(delivery: Delivery, avoid: Avoid, course: Course, now: datetime) -> Change:
    """Its medium is dead: it is not tried (again), and the next rung is asked at once."""
    left = dropped(delivery, avoid.reason, now)
    return replace(left, fallback_at=now if course.higher(delivery.rung) else None)


def impossible(delivery: Delivery, reason: str, course: Course, now: datetime) -> Change:
    """It cannot be handed over at all (no address any more): the next rung is asked at once."""
    doubt = in_doubt(delivery)
    return Change(
        state="unknown" if doubt else "failed",
        reason=Reason.UNKNOWN.of(reason) if doubt else reason,
        attempts=tried(delivery),
        fallback_at=now if course.higher(delivery.rung) else None,
        sent_at=delivery.sent_at,
        done_at=now,
    )


def acknowledged(delivery: Delivery, now: datetime) -> Change:
    """A person said "I have it": nothing more is asked of this medium, whatever it answers."""
    return Change(
        state="acknowledged",
        attempts=delivery.attempts,
        sent_at=delivery.sent_at,
        done_at=now,
    )


def carried(delivery: Delivery, at: datetime) -> Change:
    """A person has told them: by hand counts as any other way (G7)."""
    return Change(
        state="delivered",
        attempts=delivery.attempts + 1,
        sent_at=delivery.sent_at or at,
        done_at=at,
    )


def by_hand(delivery: Delivery) -> bool:
    """Whether a person must still do it: somebody goes there, hangs it up, or telephones."""
    return delivery.state == "suppressed" and delivery.reason.startswith(Reason.BY_HAND)


def rested(delivery: Delivery) -> Change:
    """The row stays as it is, and asks for no further rung."""
    return Change(
        state=delivery.state,
        reason=delivery.reason,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at,
        sent_at=delivery.sent_at,
        done_at=delivery.done_at,
    )
