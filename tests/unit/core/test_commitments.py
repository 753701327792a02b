"""Promises: asked for, kept by a word or a deed, late, broken, and the silence after (G5, G8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, told, words
from tests.unit.only import only

QUIET = {"steps/current/unanswered": "no", "steps/server-room/unanswered": "no",
         "severity/raise": {}}  # fmt: skip
"""A flood that silence makes no worse: the next word is promised for two hours later."""


def led(**more: Any) -> Story:
    """A flood of S3 with all roles held: the next word is promised for 12:00."""
    story = Story("flood", edits=QUIET | more.pop("edits", {}), **more)
    story.report()
    story.accept()
    return story


def how(story: Story) -> dict[str, int]:
    """How commitments ended."""
    return dict(story.incident.tallies)


# --- the next word ---


def test_the_lead_is_asked_at_four_fifths_of_the_span_once_for_all_audiences() -> None:
    """At 11:36 of 12:00: one notice to lead and communication, naming the audiences."""
    story = led()
    story.at("11:35")
    assert story.notices("lead", "ask-update") == []
    story.at("11:36")

    asked = only(story.notices("lead", "ask-update"))
    assert asked.to == ("lead", "communication")
    assert asked.notice is not None
    assert asked.notice.subject == "people-on-site,front-line,contractors-on-site,co-tenants"
    assert asked.notice.due_at is not None
    assert story.clock(asked.notice.due_at) == "12:00"


def test_what_would_be_asked_a_moment_later_is_asked_with_it() -> None:
    """Co-tenants heard a minute after the others: the lead gets one such message, not two."""
    story = led()
    story.ledger = False
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    story.passes("1m")
    story.dispatch()
    story.at("11:59")

    (asked,) = story.notices("lead", "ask-update")
    assert asked.notice is not None
    assert asked.notice.subject == "people-on-site,front-line,contractors-on-site,co-tenants"


def test_a_new_fact_keeps_the_promise_by_an_update() -> None:
    """A minute before noon the drafted update leaves by itself; the measure is in it."""
    story = led()
    story.at("11:40")
    story.does(c.RecordMeasure(measure=words("pumps"), expected_result=words("dry by two")))
    story.at("12:00")

    assert told(story, "front-line")[-1] == ("11:59", "update")
    (measure,) = story.sent("front-line")[-1].measures
    assert measure.expected_result == words("dry by two")
    assert how(story)["kept_by_update"] == 4


def test_without_a_new_fact_a_holding_statement_keeps_it() -> None:
    """Nobody is left in silence; the next time is named."""
    story = led()
    story.at("12:00")

    assert told(story, "front-line")[-1] == ("11:59", "holding")
    assert story.sent("front-line")[-1].holding is not None
    assert how(story)["kept_by_holding"] == 4


def test_what_stays_inside_or_was_assumed_is_no_news() -> None:
    """An update that says nothing new would be worse than an honest holding statement."""
    story = led()
    story.does(c.RecordMeasure(measure=words("secret"), inside_only=True))
    story.does(c.AnswerStep(step="server-room", answer="yes"), "technical")
    story.does(c.CompleteStep(step="level-round", evidence=words("12 cm")), "technical")
    story.report(what=words("wet here too"))
    story.at("12:00")

    assert {kind for _, kind in told(story, "front-line")} == {"alert", "holding"}


def test_every_kind_of_news_makes_it_an_update() -> None:
    """A measure of the playbook, an answer, a way round, an arrival time, a promise."""
    eta_at = led().now + timedelta(hours=3)
    for body in (
        c.CompleteStep(step="lifts"),
        c.AnswerStep(step="source", answer="pipe"),
        c.RecordWorkaround(workaround=words("use the annex")),
        c.ReportContractor(step="pump", stage="eta", eta_at=eta_at),
        c.MakePromise(promise_id="p1", audience="front-line", words=words("tea"), due_at=eta_at),
    ):
        story = led()
        story.does(body)
        story.at("12:00")
        assert told(story, "front-line")[-1] == ("11:59", "update"), body


def test_a_promise_to_others_is_no_news_here() -> None:
    """What was promised to the co-tenants is not told to the front line."""
    story = led()
    due_at = story.now + timedelta(hours=5)
    story.does(
        c.MakePromise(promise_id="p1", audience="co-tenants", words=words("key"), due_at=due_at)
    )
    story.at("12:00")

    assert told(story, "front-line")[-1] == ("11:59", "holding")


def test_two_holding_statements_in_a_row_then_people_must_speak() -> None:
    """G5: the third time nothing is said in the lead's place; the promise breaks visibly."""
    story = led()
    story.at("18:00")
    story.at("23:00")

    holdings = [one for one in told(story, "front-line") if one[1] == "holding"]
    assert len(holdings) == 2
    assert story.said(e.LeftToPeople)
    assert how(story)["broken"] == 4
    (notice,) = story.notices("director", "promise-broken")
    assert notice.notice is not None
    assert "front-line" in notice.notice.subject


def test_one_brief_tells_of_all_promises_that_break_together() -> None:
    """Four audiences, one break, one brief, one notice to each person."""
    story = led()
    story.at("23:00")
    broken_at = next(one.at for one in story.log if isinstance(one.body, e.CommitmentBroken))

    briefs = [one for one in story.sent("directorate", "brief") if one.issued_at == broken_at]
    assert len(briefs) == 1


