"""Works that are called off, put off or come nearer: an old date is not held against a new one."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import words
from tests.unit.core.test_works import HOUR, announced, begun, news


def test_works_that_are_called_off_while_they_go_on_owe_nobody_their_end() -> None:
    """G8: cancelled at noon, they were to end at three: nobody is asked, nothing is broken."""
    story = begun()
    assert {one.kind for one in story.incident.commitments.values()} >= {"end"}
    story.does(c.CancelIncident())
    before = story.seq
    story.passes("1d")
    assert story.said(e.CommitmentBroken, before) == []
    assert story.notices("lead", "finish-in-time", since=before) == []


def test_a_choice_about_the_old_date_does_not_put_off_the_new_one() -> None:
    """G8: put off on Monday, announced for Thursday: on Thursday they begin as announced."""
    edits = {"steps/go/at": ..., "steps/go/after": "expected", "steps/go/within": "6h"}
    story = announced(edits=edits)
    story.does(c.ChooseOption(step="go", option="postpone"))
    starts = story.now + 80 * HOUR
    story.does(c.RescheduleWorks(starts_at=starts, ends_at=starts + 4 * HOUR))
    story.passes("81h")
    assert len(story.said(e.WorksPostponed)) == 1
    assert news(story, "people-on-site")[-1] == "begun"


def test_a_reminder_of_what_was_approved_asks_nobody_again() -> None:
    """G5: works are announced in ten days, and what people hear is approved: reminders leave."""
    stage = {"by": ["communication"], "within": "15m", "silence": "hold"}
    story = announced(240 * HOUR, plan={"audiences/people-on-site/approval": [stage]})
    story.passes("7d")
    story.does(c.Say(audiences=("people-on-site",), words=words("use gate 3")))
    story.passes("2d")
    assert news(story, "people-on-site") == ["announced", "reminder"]
    assert story.sent("people-on-site")[-1].own_words is None
    assert {one.owed_by for one in story.said(e.MessageDrafted)} == {"say"}

    story.does(c.ChooseOption(step="go", option="go"))
    story.does(c.RecordMeasure(measure=words("the lift stays on")), "technical")
    story.passes("23h30m")
    assert [one.kind for one in story.sent("people-on-site")][-1] == "holding"
    assert story.incident.drafts["people-on-site"].measures
    story.does(c.ApproveDraft(audience="people-on-site"), "communication")
    assert story.sent("people-on-site")[-1].measures
