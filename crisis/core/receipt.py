"""What an answer of a channel makes of a delivery, and when a failure is tried again.

Answers come late, twice and in any order: what is better known is never taken back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, Protocol

from crisis.core.course import Course
from crisis.core.delivery import Change, Delivery, Reason, State, given_back, in_doubt, tried

_SOON = tuple(timedelta(seconds=span) for span in (5, 15, 30, 60))
_LATER = tuple(timedelta(seconds=span) for span in (30, 120, 300, 900))


_BETTER_KNOWN: Mapping[str, frozenset[State]] = {
    "sent": frozenset({"sent", "delivered", "acknowledged"}),
    "delivered": frozenset({"delivered", "acknowledged"}),
    "failed": frozenset({"delivered", "acknowledged", "failed", "suppressed"}),
    "unknown": frozenset({"sent", "delivered", "acknowledged", "failed", "suppressed", "unknown"}),
}
"""Answer -> states of which it says nothing new."""


class Heard(Protocol):
    """What a channel says became of a delivery."""

    @property
    def state(self) -> Literal["sent", "delivered", "failed", "unknown", "untried"]:
        """The answer."""

    @property
    def temporary(self) -> bool:
        """Whether a failure is worth another attempt."""

    @property
    def reason(self) -> str:
        """The channel's own words."""


def after(delivery: Delivery, heard: Heard, course: Course, now: datetime) -> Change | None:
    """What an answer makes of a row; None when it says nothing new."""
    if heard.state == "untried":
        return given_back(delivery, now) if delivery.state == "sending" else None
    if delivery.state in _BETTER_KNOWN[heard.state]:
        return None
    if heard.state in {"sent", "delivered"}:
        return _arrived(delivery, heard.state, course, now)
    if heard.state == "unknown" and not _repeat_safe(delivery, course):
        return _unknown(delivery, heard.reason, course, now)
    if heard.state == "unknown" or heard.temporary:
        return _tried_again(delivery, heard, course, now)
    return _failed(delivery, Reason.REFUSED.of(heard.reason), course, now)


def recovered(delivery: Delivery, course: Course, now: datetime) -> Change:
    """What becomes of a claim that was lost in a crash: perhaps it left, perhaps not.

    Where repeats do no harm it goes again at once, under the same identity (G2). So does what is
    vital: an order to leave that arrives twice does less harm than one that never does.
    """
    if not (course.vital or _repeat_safe(delivery, course)):
        return _unknown(delivery, "its sender stopped", course, now)
    return Change(
        state="queued",
        reason=Reason.LOST_CLAIM,
        attempts=tried(delivery),
        next_attempt_at=now,
        fallback_at=delivery.fallback_at,
        sent_at=delivery.sent_at,
    )


def retry_at(delivery: Delivery, course: Course, now: datetime) -> datetime:
    """When a temporary failure is tried again: soon when people must act at once.

    Up to a fifth is added by the delivery's identity, so that a thousand do not return together
    and a test can still say when each does.
    """
    spans = _SOON if course.vital or course.urgency == "immediate" else _LATER
    span = spans[min(max(delivery.attempts, 1), len(spans)) - 1]
    drawn = hashlib.blake2b(f"{delivery.id}:{delivery.attempts}".encode(), digest_size=2).digest()
    return now + span * (1 + int.from_bytes(drawn, "big") / 0xFFFF / 5)


def _repeat_safe(delivery: Delivery, course: Course) -> bool:
    means = course.channels.get(delivery.channel)
    return means is not None and means.repeat_safe


def _arrived(delivery: Delivery, state: State, course: Course, now: datetime) -> Change:
    settled = course.settles(state, delivery.channel)
    return Change(
        state=state,
        attempts=delivery.attempts,
        fallback_at=None if settled else delivery.fallback_at,
        sent_at=delivery.sent_at or now,
        done_at=now if settled else None,
    )


def _tried_again(delivery: Delivery, heard: Heard, course: Course, now: datetime) -> Change:
    """Another attempt, while there is time before the next rung and the end of the message.

    What may have left stays in doubt while later attempts fail for a time: it is not called
    failed, for whoever may have it hears the end of it (G7). A refusal for good answers the doubt.
    """
    doubt = heard.state == "unknown" or in_doubt(delivery)
    again_at = retry_at(delivery, course, now)
    until = course.ends_at()
    if course.wait(delivery.rung) is not None:
        until = min(until, delivery.fallback_at or now)  # taken away once the next rung was asked
    if again_at >= until:
        words = Reason.GAVE_UP.of(heard.reason)
        return (
            _unknown(delivery, words, course, now)
            if doubt
            else _failed(delivery, words, course, now)
        )
    return Change(
        state="queued",
        reason=(Reason.IN_DOUBT if doubt else Reason.RETRY).of(heard.reason),
        attempts=delivery.attempts,
        next_attempt_at=again_at,
        fallback_at=delivery.fallback_at,
        sent_at=delivery.sent_at,
    )


def _failed(delivery: Delivery, reason: str, course: Course, now: datetime) -> Change:
    """Nothing more on this medium; the ladder looks at once whether the next rung is due."""
    return Change(
        state="failed",
        reason=reason,
        attempts=delivery.attempts,
        fallback_at=now if course.higher(delivery.rung) else None,
        sent_at=delivery.sent_at,
        done_at=now,
    )


def _unknown(delivery: Delivery, words: str, course: Course, now: datetime) -> Change:
    """The next rung keeps its time; where none was set, it is asked at once."""
    higher = course.higher(delivery.rung)
    return Change(
        state="unknown",
        reason=Reason.UNKNOWN.of(words),
        attempts=delivery.attempts,
        fallback_at=(delivery.fallback_at or now) if higher else None,
        sent_at=delivery.sent_at,
    )
