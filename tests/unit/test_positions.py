"""Where a worker goes on: what the store says, held against what the log still has."""

from __future__ import annotations

from typing import get_args

import pytest

from crisis.runtime.positions import ALARMS, Resume, Trouble, resume


def test_it_goes_on_after_what_was_handled() -> None:
    """The next one, be it written already or not; what the group says of less is no matter."""
    assert resume(41, begins=0, ends=100, committed=42) == Resume(42)
    assert resume(99, begins=0, ends=100, committed=90) == Resume(100)
    assert resume(41, begins=42, ends=42, committed=None) == Resume(42)


def test_whoever_has_handled_nothing_begins_where_the_log_does() -> None:
    """Nothing is passed over on the first day."""
    assert resume(None, begins=0, ends=0, committed=None) == Resume(0)
    assert resume(None, begins=7, ends=9, committed=None) == Resume(7)
    assert resume(-1, begins=0, ends=9, committed=None, topic_known=True) == Resume(0)


def test_what_was_deleted_before_it_was_read_is_lost_by_name() -> None:
    """G1: a loud word with the range, never a silent jump."""
    found = resume(41, begins=50, ends=60, committed=42)
    assert found == Resume(50, "lost", 42, 49)


def test_a_position_beyond_the_end_is_of_another_log() -> None:
    """A topic that was made anew begins at 0: what it holds is read, not thrown away."""
    assert resume(499, begins=0, ends=220, committed=None) == Resume(0, "another-log", 220, 499)
    assert resume(0, begins=0, ends=0, committed=None) == Resume(0, "another-log", 0, 0)


def test_a_log_that_the_group_knows_nothing_of_is_read_anew() -> None:
    """G1: made anew, and longer by now than the old one was: its beginning is read all the same."""
    found = resume(99, begins=0, ends=220, committed=None)
    assert found == Resume(0, "unsure", 0, 99)


@pytest.mark.parametrize("handled", [None, 9])
def test_a_group_that_is_ahead_tells_that_the_store_has_gone_back(handled: int | None) -> None:
    """Yesterday's database was restored: what comes again is named."""
    first = 0 if handled is None else 10
    found = resume(handled, begins=0, ends=50, committed=30)
    assert found == Resume(first, "older-store", first, 29)
    assert resume(handled, begins=0, ends=20, committed=90).last == 19


def test_a_partition_that_was_added_is_read_from_its_beginning() -> None:
    """And it is said that the order of an incident is no longer sure."""
    found = resume(None, begins=0, ends=5, committed=None, topic_known=True)
    assert found == Resume(0, "new-partition", 0, 4)


def test_every_trouble_has_its_words() -> None:
    """Whoever reads the log at 3 a.m. is told what it means."""
    assert set(ALARMS) == set(get_args(Trouble))
