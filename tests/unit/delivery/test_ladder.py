"""Which media are used at once, and when the next ones are asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crisis.core.course import Course, Way
from crisis.core.ladder import (
    Ascent,
    Planned,
    after_wait,
    again,
    begin,
    left_over,
    satisfied,
    settle,
    told_by_hand,
)
from crisis.ports import DeliveryRow
from tests.unit.delivery.people import (
    CALL,
    MAIL,
    MINUTE,
    NIGHT,
    NOON,
    RUNNER,
    SMS,
    Someone,
    a_course,
    a_row,
    stages,
)

ANA = Someone()
MAIL_ONLY = Someone(addresses={"email": "a@x"})
NOBODY_KNOWS = Someone(addresses={})
HALL = Someone(id="hall", addresses={"voice": "pa-1"}, place=True)
PAGE = Way(medium="status-page", channel="status", page=True)
MIDNIGHT = datetime(2026, 3, 10, 23, tzinfo=UTC)
MORNING = datetime(2026, 3, 11, 6, tzinfo=UTC)


def told(planned: list[Planned]) -> dict[str, str]:
    """Medium -> queued, or why not."""
    return {row.medium: row.reason or row.state for row in planned}


@pytest.mark.parametrize(
    ("rungs", "to", "expected"),
    [
        ([(MAIL, SMS)], ANA, {"mail": "queued", "sms": "queued"}),
        ([(MAIL,), (SMS,)], ANA, {"mail": "queued"}),
        ([(MAIL, RUNNER)], ANA, {"mail": "queued", "runner": "by-hand: runner"}),
        ([(SMS,), (MAIL,)], MAIL_ONLY, {"sms": "no-address: sms", "mail": "queued"}),
        ([(CALL,), (MAIL,)], ANA, {"voice-call": "no-channel: voice-call", "mail": "queued"}),
        ([(RUNNER,), (MAIL,)], ANA, {"runner": "by-hand: runner", "mail": "queued"}),
        ([(MAIL,), (RUNNER,)], NOBODY_KNOWS,
         {"mail": "no-address: mail", "runner": "by-hand: runner"}),
        ([(SMS,), (MAIL, SMS)], MAIL_ONLY, {"sms": "no-address: sms", "mail": "queued"}),
        ([], ANA, {"none": "no-ladder"}),
        ([(MAIL,), (CALL,)], HALL, {"voice-call": "queued"}),
        ([(MAIL,)], HALL, {}),
        ([(MAIL, PAGE)], ANA, {"mail": "queued"}),
        ([(PAGE,), (SMS,)], ANA, {"sms": "queued"}),
        ([(PAGE,)], ANA, {"none": "no-ladder"}),
    ],
)  # fmt: skip
def test_the_first_rung_that_works_is_used_whole(
    rungs: list[tuple[Way, ...]], to: Someone, expected: dict[str, str]
) -> None:
    """What cannot be sent is said with its reason, so that a person sees what is left by hand."""
    without_voice = {"email": a_course().channels["email"], "sms": a_course().channels["sms"]}
    channels = a_course().channels if to is HALL else without_voice
    course = a_course(stages=stages(*rungs), channels=channels)
    assert told(begin(course, to, NOON)) == expected


def test_a_rung_knows_when_the_next_one_is_asked() -> None:
    """The last has nothing to wait for."""
    (mail,) = begin(a_course(), ANA, NOON)
    assert (mail.rung, mail.next_attempt_at, mail.fallback_at) == (0, NOON, NOON + 10 * MINUTE)
    (text,) = begin(a_course(stages=stages((SMS,))), ANA, NOON)
    assert text.fallback_at is None


def test_a_sleeper_waits_for_the_morning() -> None:
    """So does the rung after."""
    (mail,) = begin(a_course(quiet=NIGHT), ANA, MIDNIGHT)
    assert (mail.state, mail.reason) == ("queued", "quiet-hours")
    assert (mail.next_attempt_at, mail.fallback_at) == (MORNING, MORNING + 10 * MINUTE)


def test_what_comes_too_late_is_written_down_and_not_sent() -> None:
    """On the first rung only: nobody is sent running for it."""
    assert told(begin(a_course(expires_at=NOON), ANA, NOON)) == {"mail": "expired"}


@pytest.mark.parametrize(
    ("rungs", "to", "expected"),
    [
        ([(MAIL, SMS), (CALL,)], ANA, {"mail", "sms"}),
        ([(MAIL,), (RUNNER,), (SMS,)], ANA, {"mail", "sms"}),
        ([(MAIL,), (SMS,)], MAIL_ONLY, {"mail"}),
        ([(MAIL,), (MAIL, CALL)], ANA, {"mail"}),
        ([(RUNNER,)], ANA, {"runner"}),
    ],
)
def test_what_is_vital_goes_on_two_media_at_once(
    rungs: list[tuple[Way, ...]], to: Someone, expected: set[str]
) -> None:
    """The waking of a sleeping manager does not depend on mail; nobody is sent running early."""
    course = a_course(stages=stages(*rungs), vital=True)
    planned = begin(course, to, NOON)
    assert {row.medium for row in planned} == expected
    assert {row.rung for row in planned} == {0}


ENDS = stages((), (MAIL,), (RUNNER,))


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (ANA, {"sms": "queued", "mail": "queued"}),
        (MAIL_ONLY, {"sms": "no-address: sms", "mail": "queued"}),
        (NOBODY_KNOWS,
         {"sms": "no-address: sms", "mail": "no-address: mail", "runner": "by-hand: runner"}),
    ],
)  # fmt: skip
def test_an_end_goes_where_the_message_went(to: Someone, expected: dict[str, str]) -> None:
    """G7: on all those media; where none works any more, on the ladder."""
    planned = again(a_course(stages=ENDS), to, [SMS, MAIL], NOON)
    assert told(planned) == expected


def test_an_end_takes_the_ladder_where_its_media_are_gone() -> None:
    """The text message's number is gone: the mail of the next stage goes at once."""
    planned = again(a_course(stages=ENDS), MAIL_ONLY, [SMS], NOON)
    assert told(planned) == {"sms": "no-address: sms", "mail": "queued"}
    assert [row.rung for row in planned] == [0, 1]


