"""Where a worker goes on: what the store says, held against what the log still has."""

from __future__ import annotations

from crisis.runtime.positions import Resume, resume


def test_it_goes_on_after_what_was_handled() -> None:
    """The next one, be it written already or not."""
    assert resume(41, begins=0, ends=100) == Resume(42)
    assert resume(99, begins=0, ends=100) == Resume(100)
    assert resume(41, begins=42, ends=42) == Resume(42)


def test_whoever_has_handled_nothing_begins_where_the_log_does() -> None:
    """Nothing is passed over on the first day."""
    assert resume(None, begins=0, ends=0) == Resume(0)
    assert resume(None, begins=7, ends=9) == Resume(7)


def test_what_was_deleted_before_it_was_read_is_lost_by_name() -> None:
    """G1: a loud word with the range, never a silent jump."""
    assert resume(41, begins=50, ends=60) == Resume(50, "lost", 42, 49)


def test_a_position_beyond_the_end_is_of_another_log() -> None:
    """A topic that was made anew begins at 0: what it holds is read, not thrown away."""
    assert resume(499, begins=0, ends=220) == Resume(0, "another-log", 220, 499)
    assert resume(0, begins=0, ends=0) == Resume(0, "another-log", 0, 0)
