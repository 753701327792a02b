"""What a channel's answer makes of a delivery."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from crisis.core.receipt import after, recovered, retry_at
from tests.unit.delivery.people import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    Heard,
    a_course,
    a_row,
)

SENT, DELIVERED, UNKNOWN = Heard("sent"), Heard("delivered"), Heard("unknown")
REFUSED = Heard("failed", reason="no such user")
BUSY = Heard("failed", temporary=True, reason="mailbox full")


def test_a_mail_that_was_taken_ends_the_ladder() -> None:
    """Mail does not confirm: being taken is all that will be known."""
    change = after(a_row(), SENT, a_course(), NOON)
    assert change
    assert (change.state, change.sent_at, change.done_at) == ("sent", NOON, NOON)
    assert change.fallback_at is None


def test_a_text_message_that_was_taken_still_waits_to_be_delivered() -> None:
    """Its channel confirms: the next rung keeps its time until then."""
    change = after(a_row(channel="sms"), SENT, a_course(), NOON)
    assert change
    assert (change.state, change.done_at) == ("sent", None)
    assert change.fallback_at == NOON + 10 * MINUTE


def test_delivered_is_not_acknowledged() -> None:
    """Where a person must answer, the ladder goes on."""
    change = after(a_row(state="sent", sent_at=NOON), DELIVERED, a_course(acknowledge=True), NOON)
    assert change
    assert (change.state, change.done_at) == ("delivered", None)
    assert change.fallback_at == NOON + 10 * MINUTE


def test_a_delivery_keeps_the_time_it_was_sent() -> None:
    """The confirmation comes later than the hand-over."""
    row = a_row(channel="sms", state="sent", sent_at=NOON)
    change = after(row, DELIVERED, a_course(), NOON + HOUR)
    assert change
    assert (change.sent_at, change.done_at) == (NOON, NOON + HOUR)


NOTHING_NEW = {
    "sent": {"sent", "delivered", "acknowledged"},
    "delivered": {"delivered", "acknowledged"},
    "failed": {"delivered", "acknowledged", "failed", "suppressed"},
    "unknown": {"sent", "delivered", "acknowledged", "failed", "suppressed", "unknown"},
}
ANSWERS = (SENT, DELIVERED, REFUSED, UNKNOWN)
STATES = (
    "queued", "sending", "sent", "delivered", "acknowledged", "failed", "suppressed", "unknown",
)  # fmt: skip


@pytest.mark.parametrize(("state", "heard"), [*product(STATES, ANSWERS)])
def test_what_is_better_known_is_never_taken_back(state: str, heard: Heard) -> None:
    """Answers come late, twice and in any order."""
    change = after(a_row(state=state), heard, a_course(), NOON)
    assert (change is None) == (state in NOTHING_NEW[heard.state])


@pytest.mark.parametrize("state", STATES)
def test_what_was_kept_back_is_free_at_once(state: str) -> None:
    """It was not tried: no attempt is counted. Whatever else became of it stands."""
    change = after(a_row(state=state, attempts=1), Heard("untried"), a_course(), NOON)
    assert (change is None) == (state != "sending")
    if change:
        assert (change.state, change.attempts, change.next_attempt_at) == ("queued", 0, NOON)


def test_a_permanent_failure_asks_the_next_rung_at_once() -> None:
    """Nothing is gained by waiting."""
    change = after(a_row(), REFUSED, a_course(), NOON)
    assert change
    assert (change.state, change.reason) == ("failed", "refused: no such user")
    assert (change.fallback_at, change.done_at) == (NOON, NOON)


def test_a_failure_on_the_last_rung_asks_nobody() -> None:
    """There is no further one."""
    change = after(a_row(rung=2, fallback_at=None), REFUSED, a_course(), NOON)
    assert change
    assert change.fallback_at is None


@pytest.mark.parametrize(
    ("case", "attempts", "span"),
    [
        ({"urgency": "immediate"}, 1, 5),
        ({"urgency": "immediate"}, 2, 15),
        ({"urgency": "immediate"}, 3, 30),
        ({"urgency": "immediate"}, 9, 60),
        ({"vital": True}, 1, 5),
        ({}, 1, 30),
        ({}, 2, 120),
        ({}, 3, 300),
        ({}, 9, 900),
        ({}, 0, 30),
    ],
)
def test_a_temporary_failure_is_tried_again(case: dict[str, Any], attempts: int, span: int) -> None:
    """Soon when people must act at once; up to a fifth later, and always at the same instant."""
    row = a_row(attempts=attempts)
    again_at = retry_at(row, a_course(**case), NOON)
    assert span * SECOND <= again_at - NOON <= 1.2 * span * SECOND
    assert again_at == retry_at(row, a_course(**case), NOON)


def test_a_thousand_do_not_return_together() -> None:
    """Each delivery has its own delay."""
    times = {retry_at(a_row(id=f"d{number}"), a_course(), NOON) for number in range(1000)}
    assert len(times) > 900


def test_a_retry_keeps_its_place_on_the_ladder() -> None:
    """Queued again, the next rung at its time."""
    change = after(a_row(), BUSY, a_course(), NOON)
    assert change
    assert (change.state, change.reason, change.attempts) == ("queued", "retry: mailbox full", 1)
    assert change.next_attempt_at
    assert change.fallback_at == NOON + 10 * MINUTE


@pytest.mark.parametrize(
    ("row", "course"),
    [
        ({"fallback_at": NOON + 20 * SECOND}, {}),
        ({"fallback_at": None}, {}),
        ({}, {"expires_at": NOON + 20 * SECOND}),
        ({"rung": 2, "fallback_at": None}, {"expires_at": NOON + 20 * SECOND}),
        ({"rung": 2, "fallback_at": None}, {"released_at": NOON - timedelta(hours=24)}),
    ],
)
def test_no_retry_beyond_the_next_rung_or_the_end(
    row: dict[str, Any], course: dict[str, Any]
) -> None:
    """Without a time of its own where one was set, the next rung has been asked already."""
    change = after(a_row(**row), BUSY, a_course(**course), NOON)
    assert change
    assert (change.state, change.reason) == ("failed", "gave-up: mailbox full")


def test_the_last_rung_goes_on_trying() -> None:
    """There is nothing after it but the message's end."""
    change = after(a_row(rung=2, fallback_at=None), BUSY, a_course(), NOON)
    assert change
    assert change.state == "queued"


