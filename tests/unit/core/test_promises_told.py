"""What people are told of promises: how late a word is, and what was done before it was noted."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, words

QUIET = {"steps/current/unanswered": "no", "steps/server-room/unanswered": "no",
         "severity/raise": {}}  # fmt: skip


def led() -> Story:
    """A flood of S3 with all roles held: the next word is promised for 12:00."""
    story = Story("flood", edits=QUIET)
    story.report()
    story.accept()
    return story


def lapses(story: Story, reason: str) -> list[str]:
    """What went less than well, of one kind."""
    return [one.subject for one in story.incident.lapses if one.reason == reason]


# --- how late a word is ---


def test_lateness_is_counted_from_the_time_that_was_promised() -> None:
    """Not from when the promise counted as broken: the reader looks at the promised time."""
    story = led()
    story.at("23:30")
    heard = story.incident.audiences["front-line"]
    assert heard.promise is None
    assert heard.broken_at is not None
    assert heard.owed_since is not None
    late = int((story.now - heard.owed_since).total_seconds() // 60)
    assert heard.owed_since < heard.broken_at
    story.does(c.Say(words=words("we are still here")))

    assert story.sent("front-line")[-1].late_by_minutes == late
    assert story.incident.audiences["front-line"].owed_since is None


# --- what was done in time, and noted later ---


def test_what_was_kept_in_time_and_noted_later_is_no_lapse() -> None:
    """The review does not start from a lateness that never was."""
    story = led()
    due_at = story.now + timedelta(hours=1)
    for name in ("tea", "key"):
        story.does(
            c.MakePromise(promise_id=name, audience="front-line", words=words("x"), due_at=due_at)
        )
    story.at("11:05")
    assert lapses(story, "promise-late") == ["key", "tea"]
    story.does(c.KeepPromise(promise_id="tea"), happened_at=due_at - timedelta(minutes=5))
    story.does(c.KeepPromise(promise_id="key"))

    assert lapses(story, "promise-late") == ["key"]
    assert [one.commitment_id for one in story.said(e.CommitmentKept)] == ["tea"]


def test_a_word_that_left_in_time_is_no_lapse_when_the_ledger_says_so_later() -> None:
    """The promise is kept by *sent*, whenever the word of it comes."""
    story = led()
    story.ledger = False
    story.at("12:00")
    left_at = story.now
    story.passes("2m")
    late = lapses(story, "promise-late")
    assert late
    for message in story.messages:
        if message.id in story.incident.unsent:
            body = c.NoteSent(message_id=message.id, sent=True, sent_at=left_at)
            story.does(body, actor=c.Actor(kind="rule", id="ledger"))

    assert lapses(story, "promise-late") == []


def test_a_step_that_was_done_before_it_was_late_is_no_lapse() -> None:
    """Noted from paper with its true time; one that was really late stays one."""
    story = led()
    story.passes("3h")
    late = lapses(story, "step-late")
    assert {"lifts", "close-area"} <= set(late)
    early = story.incident.opened_at + timedelta(minutes=1)
    story.does(c.CompleteStep(step="lifts"), happened_at=early)
    story.does(c.CompleteStep(step="close-area"))

    assert "lifts" not in lapses(story, "step-late")
    assert "close-area" in lapses(story, "step-late")
