"""What is owed, and when to look again."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core.decide import decide
from crisis.core.deciding import Decision, Facts
from crisis.core.due import due, next_due_at
from tests.unit.core.story import Story, words


def test_nothing_is_due_before_its_time_and_the_longest_owed_comes_first() -> None:
    """In order of time, then by name: the same state always gives the same list."""
    story = Story("flood")
    story.report()
    at = next_due_at(story.incident, story.pinned)
    assert at is not None
    assert due(story.incident, story.pinned, at - timedelta(microseconds=1)) == []
    owed = due(story.incident, story.pinned, at + timedelta(hours=5))

    times = [one.body.due_at for one in owed if isinstance(one.body, c.Fulfil)]
    assert times == sorted(times)
    assert times[0] == at
    assert len({one.id for one in owed}) == len(owed)


def test_a_due_command_is_the_clocks_and_says_what_it_is() -> None:
    """A rule acts, through the door of the clock, in the incident's own world (G9)."""
    story = Story("flood", exercise=True)
    story.report()
    at = next_due_at(story.incident, story.pinned)
    assert at is not None
    command = due(story.incident, story.pinned, at)[0]

    assert (command.actor.kind, command.door, command.authority) == ("rule", "clock", "rule")
    assert command.exercise
    assert command.stream_id == story.incident.id


def test_what_is_owed_no_more_leaves_nothing() -> None:
    """Two workers look at the same moment: the second finds it done."""
    story = Story("flood")
    story.report()
    at = next_due_at(story.incident, story.pinned)
    assert at is not None
    command = due(story.incident, story.pinned, at)[0]
    story.now = at
    story.catch_up()
    facts = Facts(candidates=story.candidates)
    again = decide(story.incident, command, story.pinned, facts, at)

    assert isinstance(again, Decision)
    assert again.accepted
    assert again.events == ()


def test_a_closed_incident_with_nothing_to_learn_waits_for_nobody() -> None:
    """Closed, reviewed, verified: it is never looked at again."""
    story = Story("flood")
    story.report(severity="S4")
    story.accept()
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    story.does(k.KeepPromise(promise_id=next(iter(story.incident.commitments))))
    story.does(c.CloseIncident())

    assert next_due_at(story.incident, story.pinned) is None
