"""What is still owed at the close, and after a false alarm: settled, or seen by name (G7)."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from tests.unit.core.story import Story, words

FORCED = words("seen with the team")
ON_SITE = "people-on-site"


def priced() -> Story:
    """A small flood; the pump costs more than its caller may spend, and the directorate is asked.

    Nothing is promised that could keep it from being closed.
    """
    story = Story("flood", edits={"severity/start": "S4", "severity/raise": {}})
    story.report()
    story.accept()
    story.does(k.AnnounceCost(step="pump", amount="90000 EUR"), "technical")
    return story


def test_a_crisis_is_not_closed_over_people_whom_nobody_has_told() -> None:
    """G7: the end reached no telephone of three people; closing asks for them, or for a reason."""
    story = priced()
    story.does(k.DecideCost(step="pump", answer="refuse"), "dg")
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=FORCED)
    for name, one in tuple(story.incident.commitments.items()):
        if one.kind != "update":
            story.does(k.KeepPromise(promise_id=name))
    end = story.incident.audiences[ON_SITE].last_message_id
    story.does(c.NoteLeftOver(message_id=end, audience=ON_SITE, kind="end", count=3))
    refusal = story.refused(c.CloseIncident())
    assert refusal.overridable
    assert f"crisis carried {ON_SITE}" in refusal.words["en"]

    story.does(c.CloseIncident(), override=words("they are on leave"))
    left = {(one.reason, one.subject) for one in story.incident.actions.values()}
    assert ("left-uncarried", ON_SITE) in left
    assert "left-uncarried" in {one.reason for one in story.said(e.ActionProposed)}


def test_a_crisis_is_not_closed_over_a_cost_that_nobody_has_answered() -> None:
    """The contractor waits for yes or no: closing asks for it, or it becomes an action."""
    story = priced()
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=FORCED)
    for name, one in tuple(story.incident.commitments.items()):
        if one.kind != "update":
            story.does(k.KeepPromise(promise_id=name))
    assert "crisis grant pump" in story.refused(c.CloseIncident()).words["en"]
    story.does(c.CloseIncident(), override=words("by telephone"))
    left = {(one.reason, one.subject) for one in story.incident.actions.values()}
    assert ("cost-unanswered", "pump") in left


def test_after_a_false_alarm_a_contractor_still_has_its_answer() -> None:
    """The pump had been called: those who may are asked until somebody says yes or no."""
    story = priced()
    story.does(c.CancelIncident())
    before = story.seq
    story.passes("1h")
    assert story.said(e.CostAsked, before)
    story.does(k.DecideCost(step="pump", answer="refuse"), "dg")
    before = story.seq
    story.passes("1d")
    assert story.said(e.CostAsked, before) == []