def test_an_end_that_is_stale_is_written_down() -> None:
    """Expired on its media, and no ladder."""
    planned = again(a_course(stages=ENDS, expires_at=NOON), ANA, [SMS], NOON)
    assert told(planned) == {"sms": "expired"}


def test_an_end_without_a_ladder_still_goes() -> None:
    """It has the media of what it ends."""
    assert told(again(a_course(stages=stages(())), ANA, [SMS], NOON)) == {"sms": "queued"}


SENT_TEXT = a_row(id="d2", medium="sms", channel="sms", state="sent", sent_at=NOON)
FAILED = a_row(state="failed", fallback_at=NOON)
LATE = NOON + 10 * MINUTE


@pytest.mark.parametrize(
    ("row", "others", "course", "now", "ascent"),
    [
        (a_row(state="sent"), [], {}, LATE, Ascent.REACHED),
        (a_row(state="sent"), [], {"acknowledge": True}, LATE, Ascent.CLIMBED),
        (SENT_TEXT, [], {}, LATE, Ascent.CLIMBED),
        (FAILED, [], {}, NOON, Ascent.CLIMBED),
        (FAILED, [SENT_TEXT], {}, NOON, Ascent.SIBLING_WAITS),
        (FAILED, [SENT_TEXT], {}, LATE, Ascent.CLIMBED),
        (FAILED, [a_row(id="d2", state="unknown", fallback_at=None)], {}, NOON,
         Ascent.SIBLING_WAITS),
        (FAILED, [a_row(id="d2", state="failed")], {}, NOON, Ascent.CLIMBED),
        (FAILED, [a_row(id="d2", state="suppressed", rung=1)], {}, NOON, Ascent.ALREADY),
        (FAILED, [a_row(id="d2", state="acknowledged")], {"acknowledge": True}, NOON,
         Ascent.REACHED),
        (FAILED, [], {"ended": True}, NOON, Ascent.OVER),
        (FAILED, [], {"expires_at": NOON}, NOON, Ascent.OVER),
        (a_row(state="unknown", rung=2), [], {}, LATE, Ascent.TOP),
        (a_row(state="queued", attempts=3, next_attempt_at=LATE), [], {}, LATE, Ascent.CLIMBED),
    ],
)  # fmt: skip
def test_when_the_next_rung_is_asked(
    row: DeliveryRow,
    others: list[DeliveryRow],
    course: dict[str, Any],
    now: datetime,
    ascent: Ascent,
) -> None:
    """Only for somebody who has it not yet, and not while another medium has its time."""
    fallback = after_wait(row, [row, *others], a_course(**course), ANA, now)
    assert fallback.ascent is ascent
    assert bool(fallback.planned) == (ascent is Ascent.CLIMBED)
    assert all(change.fallback_at is None for _, change in fallback.changes)
    assert row in [one for one, _ in fallback.changes]


def test_a_medium_is_never_used_twice() -> None:
    """G2: a rung that names it again goes without it; one that has nothing else is passed over."""
    course = a_course(stages=stages((MAIL,), (MAIL,), (MAIL, SMS)))
    fallback = after_wait(FAILED, [FAILED], course, ANA, NOON)
    assert [(row.medium, row.rung) for row in fallback.planned] == [("sms", 2)]


def test_what_failed_below_is_not_tried_again() -> None:
    """A retry ends with its rung; what was never tried keeps its turn."""
    retried = a_row(state="queued", attempts=2, next_attempt_at=LATE)
    backlog = a_row(id="d2", medium="sms", state="queued", attempts=0, next_attempt_at=NOON)
    fallback = after_wait(retried, [retried, backlog], a_course(), ANA, LATE)
    states = {row.id: (change.state, change.reason) for row, change in fallback.changes}
    assert states == {"d1": ("failed", "gave-up: the next rung was asked"), "d2": ("queued", "")}


