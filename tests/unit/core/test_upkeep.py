"""What keeps a playbook alive is owed from when it was read, then from the last exercise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from crisis.core.playbook import Playbook
from crisis.core.upkeep import Upkeep, upkeep
from tests.unit.core.story import as_shipped, site
from tests.unit.only import only

READ_AT = datetime(2026, 11, 19, 23, tzinfo=UTC)
"""Midnight in Paris, of the day on which the shipped playbooks were last read."""


def flood(**exercise: Any) -> Playbook:
    """The flood, exercised so often."""
    rules = {"every": "180d", "owner": "facilities-duty"} | exercise
    playbook = as_shipped("flood").in_force({})
    read = playbook.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return Playbook.model_validate(read | {"exercise": rules})


def owed(*playbooks: Playbook, **exercised: datetime) -> list[tuple[str, str, datetime]]:
    """What is owed: playbook, what, by when."""
    return [
        (one.playbook, one.what, one.due_at)
        for one in upkeep(playbooks, site(), exercised=exercised)
    ]


def test_what_was_never_exercised_is_owed_from_when_it_was_read() -> None:
    """Half a year after somebody last read the playbook whole."""
    assert owed(flood()) == [("flood", "exercise", READ_AT + timedelta(days=180))]


def test_after_an_exercise_the_next_is_owed_from_there() -> None:
    """Each exercise begins the time anew; one from before the playbook was read again does not."""
    played_at = READ_AT + timedelta(days=30)
    assert owed(flood(), flood=played_at)[0][2] == played_at + timedelta(days=180)
    before = READ_AT - timedelta(days=30)
    assert owed(flood(), flood=before)[0][2] == READ_AT + timedelta(days=180)


def test_any_exercise_tries_the_addresses() -> None:
    """The addresses are everyone's: an exercise of the fire tries those of the flood too."""
    tested = flood(contact_test_every="30d")
    played_at = READ_AT + timedelta(days=10)
    assert owed(tested, fire=played_at) == [
        ("flood", "contact-test", played_at + timedelta(days=30)),
        ("flood", "exercise", READ_AT + timedelta(days=180)),
    ]


def test_a_playbook_that_asks_for_none_owes_none() -> None:
    """Nothing is owed that nobody has promised."""
    read = as_shipped("flood").in_force({}).model_copy(update={"exercise": None})
    assert owed(read) == []


def test_it_is_overdue_once_its_time_has_passed() -> None:
    """Not at its time, and after it."""
    one = only(upkeep([flood()], site(), exercised={}))
    assert isinstance(one, Upkeep)
    assert not one.overdue(one.due_at)
    assert one.overdue(one.due_at + timedelta(seconds=1))
    assert one.owner == "facilities-duty"
    assert one.last_at is None
