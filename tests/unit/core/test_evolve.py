"""The fold: every event has its place, and nothing in it grows without end."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.evolve import FOLDS, evolve
from crisis.core.evolve.folding import replace
from crisis.core.incident import REMEMBERED, Incident
from tests.unit.core.story import Story, words


def test_every_event_of_an_incident_has_its_place() -> None:
    """A new event without a line in the fold is found here, before it is ever stored."""
    assert set(get_args(e.IncidentEvent)) == {*FOLDS, e.IncidentDeclared}


def test_the_first_event_declares_the_incident() -> None:
    """Anything else before it is no journal of ours."""
    event = e.Event(seq=1, at=Story().now, body=e.LeadMissing(count=1))
    with pytest.raises(ValueError, match="first event"):
        evolve(None, event)


def test_the_state_does_not_grow_with_the_timeline() -> None:
    """One decision costs the same on the first hour and on the tenth day."""
    story = Story("flood")
    story.report()
    story.accept()
    for number in range(REMEMBERED + 5):
        story.does(c.RecordMeasure(measure=words(str(number))))
    story.passes("9d")

    assert len(story.incident.measures) == REMEMBERED
    assert story.incident.measures[-1].measure == words(str(REMEMBERED + 4))
    assert len(story.incident.lapses) <= REMEMBERED
    assert story.incident.unsent == {}
    assert len(story.incident.commitments) < 10


def test_a_journal_folds_to_the_same_state_from_the_start() -> None:
    """G11: the state is what the journal says, and nothing else."""
    story = Story("generic")
    story.report(danger="yes")
    story.accept()
    story.passes("5h")
    state: Incident | None = None
    for event in story.log:
        state = evolve(state, event)

    assert state == story.incident


def test_a_clock_that_went_back_does_not_turn_the_state_back() -> None:
    """``last_at`` only goes forward."""
    story = Story("flood")
    story.report()
    earlier = story.now - timedelta(hours=1)
    event = e.Event(seq=story.seq + 1, at=earlier, body=e.LeadMissing(count=1))

    assert evolve(story.incident, event).last_at == story.incident.last_at


def test_a_reminder_of_a_review_that_is_not_there_changes_nothing() -> None:
    """The fold has no rules, and cannot fail."""
    story = Story("flood")
    story.report()
    event = e.Event(seq=story.seq + 1, at=story.now, body=e.ReviewReminded(count=1))

    assert evolve(story.incident, event).review is None


def test_an_event_about_a_step_that_was_never_ready_still_folds() -> None:
    """A step that is moot before it was ready; a brief that is known twice."""
    story = Story("flood")
    story.report()
    moot = evolve(
        story.incident,
        e.Event(seq=story.seq + 1, at=story.now, body=e.StepsMoot(steps=("rescue",))),
    )
    assert moot.steps["rescue"].state == "moot"
    sent = e.MessageSent(message_id="unknown", sent_at=story.now)
    again = evolve(moot, e.Event(seq=moot.seq + 1, at=story.now, body=sent))
    assert again.known_seq == moot.known_seq


def test_the_situation_is_that_of_the_state_it_is_asked_of() -> None:
    """Two incidents that are asked in turn do not lend each other their answers."""
    one, other = Story("flood"), Story("flood")
    one.report(danger="yes")
    other.report(danger="no")

    assert [s.incident.situation["danger"] for s in (one, other, one)] == ["yes", "no", "yes"]


def test_a_fold_cannot_write_a_field_that_there_is_not() -> None:
    """A slip of the pen is found by the first test that folds it, not by a lost fact."""
    story = Story("flood")
    story.report()
    with pytest.raises(TypeError, match="has no field sevrity"):
        replace(story.incident, sevrity="S1")  # type: ignore[call-arg]  # the slip
