"""E3, E4, E5 and the contractors: words arrive, promises are kept, consequences are drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core.incident import Incident
from crisis.core.scorecard import Reach, scorecard
from crisis.core.scorecard.media import media
from crisis.core.scorecard.reading import Stand, read
from tests.unit.core.scored import (
    FIXTURES,
    FORCED,
    figure,
    measured,
    prompt,
    scored,
    shows_its_evidence,
)
from tests.unit.core.story import Story, words
from tests.unit.only import only

NOTED = {"people-on-site": {"sent": 19, "failed": 1}, "co-tenants": {"sent": 1, "failed": 3}}


def tallied(story: Story) -> None:
    """The ledger's word on every message, as the journal keeps it."""
    audiences = {one.id: one.audience for one in story.messages}
    story.log = [
        replace(event, body=replace(event.body, tally=NOTED.get(
            audiences[event.body.message_id] or "", {"sent": 2})))
        if isinstance(event.body, e.MessageSent) else event
        for event in story.log
    ]  # fmt: skip


def test_who_was_not_reached_was_told_by_the_wrong_medium() -> None:
    """E3: nineteen of twenty people on site, one of four co-tenants."""
    story = prompt()
    tallied(story)
    card = shows_its_evidence(story)
    assert figure(card, "E3", "reached", "people-on-site").verdict == "passed"
    assert figure(card, "E3", "reached", "co-tenants").verdict == "failed"
    assert card["E3"].verdict == "failed"


def test_each_medium_is_counted_by_what_the_ledger_says() -> None:
    """E3: by medium: reached, acknowledged, failed, and how many needed a fallback."""
    story = prompt()
    sent = story.sent("front-line")
    reaches = [
        Reach(message_id=sent[0].id, tried=10, reached=9),
        Reach(message_id=sent[0].id, medium="mail", tried=10, reached=7, acknowledged=4, failed=3),
        Reach(message_id=sent[0].id, medium="sms", tried=3, reached=3, fallback=3),
        Reach(message_id=sent[1].id, medium="pigeon", tried=2, reached=0),
        Reach(message_id=sent[1].id, medium="mail", tried=0, reached=0),
        Reach(message_id="brief", medium="mail", tried=1, reached=1),
    ]
    card = shows_its_evidence(story, reaches=reaches)
    about = ("E3", "by-medium", "front-line")
    assert figure(card, *about, "mail").value == 7
    assert figure(card, "E3", "acknowledged", "front-line", "mail").value == 4
    assert figure(card, "E3", "not-delivered", "front-line", "mail").of == 10
    assert figure(card, "E3", "fallback", "front-line", "sms").value == 3
    assert figure(card, *about, "pigeon").value == 0
    assert figure(card, "E3", "dependent").verdict == "passed"
    assert card["E3"].verdict == "passed"


def test_a_mail_while_mail_is_down_is_the_wrong_medium() -> None:
    """E3: it depends on what failed; what has a reserve lives on for so long."""
    story = prompt()
    seen = read(story.log, story.pinned, story.now)
    assert seen is not None
    first, *_, last = story.sent("front-line")
    at = {word.body.message_id: word.sent_at for word in seen.all_words()}

    def stands(down: str, since: datetime) -> Stand:
        return Stand(since, cast("Incident", SimpleNamespace(situation={"down": down})))

    def wrong(down: str, medium: str) -> float | None:
        states = [stands("nothing", seen.opened_at), stands(down, at[last.id])]
        reaches = [Reach(message_id=one.id, medium=medium, tried=1, reached=1)
                   for one in (first, last)]  # fmt: skip
        [found] = (one for one in media(replace(seen, states=states), reaches)
                   if one.name == "dependent")  # fmt: skip
        return found.value

    assert wrong("internet mail", "mail") == 1
    assert wrong("nothing", "mail") == 0
    assert wrong("power", "public-address") == 0, "its batteries last two hours"


