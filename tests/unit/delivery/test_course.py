"""How a message travels: identity, quiet hours, staleness, what settles it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crisis.core.course import PATIENCE, Quiet, delivery_id
from tests.unit.delivery.people import HOUR, NIGHT, NOON, a_course, stages


def test_an_identity_is_the_same_for_ever() -> None:
    """G2: attempts, restarts and versions of the program agree on the Message-ID."""
    assert delivery_id("m1", "ana", "mail") == "lfa76ct3zxcevn3kz536ncjj"


def test_an_identity_is_safe_in_a_message_id() -> None:
    """Only letters and digits, and nothing of the person in them."""
    made = delivery_id("01J/é", "ana@example.org", "mail")
    assert made.isalnum()
    assert made.isascii()
    assert "ana" not in made


def test_each_part_makes_another_identity() -> None:
    """Message, recipient and medium each count, and cannot run into each other."""
    made = {
        delivery_id(*parts)
        for parts in [("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("a", "b", "d")]
    }
    assert len(made) == 4


def at(text: str) -> datetime:
    """An instant in UTC on or around 10 March 2026."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-10T20:59", None),
        ("2026-03-10T21:00", "2026-03-11T06:00"),
        ("2026-03-10T23:30", "2026-03-11T06:00"),
        ("2026-03-11T05:59", "2026-03-11T06:00"),
        ("2026-03-11T06:00", None),
        ("2026-03-28T23:30", "2026-03-29T05:00"),
    ],
)
def test_a_night_ends_in_the_morning_of_the_place(now: str, until: str | None) -> None:
    """22:00 to 07:00 in Paris, over midnight and over the change of the clocks."""
    assert NIGHT.until(at(now)) == (until and at(until))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-10T11:00", "2026-03-10T12:00"),
        ("2026-03-10T12:00", None),
        ("2026-03-10T10:59", None),
    ],
)
def test_a_rest_at_midday_ends_the_same_day(now: str, until: str | None) -> None:
    """12:00 to 13:00 in Paris."""
    rest = Quiet(begins=time(12), ends=time(13), zone=ZoneInfo("Europe/Paris"))
    assert rest.until(at(now)) == (until and at(until))


@pytest.mark.parametrize(
    ("case", "stale"),
    [
        ({}, False),
        ({"expires_at": NOON + HOUR}, False),
        ({"expires_at": NOON}, True),
        ({"expires_at": NOON, "vital": True}, False),
        ({"expires_at": NOON, "vital": True, "replaced": True}, True),
        ({"expires_at": NOON + HOUR, "replaced": True}, False),
    ],
)
def test_what_arrives_too_late_is_stale(case: dict[str, Any], *, stale: bool) -> None:
    """A vital message is stale only once it is both past its time and replaced (G12)."""
    assert a_course(**case).stale(NOON) is stale


@pytest.mark.parametrize(
    ("case", "ends_at"),
    [
        ({}, NOON + PATIENCE),
        ({"expires_at": NOON + HOUR}, NOON + HOUR),
        ({"expires_at": NOON + HOUR, "vital": True}, NOON + PATIENCE),
    ],
)
def test_trying_again_ends(case: dict[str, Any], ends_at: datetime) -> None:
    """With the message's own end, or after a day."""
    assert a_course(**case).ends_at() == ends_at


@pytest.mark.parametrize(
    ("case", "who", "place", "sleeps"),
    [
        ({}, "ana", False, True),
        ({"quiet": None}, "ana", False, False),
        ({"vital": True}, "ana", False, False),
        ({"awake": frozenset({"ana"})}, "ana", False, False),
        ({"awake": frozenset({"bob"})}, "ana", False, True),
        ({}, "hall", True, False),
    ],
)
def test_quiet_hours_protect_sleepers_only(
    case: dict[str, Any], who: str, *, place: bool, sleeps: bool
) -> None:
    """Not from what is vital, not those with a role, and no boards (G12)."""
    midnight = at("2026-03-10T23:00")
    course = a_course(**{"quiet": NIGHT} | case)
    assert (course.quiet_until(who, midnight, place=place) is not None) is sleeps


def test_a_reader_gets_a_language_that_the_message_has() -> None:
    """Their own, or the first of the plan's."""
    assert a_course().language("en") == "en"
    assert a_course().language("de") == "fr"


def test_the_last_rung_has_nothing_to_wait_for() -> None:
    """The wait of a rung is the time before the next."""
    course = a_course(stages=stages((), (), wait=HOUR))
    assert course.wait(0) == timedelta(hours=1)
    assert course.wait(1) is None
    assert not course.higher(1)


@pytest.mark.parametrize(
    ("state", "channel", "acknowledge", "settled"),
    [
        ("acknowledged", "sms", True, True),
        ("acknowledged", "sms", False, True),
        ("delivered", "sms", True, False),
        ("delivered", "sms", False, True),
        ("sent", "sms", False, False),
        ("sent", "email", False, True),
        ("sent", "email", True, False),
        ("sent", "gone", False, True),
        ("unknown", "email", False, False),
        ("failed", "email", False, False),
        ("queued", "email", False, False),
    ],
)
def test_what_settles_a_message(
    state: str, channel: str, *, acknowledge: bool, settled: bool
) -> None:
    """The best that can be known: a word, else delivery, else being sent where no more is told."""
    assert a_course(acknowledge=acknowledge).settles(state, channel) is settled