def test_unknown_is_sent_again_where_that_does_no_harm() -> None:
    """Mail carries its Message-ID (G2)."""
    change = after(a_row(), UNKNOWN, a_course(), NOON)
    assert change
    assert change.state == "queued"


@pytest.mark.parametrize(
    ("heard", "state", "reason"),
    [
        (BUSY, "unknown", "unknown: gave-up: mailbox full"),
        (UNKNOWN, "unknown", "unknown: gave-up"),
        (REFUSED, "failed", "refused: no such user"),
    ],
)
def test_what_may_have_left_once_is_not_called_failed_but_by_who_refuses_it(
    heard: Heard, state: str, reason: str
) -> None:
    """G7: nobody answered the first time, then it failed: whoever may have it hears the end."""
    first = after(a_row(), Heard("unknown", reason="no answer"), a_course(), NOON)
    assert first
    assert first.reason == "in-doubt: no answer"
    again = after(a_row(reason=first.reason), BUSY, a_course(), NOON)
    assert again
    assert again.reason == "in-doubt: mailbox full", "not forgotten meanwhile"
    course = a_course(expires_at=NOON + 20 * SECOND)
    last = after(a_row(reason=again.reason), heard, course, NOON)
    assert last
    assert (last.state, last.reason) == (state, reason)
    assert last.fallback_at is not None, "the next way is asked all the same"


def test_what_has_no_time_for_another_attempt_and_got_no_answer_is_unknown() -> None:
    """G7: the first attempt is the last one."""
    course = a_course(expires_at=NOON + 20 * SECOND)
    change = after(a_row(), UNKNOWN, course, NOON)
    assert change
    assert (change.state, change.reason) == ("unknown", "unknown: gave-up")


@pytest.mark.parametrize(
    ("row", "fallback_at"),
    [
        ({}, NOON + 10 * MINUTE),
        ({"fallback_at": None}, NOON),
        ({"rung": 2, "fallback_at": None}, None),
    ],
)
def test_unknown_is_not_sent_again_where_it_would(
    row: dict[str, Any], fallback_at: datetime | None
) -> None:
    """Two calls at night are worse than one; the next rung is asked, at once without a time."""
    change = after(a_row(channel="sms", **row), UNKNOWN, a_course(), NOON)
    assert change
    assert (change.state, change.reason) == ("unknown", "unknown")
    assert change.fallback_at == fallback_at


def test_a_lost_claim_goes_again_under_the_same_identity() -> None:
    """G2: at once, and the attempt that may never have been made does not count."""
    change = recovered(a_row(), a_course(), NOON)
    assert (change.state, change.attempts, change.next_attempt_at) == ("queued", 0, NOON)
    assert change.reason == "lost-claim"


@pytest.mark.parametrize("channel", ["sms", "gone"])
def test_a_lost_claim_is_unknown_where_a_repeat_does_harm(channel: str) -> None:
    """Nor is it known of a channel that is not set up any more."""
    change = recovered(a_row(channel=channel), a_course(), NOON)
    assert (change.state, change.reason) == ("unknown", "unknown: its sender stopped")