def test_too_many_updates_that_name_nothing_new_tell_no_follow_up() -> None:
    """E4: the lead speaks again and again, and nothing was done."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    measured(story, 1)
    for _ in range(4):
        story.passes("15m")
        story.does(c.Say())
    card = shows_its_evidence(story)
    assert figure(card, "E4", "empty").value == 0, "a person spoke"
    story.log = [
        replace(event, body=replace(event.body, automatic=True))
        if isinstance(event.body, e.MessageReleased) else event
        for event in story.log
    ]  # fmt: skip
    card = shows_its_evidence(story)
    assert figure(card, "E4", "empty").verdict == "failed"


def test_deeds_and_words_keep_promises() -> None:
    """E4: a promise that was kept by the deed counts as kept; one kept late as late."""
    story = Story("leak", folder=FIXTURES)
    story.report(severity="S2")
    story.accept()
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)
    story.does(c.CompleteStep(step="belongings"), "security")
    late = story.now + timedelta(minutes=30)
    story.does(c.MakePromise(
        promise_id="p1", audience="people-on-site", due_at=late, words=words("lift"),
    ), override=FORCED)  # fmt: skip
    story.passes("32m")
    story.does(k.KeepPromise(promise_id="p1"), override=FORCED)
    card = shows_its_evidence(story)
    assert figure(card, "E4", "kept-by-deed").value == 1
    late_one = figure(card, "E4", "late")
    assert late_one.value == 1
    assert late_one.evidence[-1] == story.seq or len(late_one.evidence) == 2


def test_kept_on_paper_in_time_was_not_late() -> None:
    """E4: it was noted after its time, and done before."""
    story = Story("leak", folder=FIXTURES)
    story.report(severity="S2")
    story.accept()
    due_at = story.now + timedelta(minutes=30)
    story.does(c.MakePromise(
        promise_id="p1", audience="people-on-site", due_at=due_at, words=words("lift"),
    ), override=FORCED)  # fmt: skip
    story.passes("32m")
    story.does(
        k.KeepPromise(promise_id="p1"), override=FORCED, happened_at=due_at - timedelta(minutes=5)
    )
    assert figure(scored(story), "E4", "late").value == 0


def over(story: Story) -> Story:
    """Back to normal, and closed."""
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    story.does(c.CloseIncident(), override=FORCED)
    return story


def test_a_review_that_was_held_and_acted_upon_draws_the_consequences() -> None:
    """E5: held in time, avoidability answered, every action owned, done and seen by another."""
    story = over(prompt())
    assert scored(story)["E5"].verdict == "unknown"
    story.does(c.HoldReview(avoidable="partly", why=words("why")))
    for name in tuple(story.incident.actions):
        story.does(c.AgreeAction(
            action_id=name, what=None, owner="ann", due_at=story.now + timedelta(days=3),
        ))  # fmt: skip
        story.does(c.FinishAction(action_id=name, proof=words("proof")), "ann")
        story.does(c.VerifyAction(action_id=name), "bob")
    card = shows_its_evidence(story, playbook_now="another")
    assert card["E5"].verdict == "passed"
    assert figure(card, "E5", "playbook-changed").value == 1
    same = scored(story, playbook_now=story.incident.playbook_digest)
    assert figure(same, "E5", "playbook-changed").value == 0


def test_a_review_that_nobody_held_draws_none() -> None:
    """E5: its date has passed, its actions have no owner."""
    story = over(prompt())
    story.passes("30d")
    card = shows_its_evidence(story)
    assert card["E5"].verdict == "failed"
    for name in ("review", "avoidable", "owned", "done", "verified"):
        assert figure(card, "E5", name).verdict == "failed"


def test_an_action_past_its_date_is_a_consequence_not_drawn() -> None:
    """E5: the owner chose the date, and nothing was done by then."""
    story = over(prompt())
    story.does(c.HoldReview(avoidable="no", why=words("why")))
    name = next(iter(story.incident.actions))
    story.does(c.AgreeAction(
        action_id=name, what=None, owner="ann", due_at=story.now + timedelta(hours=1),
    ))  # fmt: skip
    assert figure(scored(story), "E5", "done").verdict == "unknown"
    story.passes("2h")
    assert figure(shows_its_evidence(story), "E5", "done").verdict == "failed"


def reported(story: Story, stage: str, eta_at: datetime | None = None) -> None:
    """Where the pumping firm stands."""
    story.does(c.ReportContractor(step="pump", stage=stage, eta_at=eta_at), "technical")  # type: ignore[arg-type]  # as a test writes it


def test_a_contractor_is_held_against_its_contract() -> None:
    """Two hours to arrive: in time, late by half an hour, not there yet, and never there."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    reported(story, "called")
    call = only(scored(story).contractors)
    assert (call.verdict, call.late) == ("unknown", None)
    reported(story, "eta", story.now + timedelta(hours=1))
    story.passes("1h")
    reported(story, "arrived")
    story.passes("1h")
    reported(story, "left")
    (call,) = shows_its_evidence(story).contractors
    assert (call.verdict, call.late) == ("passed", None)
    assert call.due_at == call.called_at + timedelta(hours=2)
    assert None not in (call.eta_at, call.arrived_at, call.left_at)

    late = Story("flood")
    late.report(severity="S2")
    late.accept()
    reported(late, "called")
    late.passes("2h30m")
    assert scored(late).contractors[0].verdict == "failed"
    reported(late, "arrived")
    assert scored(late).contractors[0].late == timedelta(minutes=30)


def test_who_did_not_come_and_was_called_again_has_two_scores() -> None:
    """The first call failed; the second counts by itself."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    reported(story, "called")
    story.passes("1h")
    reported(story, "no-show")
    reported(story, "called")
    first, second = shows_its_evidence(story).contractors
    assert (first.verdict, first.shown) == ("failed", False)
    assert second.verdict == "unknown"


def test_a_call_without_a_contract_is_told_and_not_judged() -> None:
    """Where the step has gone from the playbook, nobody can say that it is late."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    reported(story, "called")
    gone = Story("fire")
    gone.report(severity="S2")
    (called,) = scorecard(
        [*gone.log, *(one for one in story.log if isinstance(one.body, e.ContractorReported))],
        gone.pinned, now=gone.now,
    ).contractors  # fmt: skip
    assert (called.trade, called.verdict, called.due_at) == ("pump", None, None)


def test_steps_that_are_left_lying_tell_no_follow_up() -> None:
    """E4: what was done in time counts; what was escalated, or passed on to the next, is late."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    assert figure(shows_its_evidence(story), "E4", "steps-late").value == 0
    story.passes("2h")
    late = figure(shows_its_evidence(story), "E4", "steps-late")
    assert late.verdict == "failed"
    assert late.of is not None
    assert 0 < (late.value or 0) <= late.of
