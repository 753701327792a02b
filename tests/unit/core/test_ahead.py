"""The update is ready before its promised time, and the lead finds it in the question: G5."""

from __future__ import annotations

from dataclasses import replace

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.decide.ahead import leaves_by_itself
from crisis.core.deciding import Deciding
from tests.unit.core.story import Story, words
from tests.unit.core.test_messages import CALM, led


def asked(story: Story) -> None:
    """Time passes until the lead is asked for the update to the people on site."""
    promised = story.sent("people-on-site")[0].next_update_at
    assert promised is not None
    while not story.notices("lead", "ask-update") and story.now < promised:
        story.passes("1m")


def test_the_draft_is_in_the_question() -> None:
    """At 80 % of the span: what leaves by itself, to whom and when, with what is new in it."""
    story = led(edits=CALM)
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    asked(story)

    notice = story.notices("lead", "ask-update")[0].notice
    assert notice is not None
    assert notice.drafts
    (first, *others) = notice.drafts
    assert len(others) <= 2
    assert notice.due_at is not None
    assert story.clock(first.leaves_at) < story.clock(notice.due_at)
    titles = [one.title for one in story.pinned.plan.audiences.values()]
    assert first.audience in titles
    assert set(first.words) == {"fr", "en"}
    assert not story.sent("people-on-site", "update"), "asking tells nobody anything"


def test_without_news_there_is_nothing_to_show() -> None:
    """The holding statement goes then: nobody is shown words that say nothing."""
    story = led(edits=CALM)
    asked(story)
    notice = story.notices("lead", "ask-update")[0].notice
    assert notice is not None
    assert notice.drafts == ()


def test_what_is_shown_is_what_leaves_unless_more_is_recorded() -> None:
    """One minute before the time it leaves, with everything that is known by then."""
    story = led(edits=CALM)
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    asked(story)
    story.does(c.RecordMeasure(measure=words("Two pumps run.")))
    promised = story.sent("people-on-site")[0].next_update_at
    assert promised is not None
    while story.now < promised:
        story.passes("1m")

    (update,) = story.sent("people-on-site", "update")
    assert update.issued_at < promised
    assert len(update.measures) == 2
    assert {one.how for one in story.said(e.PromiseAnswered)} == {"update"}


def test_what_is_answered_or_over_leaves_no_more() -> None:
    """A look at any moment: an open promise with news is ready, and one that is over is not."""
    story = led(edits=CALM)
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    command = story._command(c.SendBrief(), "lead")
    promise = next(iter(story.incident.commitments.values()))

    d = Deciding(story.incident, command, story.pinned, story.facts(), story.now)
    assert leaves_by_itself(d, promise)
    assert not leaves_by_itself(d, replace(promise, message_id="i-1"))
