"""What has failed carries nothing, and every crisis of a site knows it: or it is a breach."""

from __future__ import annotations

from datetime import timedelta

from crisis.proof.invariants.media import Life, unknown_beside
from tests.scenarios.conftest import MORNING

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ONE, TWO, THREE = (MORNING + HOUR * hours for hours in (1, 2, 3))


def test_a_failure_that_one_crisis_only_knows_is_caught() -> None:
    """Row 7.8: at one the mail dies in the first of two crises; the second has a minute."""
    first = Life("first", [(MORNING, None)], {"mail": [(ONE, None)]})
    second = Life("second", [(MORNING, None)], {})
    [breach] = unknown_beside([first, second], TWO)
    assert (breach.guarantee, breach.where) == ("7.8", "second")

    at_once = Life("second", [(MORNING, None)], {"mail": [(ONE, None)]})
    too_late = Life("second", [(MORNING, None)], {"mail": [(ONE + 2 * MINUTE, None)]})
    assert list(unknown_beside([first, at_once], TWO)) == []
    assert [one.where for one in unknown_beside([first, too_late], TWO)] == ["second"]


def test_only_crises_that_go_on_together_have_to_know() -> None:
    """One was over by then; one begins after it, and again after an end; one had it mended."""
    first = Life("first", [(MORNING, None)], {"mail": [(ONE, TWO)]})
    over = Life("over", [(MORNING, ONE)], {})
    after = Life("after", [(TWO, None)], {})
    assert list(unknown_beside([first, over], THREE)) == []
    assert list(unknown_beside([first, after], THREE)) == []

    again = Life("again", [(MORNING, MORNING + 30 * MINUTE), (ONE + 10 * MINUTE, None)], {})
    assert [one.where for one in unknown_beside([first, again], THREE)] == ["again"]
    mended = Life("mended", [(MORNING, None)], {"mail": [(ONE, ONE)]})
    assert list(unknown_beside([first, mended], THREE)) == []