def test_the_escalation_repeats_until_a_person_speaks() -> None:
    """At each cadence everyone who could speak, and the directorate, once for all audiences."""
    story = led()
    story.at("23:00")
    story.at("10:00")
    silence = story.notices("director", "silence")
    assert len(silence) > 2
    assert len(story.notices("directorate", "silence")) == len(silence)
    before = story.seq
    story.does(c.RecordMeasure(measure=words("at last")))

    spoken = story.sent(kind="update", since=before)
    assert {one.audience for one in spoken} == set(story.incident.audiences) - {"users-away"}
    assert all(one.late_by_minutes > 60 for one in spoken)
    before = story.seq
    story.passes("1h")
    assert story.notices("director", "silence", before) == []


def test_a_fact_that_comes_after_the_last_call_does_not_wait_for_the_break() -> None:
    """Left to people a minute before; a person records a fact: it is told at once."""
    story = led()
    story.at("18:00")
    due_at = story.incident.commitments[story.said(e.UpdatePromised)[-1].commitment_id].due_at
    story._until(due_at - timedelta(seconds=30))
    assert story.said(e.LeftToPeople)
    before = story.seq
    story.does(c.RecordMeasure(measure=words("just now")))

    assert story.sent("front-line", "update", before)
    story.passes("1h")
    assert "broken" not in how(story)


def test_a_word_that_a_person_says_restarts_the_count_of_holding_statements() -> None:
    """Two in a row: a person in between makes it a new row."""
    story = led()
    story.at("14:00")
    assert story.incident.audiences["front-line"].holdings == 2
    story.does(c.Say())

    assert story.incident.audiences["front-line"].holdings == 0


def test_silence_without_a_rhythm_is_escalated_each_hour() -> None:
    """A severity without cadence: somebody still must speak."""
    story = led()
    story.at("23:00")
    plan = story.pinned.plan.cadence
    assert plan.update_every.at("S3") is not None
    quiet = Story("flood", edits=QUIET, plan={"cadence/update_every": {"S3": "2h"}})
    quiet.report()
    quiet.accept()
    quiet.at("23:00")
    quiet.does(c.ChangeSeverity(to="S4"))
    before = quiet.seq
    quiet.passes("3h")

    assert len(quiet.notices("director", "silence", before)) == 3


# --- the ledger's word ---


def test_sent_in_time_is_kept_sent_later_is_late_and_too_late_is_broken() -> None:
    """Kept is what was sent by the promised time; late until 120 % of the span; then broken."""
    for minutes, end in ((0, "kept_by_holding"), (20, "late"), (30, "broken")):
        story = led(ledger=False)
        story.dispatch()
        story.at("12:00")
        (word,) = story.sent("front-line", "holding")
        story.passes(f"{minutes}m")
        if word.id in story.incident.unsent:
            story.note_sent(word)
        assert how(story).get(end, 0) >= 1, (minutes, how(story))


def test_the_ledgers_word_may_come_after_the_time_it_speaks_of() -> None:
    """Sent in time and heard of later: kept, as long as it is not broken yet."""
    story = led(ledger=False)
    story.dispatch()
    story.at("12:00")
    (word,) = story.sent("front-line", "holding")
    story.now += timedelta(minutes=10)
    sent_at = story.now - timedelta(minutes=11)
    body = c.NoteSent(message_id=word.id, sent=True, sent_at=sent_at)
    story.does(body, actor=c.Actor(kind="rule", id="ledger"))

    assert how(story)["kept_by_holding"] == 1


def test_a_word_that_left_too_late_breaks_with_the_others_and_is_told_once() -> None:
    """After an absence the words leave late: broken, one notice, nobody is called silent."""
    story = led()
    story.away("6h")

    assert how(story)["broken"] == 4
    assert len(story.notices("lead", "promise-broken")) == 1
    assert all(heard.broken_at is None for heard in story.incident.audiences.values())


def test_a_message_that_reached_nobody_is_told_to_the_lead() -> None:
    """G13: another way must be found; the promise that it answered is broken in time."""
    story = led()
    story.failing = {"front-line"}
    story.at("12:00")
    (notice,) = story.notices("lead", "message-failed")
    assert notice.notice is not None
    assert notice.notice.subject == "front-line"
    story.at("12:30")

    assert how(story)["broken"] == 1


def test_a_first_word_that_reached_nobody_goes_to_the_deputies_too() -> None:
    """G13: they believe that these people know; a later word goes to the lead alone."""
    story = led(failing={"front-line"})
    (notice,) = story.notices("lead", "message-failed")
    assert notice.kind == "escalation"
    assert {"lead", "lead-deputy", "director"} <= set(notice.to)
    before = story.seq
    story.does(c.Say(audiences=("front-line",)))
    (notice,) = story.notices("lead", "message-failed", before)
    assert notice.to == ("lead",)


def test_a_first_brief_that_reached_nobody_goes_to_the_deputies_too() -> None:
    """G6: the directorate knows nothing yet; somebody has to tell it another way."""
    story = led(failing={"directorate"})
    (notice,) = story.notices("lead", "message-failed")
    assert {"lead", "lead-deputy", "director"} <= set(notice.to)


def test_the_ledger_speaks_once_of_each_message() -> None:
    """What is known already, or was never released, changes nothing."""
    story = led()
    ledger = c.Actor(kind="rule", id="ledger")
    first = story.sent("front-line")[0]
    body = c.NoteSent(message_id=first.id, sent=True, sent_at=story.now)

    assert story.does(body, actor=ledger) == []


def test_a_notice_that_fails_makes_no_further_notices() -> None:
    """A person who cannot be reached is the ledger's to retry, not a chain of messages."""
    story = led()
    story.ledger = False
    story.at("11:36")
    before = story.seq
    story.note_sent(story.notices("lead", "ask-update")[0], sent=False)

    assert story.said(e.MessageFailed, before)
    assert story.sent(since=before) == []
