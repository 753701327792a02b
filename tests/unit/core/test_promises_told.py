"""What people are told of promises: how late a word is, and what was done before it was noted."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from tests.unit.core.story import Story, words
from tests.unit.only import only

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
    story.does(k.KeepPromise(promise_id="tea"), happened_at=due_at - timedelta(minutes=5))
    story.does(k.KeepPromise(promise_id="key"))

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


# --- what was promised and did not happen ---


def promised(story: Story, *, counterpart: str | None = "we carry it") -> None:
    """People in the building are promised water by 11:00."""
    due_at = story.now + timedelta(hours=1)
    instead = words(counterpart) if counterpart else None
    story.does(
        c.MakePromise(
            promise_id="water", audience="people-on-site", words=words("water"), due_at=due_at,
            counterpart=instead,
        )
    )  # fmt: skip
    assert story.clock(due_at) == "11:00"


def test_a_broken_engagement_is_told_to_those_who_were_promised() -> None:
    """G8: the next word says what was promised, by when, that it did not happen, and what does."""
    story = led()
    promised(story)
    story.at("11:30")
    story.does(c.Say(words=words("news")))

    told = only(story.sent("people-on-site")[-1].broken)
    assert (told.words, told.counterpart, told.news) == (words("water"), words("we carry it"), True)
    assert (story.clock(told.due_at), told.done_at) == ("11:00", None)
    assert story.sent("front-line")[-1].broken == (), "others were promised nothing"
    story.does(c.Say(words=words("more")))
    assert story.sent("people-on-site")[-1].broken == (), "once is enough"


def test_what_is_done_instead_is_told_when_it_is_done() -> None:
    """G8: it is news, so that the next update leaves by itself with it."""
    story = led()
    promised(story)
    story.at("11:30")
    story.does(c.Say(words=words("news")))
    story.does(c.CompleteStep(step="water.counterpart"))
    promise = story.incident.audiences["people-on-site"].promise
    assert promise is not None
    story.at(story.clock(story.incident.commitments[promise].due_at))

    (update,) = (one for one in story.sent("people-on-site", "update") if one.broken[:1]
                 and one.broken[0].done_at)  # fmt: skip
    (told,) = update.broken
    assert (told.news, story.clock(told.done_at or story.now)) == (False, "11:30")


def test_a_broken_promise_without_counterpart_is_told_too() -> None:
    """Nothing is done instead, and nothing is said to be."""
    story = led()
    promised(story, counterpart=None)
    story.at("11:30")
    story.does(c.Say(words=words("news")))

    (told,) = story.sent("people-on-site")[-1].broken
    assert (told.words, told.counterpart) == (words("water"), None)
    assert not story.sent("people-on-site")[-1].indebted


def test_after_the_end_those_who_were_promised_hear_of_it_at_once() -> None:
    """G8: there is no next word to wait for; the end said that it was not the last of this."""
    story = led()
    story.does(c.DeclarePhase(phase="safe"), override=words("x"))
    story.does(c.DeclarePhase(phase="normal"), override=words("x"))
    end = story.sent("people-on-site")[-1]
    assert (end.kind, end.indebted) == ("end", True)
    before = story.seq
    story.passes("2d")

    (broken,) = story.sent("people-on-site", "update", since=before)
    assert (broken.kind, broken.ends, broken.indebted) == ("update", (end.id,), True)
    assert [one.news for one in broken.broken] == [True]
    assert (broken.impact, broken.instruction, broken.measures) == (None, None, ())
    before = story.seq
    story.does(c.CompleteStep(step="belongings.counterpart"))
    (done,) = story.sent("people-on-site", since=before)
    assert [(one.news, one.done_at) for one in done.broken] == [(False, story.now)]
    assert (done.ends, done.indebted) == ((broken.id,), False)


# --- the end, and whoever has arrived ---


def test_the_end_says_that_it_is_over_and_not_what_was_done() -> None:
    """Those who are away read one thing: it is over, since when, and what it means for them."""
    story = led()
    story.does(c.RecordWorkaround(workaround=words("annex")))
    story.does(c.CompleteStep(step="lifts"))
    story.does(c.DeclarePhase(phase="safe"), override=words("x"))
    story.does(c.CompleteStep(step="close-area"))
    story.does(c.DeclarePhase(phase="normal"), override=words("x"))

    end = story.sent("front-line")[-1]
    assert (end.measures, end.workaround, end.known) == ((), None, ())
    assert end.over_at == story.now
    assert story.sent("directorate", "brief")[-1].measures, "the directorate has it all"
    assert story.sent("directorate", "brief")[-1].workaround is None


def test_an_arrival_is_told_in_the_next_update() -> None:
    """Those who read that the plumber was called read that the plumber is there, since when."""
    story = led()
    story.does(c.ReportContractor(step="pump", stage="called"))
    story.does(c.Say(words=words("called")))
    arrived_at = story.now + timedelta(minutes=20)
    story.passes("30m")
    arrived = c.ReportContractor(step="pump", stage="arrived")
    story.does(arrived, happened_at=arrived_at)
    story.at("12:29")

    update = story.sent("front-line")[-1]
    assert update.kind == "update"
    (told,) = (one for one in update.measures if one.id == "step:pump")
    assert (told.arrived_at, told.eta_at) == (arrived_at, None)
    story.does(c.ReportContractor(step="pump", stage="left"))
    assert story.incident.steps["pump"].arrived_at == arrived_at


def test_what_is_done_instead_after_the_close_is_told_too() -> None:
    """G8: what was left at the close is an action; when that is done, they hear of it."""
    story = led()
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("x"))
    story.does(c.CloseIncident(), override=words("x"))
    (broken,) = (one for one in story.sent("people-on-site") if one.broken)
    action = next(
        name for name, one in story.incident.actions.items()
        if one.subject == "belongings.counterpart"
    )  # fmt: skip
    before = story.seq
    story.does(c.FinishAction(action_id=action, proof=words("bill")))

    (done,) = story.sent("people-on-site", since=before)
    assert (done.ends, done.broken[0].done_at) == ((broken.id,), story.now)
    before = story.seq
    story.does(c.FinishAction(action_id=action, proof=words("another bill")))
    assert story.sent("people-on-site", since=before) == [], "once is enough"
