"""When a message as a whole was sent, or could not be."""

from __future__ import annotations

import pytest

from crisis.core.turning import Turning, turning


@pytest.mark.parametrize(
    ("tally", "asleep", "climbing", "ended", "expected"),
    [
        ({"sent": 3}, 0, False, False, Turning.SENT),
        ({"delivered": 1, "failed": 9}, 0, True, False, Turning.SENT),
        ({"acknowledged": 1}, 0, False, False, Turning.SENT),
        ({"sent": 3, "queued": 1, "untried": 1}, 0, False, False, None),
        ({"sent": 3, "queued": 1, "untried": 0}, 0, False, False, Turning.SENT),
        ({"sent": 3, "sending": 1}, 0, False, False, None),
        ({"sent": 3, "queued": 1, "untried": 1}, 1, False, False, Turning.SENT),
        ({"queued": 2, "untried": 2}, 2, False, False, Turning.ASLEEP),
        ({"queued": 2, "untried": 2}, 1, False, False, None),
        ({"queued": 1, "untried": 0, "failed": 4}, 0, False, False, None),
        ({"failed": 4}, 0, True, False, None),
        ({"failed": 4}, 0, False, False, Turning.FAILED),
        ({"suppressed": 4}, 0, False, False, Turning.FAILED),
        ({"unknown": 4}, 0, False, False, Turning.FAILED),
        ({"sent": 0, "untried": 0}, 0, False, False, Turning.NOBODY),
        ({"suppressed": 4}, 0, False, True, Turning.ENDED),
        ({"sent": 1, "suppressed": 4}, 0, False, True, Turning.SENT),
    ],
)
def test_a_turning_point_is_told_when_it_is_reached(
    tally: dict[str, int], asleep: int, *, climbing: bool, ended: bool, expected: Turning | None
) -> None:
    """Sent means: everyone had a first attempt or sleeps, and somebody was reached."""
    assert turning(tally, asleep=asleep, climbing=climbing, ended=ended) is expected
