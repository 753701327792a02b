"""When the doors call the duty team themselves, and which door does: the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest

from crisis.core.break_glass import Call, Glass, Line, call_now

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LAPSES_AFTER = MINUTE
CLAIM = Line(what="claim", at=NOON, door="a", waiting=3)
TOLD = Line(what="told", at=NOON, door="a", waiting=3)
CLEARED = Line(what="cleared", at=NOON + MINUTE, door="a")


def after(*lines: Line) -> Glass:
    """Where things stand after these."""
    return reduce(lambda glass, line: glass.after(line, lapses_after=LAPSES_AFTER), lines, Glass())


def asked(
    glass: Glass, *, away: timedelta | None, waiting: int, now: datetime = NOON
) -> Call | None:
    """What is called for, where the store is away for so long."""
    return call_now(
        glass, away_since=None if away is None else now - away, now=now, waiting=waiting,
        called_after=30 * SECOND, repeat_after=30 * MINUTE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("away", "waiting", "call"),
    [
        (None, 0, None),
        (None, 5, None),
        (29 * SECOND, 5, None),
        (30 * SECOND, 0, None),
        (30 * SECOND, 1, "tell"),
        (timedelta(hours=9), 1, "tell"),
    ],
)
def test_people_are_called_when_reports_wait_and_nobody_decides(
    away: timedelta | None, waiting: int, call: Call | None
) -> None:
    """G1: not for a moment's absence, and not where nothing waits."""
    assert asked(Glass(), away=away, waiting=waiting) == call


@pytest.mark.parametrize(
    ("since_told", "waiting", "call"),
    [
        (29 * MINUTE, 99, None),
        (30 * MINUTE, 3, None),
        (30 * MINUTE, 4, "tell"),
    ],
)
def test_people_are_called_again_for_more_reports_and_not_too_soon(
    since_told: timedelta, waiting: int, call: Call | None
) -> None:
    """Whoever has been told is at work."""
    found = asked(
        after(CLAIM, TOLD), away=timedelta(hours=1), waiting=waiting, now=NOON + since_told
    )
    assert found == call


def test_whoever_was_told_hears_that_it_is_over_once() -> None:
    """And nobody else does."""
    assert asked(after(CLAIM, TOLD), away=None, waiting=7) == "clear"
    assert asked(after(CLAIM, TOLD, CLEARED), away=None, waiting=7) is None


def test_a_door_that_alone_misses_the_store_calls_nobody_again() -> None:
    """Another has given the all clear since: what is away is this door. A later loss counts."""
    glass, now = after(CLAIM, TOLD, CLEARED), NOON + timedelta(hours=1)
    assert asked(glass, away=timedelta(hours=1), waiting=7, now=now) is None
    assert asked(glass, away=58 * MINUTE, waiting=7, now=now) == "tell"


def test_the_first_claim_has_the_turn_until_it_lapses() -> None:
    """A door that died with its claim, or reached nobody, holds up the others for a moment."""
    second = Line(what="claim", at=NOON + SECOND, door="b")
    late = Line(what="claim", at=NOON + LAPSES_AFTER, door="b")
    assert after(CLAIM, second).claim == CLAIM
    assert after(CLAIM, late).claim == late
    soon, then = NOON + LAPSES_AFTER - SECOND, NOON + LAPSES_AFTER
    assert after(CLAIM).taken(soon, lapses_after=LAPSES_AFTER)
    assert not after(CLAIM).taken(then, lapses_after=LAPSES_AFTER)
    assert not after().taken(soon, lapses_after=LAPSES_AFTER), "it is nobody's"
    assert after(CLAIM, TOLD).claim is None
    assert after(CLAIM, TOLD, CLEARED) == Glass(cleared_at=CLEARED.at)
