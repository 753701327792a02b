"""What may be late because nobody was there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crisis.proof.invariants import SLACK, Away
from crisis.proof.invariants.record import allowed

SINCE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=10)


@pytest.mark.parametrize(("before_s", "excused"), [(0, True), (59, True), (61, False)])
def test_an_absence_hinders_what_was_owed_in_it_and_just_before(
    before_s: int, excused: bool
) -> None:
    """What could have been done in its minute, had there been one, is owed when it is over."""
    owed_at = SINCE - timedelta(seconds=before_s)
    assert allowed(owed_at, [Away(SINCE, UNTIL)]) == (UNTIL if excused else owed_at) + SLACK


def test_what_is_owed_at_the_return_is_owed_then() -> None:
    """And two absences with nothing between them are one."""
    assert allowed(UNTIL, [Away(SINCE, UNTIL)]) == UNTIL + SLACK
    later = UNTIL + timedelta(hours=1)
    assert allowed(SINCE, [Away(SINCE, UNTIL), Away(UNTIL, later)]) == later + SLACK