def rows_of_every_state() -> list[DeliveryRow]:
    """Five media of one person."""
    return [
        a_row(id="sent", state="sent"),
        a_row(id="queued", state="queued", attempts=0, next_attempt_at=NOON),
        a_row(id="retry", state="queued", attempts=1, next_attempt_at=NOON),
        a_row(id="waits", state="unknown"),
        a_row(id="by-hand", state="suppressed", fallback_at=None),
    ]


def test_an_acknowledgement_ends_the_ladder_everywhere() -> None:
    """What is queued is not sent, no rung is asked, the answered row says so."""
    changes = {row.id: change for row, change in settle(rows_of_every_state(), "sent", NOON)}
    assert {key: change.state for key, change in changes.items()} == {
        "sent": "acknowledged", "queued": "suppressed", "retry": "failed", "waits": "unknown",
    }  # fmt: skip
    assert changes["queued"].reason == changes["retry"].reason == "acknowledged"
    assert all(change.fallback_at is None for change in changes.values())


def test_an_answer_by_another_door_counts_for_the_newest_that_may_have_left() -> None:
    """By command line, by proxy, or on the page of the incident."""
    rows = rows_of_every_state()
    states = {row.id: change.state for row, change in settle(rows, None, NOON)}
    assert states["waits"] == "acknowledged"
    assert "sent" not in states or states["sent"] == "sent"


def test_an_answer_before_anything_left_still_ends_the_ladder() -> None:
    """Nobody is asked what they have said already."""
    row = a_row(state="queued", attempts=0, next_attempt_at=NOON)
    ((_, change),) = settle([row], None, NOON)
    assert (change.state, change.reason) == ("suppressed", "acknowledged")


def test_an_answer_given_twice_changes_nothing_more() -> None:
    """The first one stands."""
    rows = [
        a_row(state="acknowledged", fallback_at=None),
        a_row(id="d2", state="sent", fallback_at=None),
    ]
    assert settle(rows, "d2", NOON) == []


@pytest.mark.parametrize(
    ("states", "course", "expected"),
    [
        (["failed", "sent"], a_course(), True),
        (["failed"], a_course(), False),
        ([], a_course(), False),
    ],
)
def test_satisfied_means_one_medium_settled(
    states: list[str], course: Course, *, expected: bool
) -> None:
    """One is enough."""
    assert satisfied([a_row(state=state) for state in states], course) is expected


def test_a_medium_that_is_dead_is_not_tried_and_the_next_is_asked_at_once() -> None:
    """Mail died before noon: the text message goes, and the ledger says why no mail does."""
    course = a_course(dead={"mail": NOON})
    assert told(begin(course, ANA, NOON)) == {"mail": "down: mail", "sms": "queued"}
    assert told(begin(course, MAIL_ONLY, NOON)) == {
        "mail": "down: mail", "sms": "no-address: sms", "runner": "by-hand: runner",
    }  # fmt: skip


def test_a_medium_is_used_while_its_reserve_lasts() -> None:
    """The batteries last until noon: a minute before, it still goes by mail."""
    course = a_course(dead={"mail": NOON})
    assert told(begin(course, ANA, NOON - MINUTE)) == {"mail": "queued"}


def by_hand(rung: int = 2, **other: Any) -> DeliveryRow:
    """A row that waits for somebody who goes."""
    given: dict[str, Any] = {
        "id": f"hand-{rung}", "medium": "runner", "channel": "person", "rung": rung,
        "state": "suppressed", "reason": "by-hand: runner", "fallback_at": None, "attempts": 0,
    }  # fmt: skip
    return a_row(**(given | other))


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([by_hand()], True),
        ([a_row(state="failed")], False),
        ([a_row(state="failed"), by_hand()], True),
        ([a_row(state="sent"), by_hand()], False),
        ([a_row(channel="sms", state="sent"), by_hand()], True),
        ([a_row(channel="sms", state="sent", rung=2), by_hand()], False),
        ([a_row(state="queued"), by_hand()], False),
        ([a_row(channel="sms", state="unknown"), by_hand()], True),
    ],
)
def test_who_is_left_to_people(rows: list[DeliveryRow], left: bool) -> None:
    """Only a person can still tell them: what machines could do has had its time, or has failed."""
    assert left_over(rows, a_course()) is left


def test_told_by_hand_counts_once() -> None:
    """The first way by hand stands for it; nobody goes there a second time."""
    first, second = by_hand(1), by_hand(2)
    changes = told_by_hand([a_row(state="failed"), first, second], NOON)
    assert [(row.id, change.state, change.reason) for row, change in changes] == [
        ("hand-1", "delivered", ""), ("hand-2", "suppressed", "carried"),
    ]  # fmt: skip
    assert changes[0][1].sent_at == NOON
