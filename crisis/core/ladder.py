"""The ladder of one recipient: which media are used at once, and when the next ones are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol, TypeVar

from crisis.core.course import Course, Way
from crisis.core.delivery import (
    Change,
    Delivery,
    Final,
    Reason,
    Send,
    Wait,
    acknowledged,
    by_hand,
    carried,
    dropped,
    gate,
    rested,
    tried,
)

D = TypeVar("D", bound=Delivery)

_MAY_HAVE_LEFT = frozenset({"sending", "sent", "delivered", "unknown"})
_LIVE = _MAY_HAVE_LEFT | {"queued"}
_WAITS, _THERE = frozenset({"queued", "sending"}), frozenset({"sent", "delivered"})
_NOWHERE = Way(medium="none", channel="none")


class Addressee(Protocol):
    """Whom a message is for."""

    @property
    def id(self) -> str:
        """Who."""

    @property
    def addresses(self) -> Mapping[str, str]:
        """Channel -> address."""

    @property
    def place(self) -> bool:
        """A board or a public address rather than a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A row to be written: on a medium, at a time, or not at all and why."""

    medium: str
    channel: str
    rung: int
    state: Literal["queued", "suppressed"]
    reason: str = ""
    next_attempt_at: datetime | None = None
    fallback_at: datetime | None = None


class Ascent(StrEnum):
    """What came of asking for the next rung."""

    CLIMBED = "climbed"
    """The next rung's rows are written."""
    REACHED = "reached"
    """The recipient has it already."""
    OVER = "over"
    """The message has expired, or was ended."""
    ALREADY = "already"
    """A higher rung was asked before."""
    SIBLING_WAITS = "sibling-waits"
    """Another medium of this rung still has its time."""
    TOP = "top"
    """There is no further rung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """The answer to a row whose ``fallback_at`` has come."""

    ascent: Ascent
    changes: tuple[tuple[Delivery, Change], ...] = ()
    planned: tuple[Planned, ...] = ()


def begin(course: Course, to: Addressee, now: datetime) -> list[Planned]:
    """The first rows of a message to a recipient: at least one, so that nobody is forgotten.

    What is vital goes on two channels at once: where the first rung that works has only one, the
    next one that would work is taken with it.
    """
    planned = climb(course, to, 0, frozenset(), now)
    if course.vital:
        planned = _with_a_second(planned, course, to, now)
    if not planned and not to.place:
        planned = [_suppressed(_NOWHERE, 0, Reason.NO_LADDER)]
    return planned


def again(course: Course, to: Addressee, ways: Sequence[Way], now: datetime) -> list[Planned]:
    """The first rows of a message that ends others: on all the media that those took (G7).

    They take the place of the course's first stage; where none of them works any more, the stages
    above are asked at once.
    """
    when = gate(course, to.id, now, place=to.place)
    planned = [_row(course, to, way, rung=0, when=when, now=now) for way in ways]
    if isinstance(when, Final) or any(row.state == "queued" for row in planned):
        return planned
    return planned + climb(course, to, 1, frozenset(row.medium for row in planned), now)


def climb(
    course: Course, to: Addressee, rung: int, used: frozenset[str], now: datetime
) -> list[Planned]:
    """The rows of this rung; and, while none of them can be sent, of the ones above it.

    A medium that was used is not used again (G2). A place is told only by what it has, and a page
    tells nobody but places: of these nothing is noted, for it would be said of everyone.
    """
    planned: list[Planned] = []
    when = gate(course, to.id, now, place=to.place)
    for number in range(rung, len(course.stages)):
        rows = [
            _row(course, to, way, rung=number, when=when, now=now)
            for way in course.stages[number].ways
            if way.medium not in used
            and (way.channel in to.addresses or not (to.place or way.page))
        ]
        planned += rows
        if rows and (isinstance(when, Final) or any(row.state == "queued" for row in rows)):
            break
        used |= {row.medium for row in rows}
    return planned


def after_wait(
    delivery: D, rows: Sequence[D], course: Course, to: Addressee, now: datetime
) -> Fallback:
    """What to do when a rung's time is over, or one of its media failed for good.

    ``rows`` are all of this message and recipient, the asking one among them.
    """
    rest = ((delivery, rested(delivery)),)
    if satisfied(rows, course):
        return Fallback(ascent=Ascent.REACHED, changes=rest)
    if course.ended or course.stale(now):
        return Fallback(ascent=Ascent.OVER, changes=rest)
    if any(row.rung > delivery.rung for row in rows):
        return Fallback(ascent=Ascent.ALREADY, changes=rest)
    if delivery.state not in _LIVE and any(_still_waits(row, delivery, now) for row in rows):
        return Fallback(ascent=Ascent.SIBLING_WAITS, changes=rest)
    if not course.higher(delivery.rung):
        return Fallback(ascent=Ascent.TOP, changes=rest)
    used = frozenset(row.medium for row in rows)
    return Fallback(
        ascent=Ascent.CLIMBED,
        changes=tuple((row, _left_behind(row, now)) for row in rows),
        planned=tuple(climb(course, to, delivery.rung + 1, used, now)),
    )


def settle(rows: Sequence[D], said_on: str | None, now: datetime) -> list[tuple[D, Change]]:
    """A person said "I have it": the ladder ends on every medium.

    ``said_on`` is the delivery that was answered; None when it came by another door, then the
    newest one that may have left stands for it. Said twice, it changes nothing more.
    """
    known = any(row.state == "acknowledged" for row in rows)
    left = [row.id for row in rows if row.state in _MAY_HAVE_LEFT]
    answered = None if known else said_on or (left[-1] if left else None)
    changes = []
    for row in rows:
        if row.id == answered:
            changes.append((row, acknowledged(row, now)))
        elif row.state == "queued":
            changes.append((row, dropped(row, Reason.ACKNOWLEDGED, now)))
        elif row.fallback_at is not None:
            changes.append((row, rested(row)))
    return changes


def left_over(rows: Sequence[Delivery], course: Course) -> bool:
    """Whether only a person can still tell this recipient: the ladder has come to somebody's hand.

    What was sent on the same rung, or higher, may have arrived; what was sent below it has had its
    time. An offer of a role waits for nobody: the next one is asked.
    """
    hands = [row for row in rows if by_hand(row)]
    if not hands or satisfied(rows, course):
        return False
    asked = min(row.rung for row in hands)
    return not any(
        row.state in _WAITS or (row.state in _THERE and row.rung >= asked) for row in rows
    )


def told_by_hand(rows: Sequence[D], at: datetime) -> list[tuple[D, Change]]:
    """A person has told a recipient: the first of the ways by hand stands for it."""
    first, *others = (row for row in rows if by_hand(row))
    done = [(row, dropped(row, Reason.CARRIED, at)) for row in others]
    return [(first, carried(first, at)), *done]


def satisfied(rows: Sequence[Delivery], course: Course) -> bool:
    """Whether the recipient has what the message wants of them."""
    return any(course.settles(row.state, row.channel) for row in rows)


def _with_a_second(
    planned: list[Planned], course: Course, to: Addressee, now: datetime
) -> list[Planned]:
    """Adds one more channel that works, from the nearest rung above, where only one is on."""
    working = [row for row in planned if row.state == "queued"]
    if len({row.channel for row in working}) != 1:
        return planned
    first = working[0]
    when = gate(course, to.id, now, place=to.place)
    for stage in course.stages[first.rung + 1 :]:
        for way in stage.ways:
            if way.channel != first.channel and _refusal(course, to, way, now) is None:
                return [*planned, _row(course, to, way, rung=first.rung, when=when, now=now)]
    return planned


def _row(
    course: Course, to: Addressee, way: Way, *, rung: int, when: Send | Wait | Final, now: datetime
) -> Planned:
    refusal = _refusal(course, to, way, now)
    if refusal is None and isinstance(when, Final):
        refusal = when.reason
    if refusal is not None:
        return _suppressed(way, rung, refusal)
    at = when.until if isinstance(when, Wait) else now
    wait = course.wait(rung)
    return Planned(
        medium=way.medium,
        channel=way.channel,
        rung=rung,
        state="queued",
        reason=when.reason if isinstance(when, Wait) else "",
        next_attempt_at=at,
        fallback_at=None if wait is None else at + wait,
    )


def _suppressed(way: Way, rung: int, reason: str) -> Planned:
    return Planned(
        medium=way.medium, channel=way.channel, rung=rung, state="suppressed", reason=reason
    )


def _refusal(course: Course, to: Addressee, way: Way, now: datetime) -> str | None:
    """Why a medium cannot carry anything to this recipient."""
    if not course.lives(way.medium, now):
        return Reason.DOWN.of(way.medium)
    if way.person:
        return Reason.BY_HAND.of(way.medium)
    if way.channel not in course.channels:
        return Reason.NO_CHANNEL.of(way.medium)
    if way.channel not in to.addresses:
        return Reason.NO_ADDRESS.of(way.medium)
    return None


def _still_waits(row: Delivery, failed: Delivery, now: datetime) -> bool:
    """Whether another medium of the failed one's rung is under way and has its time."""
    in_time = row.fallback_at is None or row.fallback_at > now
    return row.rung == failed.rung and row.state in _LIVE and in_time


def _left_behind(row: Delivery, now: datetime) -> Change:
    """The rungs below ask no more, and what failed there is not tried again."""
    if row.state == "queued" and tried(row):
        return dropped(row, Reason.GAVE_UP.of("the next rung was asked"), now)
    return rested(row)
