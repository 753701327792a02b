"""Whether a delivery goes now, later or never, and what the row becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crisis.core.delivery import (
    Avoid,
    Final,
    Reason,
    Send,
    Wait,
    acknowledged,
    avoided,
    deferred,
    dropped,
    given_back,
    impossible,
    next_step,
    rested,
    tried,
)
from tests.unit.delivery.people import HOUR, MINUTE, NIGHT, NOON, a_course, a_row

MIDNIGHT = datetime(2026, 3, 10, 23, tzinfo=UTC)
MORNING = datetime(2026, 3, 11, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("case", "step"),
    [
        ({}, Send()),
        ({"ended": True}, Final(Reason.ENDED)),
        ({"expires_at": MIDNIGHT}, Final(Reason.EXPIRED)),
        ({"quiet": NIGHT}, Wait(MORNING, Reason.QUIET_HOURS)),
        ({"quiet": NIGHT, "expires_at": MORNING}, Final(Reason.EXPIRED)),
        ({"quiet": NIGHT, "expires_at": MORNING + MINUTE}, Wait(MORNING, Reason.QUIET_HOURS)),
        ({"quiet": NIGHT, "vital": True, "expires_at": NOON}, Send()),
    ],
)
def test_a_delivery_goes_now_later_or_never(
    case: dict[str, Any], step: Send | Wait | Final
) -> None:
    """Ended, too late, asleep, or nothing of the kind."""
    assert next_step(a_row(), a_course(**case), MIDNIGHT) == step


def test_a_board_hangs_at_night() -> None:
    """Quiet hours are for people."""
    assert next_step(a_row(), a_course(quiet=NIGHT), MIDNIGHT, place=True) == Send()


def test_a_claim_that_was_not_used_is_no_attempt() -> None:
    """A claim counts as an attempt; giving it back takes that away."""
    assert tried(a_row(state="sending", attempts=2)) == 1
    assert tried(a_row(state="queued", attempts=2)) == 2
    assert tried(a_row(state="sending", attempts=0)) == 0


def test_who_sleeps_is_asked_in_the_morning() -> None:
    """And the next rung keeps its distance."""
    row = a_row(fallback_at=MIDNIGHT + 10 * MINUTE)
    change = deferred(row, Wait(MORNING, Reason.QUIET_HOURS), MIDNIGHT)
    assert (change.state, change.reason, change.attempts) == ("queued", "quiet-hours", 0)
    assert change.next_attempt_at == MORNING
    assert change.fallback_at == MORNING + 10 * MINUTE


def test_a_rung_that_was_late_is_asked_when_the_night_is_over() -> None:
    """Not before: that would wake the person on another medium."""
    row = a_row(fallback_at=NOON)
    assert deferred(row, Wait(MORNING, Reason.QUIET_HOURS), MIDNIGHT).fallback_at == MORNING
    row = a_row(fallback_at=None)
    assert deferred(row, Wait(MORNING, Reason.QUIET_HOURS), MIDNIGHT).fallback_at is None


def test_a_claim_given_back_is_free_at_once() -> None:
    """Nothing left, nothing is in doubt."""
    change = given_back(a_row(), NOON)
    assert (change.state, change.attempts, change.next_attempt_at) == ("queued", 0, NOON)
    assert change.fallback_at == NOON + 10 * MINUTE


@pytest.mark.parametrize(("attempts", "state"), [(1, "suppressed"), (2, "failed")])
def test_what_is_dropped_says_whether_it_was_ever_tried(attempts: int, state: str) -> None:
    """Suppressed was never tried; the ladder is not asked either way."""
    change = dropped(a_row(attempts=attempts), Reason.EXPIRED, NOON)
    assert (change.state, change.reason, change.done_at) == (state, "expired", NOON)
    assert change.fallback_at is None


@pytest.mark.parametrize("reason", ["lost-claim", "in-doubt: no answer"])
@pytest.mark.parametrize("state", ["queued", "sending"])
def test_what_may_have_left_is_never_said_to_be_untried(state: str, reason: str) -> None:
    """G7: its claim was lost, or nobody answered; then its message ended, or its address went.

    Whoever may have it hears the end.
    """
    row = a_row(state=state, reason=reason)
    change = dropped(row, Reason.ENDED, NOON)
    assert (change.state, change.reason) == ("unknown", "unknown: ended")
    assert impossible(row, Reason.NO_ADDRESS, a_course(), NOON).state == "unknown"
    assert given_back(row, NOON).reason == reason
    assert deferred(row, Wait(MORNING, Reason.QUIET_HOURS), NOON).reason == reason


@pytest.mark.parametrize(("rung", "fallback_at"), [(0, NOON), (2, None)])
def test_without_an_address_the_next_rung_is_asked_at_once(
    rung: int, fallback_at: datetime | None
) -> None:
    """Where there is one."""
    change = impossible(a_row(rung=rung), Reason.NO_ADDRESS.of("mail"), a_course(), NOON)
    assert (change.state, change.reason) == ("failed", "no-address: mail")
    assert change.fallback_at == fallback_at


def test_an_acknowledgement_is_the_last_word() -> None:
    """No further rung, no further attempt; when it was sent stays known."""
    change = acknowledged(a_row(sent_at=NOON), NOON + HOUR)
    assert (change.state, change.done_at, change.sent_at) == ("acknowledged", NOON + HOUR, NOON)
    assert change.fallback_at is None
    assert change.next_attempt_at is None


def test_a_row_that_rests_asks_for_nothing() -> None:
    """Everything else of it stays."""
    row = a_row(state="queued", reason="retry", next_attempt_at=NOON)
    change = rested(row)
    assert change.fallback_at is None
    assert (change.state, change.reason, change.next_attempt_at) == ("queued", "retry", NOON)


def test_a_reason_may_say_what_it_is_about() -> None:
    """The medium, or the channel's words."""
    assert Reason.BY_HAND.of("runner") == "by-hand: runner"
    assert Reason.BY_HAND.of("") == "by-hand"


@pytest.mark.parametrize(
    ("case", "step"),
    [
        ({}, Avoid("down: mail")),
        ({"quiet": NIGHT}, Avoid("down: mail")),
        ({"ended": True}, Final(Reason.ENDED)),
        ({"dead": {"mail": MIDNIGHT + MINUTE}}, Send()),
    ],
)
def test_what_waited_for_a_medium_that_died_does_not_go_by_it(
    case: dict[str, Any], step: Avoid | Final | Send
) -> None:
    """It looks for another way at once, by night too; what has ended looks for none."""
    course = a_course(**({"dead": {"mail": NOON}} | case))
    assert next_step(a_row(), course, MIDNIGHT) == step


@pytest.mark.parametrize(
    ("attempts", "reason", "state"),
    [(1, "", "suppressed"), (2, "retry: busy", "failed"), (1, "lost-claim", "unknown")],
)
def test_what_is_avoided_asks_for_the_next_rung_at_once(
    attempts: int, reason: str, state: str
) -> None:
    """Never tried, tried before, or perhaps on its way: the next rung does not wait for it."""
    row = a_row(state="sending", attempts=attempts, reason=reason)
    change = avoided(row, Avoid("down: mail"), a_course(dead={"mail": NOON}), MIDNIGHT)
    assert (change.state, change.fallback_at) == (state, MIDNIGHT)
    top = avoided(a_row(rung=2), Avoid("down: mail"), a_course(), MIDNIGHT)
    assert top.fallback_at is None
