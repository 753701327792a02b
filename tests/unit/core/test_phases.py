"""Three different ends, declared by people; the last one told to all; then closed (G7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from tests.unit.core.story import Story, told, words

FORCED = words("seen with the team")


def led(playbook: str = "flood", **more: Any) -> Story:
    """A crisis with all roles held."""
    story = Story(playbook, **more)
    story.report()
    story.accept()
    return story


def declared(story: Story, *phases: str) -> None:
    """The lead declares these phases, against what the playbook still waits for."""
    for phase in phases:
        story.does(c.DeclarePhase(phase=phase), override=FORCED)


def test_a_person_is_asked_to_declare_what_is_reached() -> None:
    """When all that the playbook wants is done, the lead is asked; nothing declares itself."""
    story = led(edits={"phases/safe/after": ["lifts"], "phases/worked_around/after": ["lifts"]})
    story.does(c.CompleteStep(step="lifts"), "security")

    assert story.incident.proposed == ("safe",)
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)
    first, then = story.notices("lead", "phase-proposed")
    assert first.notice is not None
    assert then.notice is not None
    assert (first.notice.subject, then.notice.subject) == ("safe", "worked_around")
    assert story.incident.phase == "safe"


def test_normal_is_not_proposed_out_of_the_blue() -> None:
    """While things are open nobody is asked whether they are normal; nor where ``when`` fails."""
    edits = {"phases/normal/after": ["lifts"], "phases/safe/after": ["lifts"],
             "phases/safe/when": {"severity": "S4"}, "steps/lifts/undo": ...}  # fmt: skip
    story = led(edits=edits)
    story.does(c.CompleteStep(step="lifts"), "security")
    assert "normal" not in story.incident.proposed
    assert "safe" not in story.incident.proposed
    declared(story, "safe")

    assert "normal" in story.incident.proposed


def test_a_phase_is_declared_by_who_may_and_told_to_those_who_were_told() -> None:
    """Safe: what the playbook says of it, to each audience."""
    story = led()
    assert story.refused(c.DeclarePhase(phase="safe"), "security").rule == "phase"
    missing = story.refused(c.DeclarePhase(phase="safe"))
    assert "people" in missing.words["en"]
    before = story.seq
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)

    assert story.said(e.RefusalOverridden, before)[0].rule == "phase"
    assert {one.audience for one in story.sent(kind="end", since=before)} == set(
        story.incident.audiences
    )
    assert all(one.next_update_at for one in story.sent(kind="end", since=before)
               if one.audience != "users-away")  # fmt: skip


def test_a_phase_is_not_declared_where_its_condition_fails() -> None:
    """``when`` of a phase counts for whoever declares it, not only for the proposal."""
    story = led(edits={"phases/safe/after": [], "phases/safe/when": {"current": "no"}})
    refusal = story.refused(c.DeclarePhase(phase="safe"))
    assert refusal.rule == "phase"
    assert '{"current": "no"}' in refusal.words["en"]
    story.does(c.AnswerStep(step="current", answer="no"), "technical")
    story.does(c.DeclarePhase(phase="safe"))

    assert story.said(e.RefusalOverridden) == []


def test_phases_that_are_not_or_not_any_more_are_refused() -> None:
    """A word that is no phase; what is declared already; what comes before it."""
    story = led()
    for word in ("resolved", "open", "expected"):
        assert story.refused(c.DeclarePhase(phase=word)).rule == "phase"
    declared(story, "worked_around")
    assert "already" in story.refused(c.DeclarePhase(phase="safe")).words["en"]


def test_an_audience_to_whom_nothing_is_said_then_goes_on_as_before() -> None:
    """``safe: none``: no message now, and the next update speaks in the phase that was."""
    story = led(edits={"tell/front-line/safe": "none"})
    before = story.seq
    declared(story, "safe")
    assert story.sent("front-line", since=before) == []
    story.does(c.Say())

    last = story.sent("front-line")[-1]
    assert (last.kind, last.phase) == ("update", "safe")
    assert last.impact is not None


def test_the_end_reaches_all_who_were_told_and_closes_their_thread() -> None:
    """G7: also those who have had enough, and those for whom the playbook has no end."""
    story = led(edits={"tell/front-line/normal": "none"})
    declared(story, "safe")
    before = story.seq
    declared(story, "normal")

    ends = {one.audience: one for one in story.sent(kind="end", since=before)}
    assert set(ends) == set(story.incident.audiences)
    assert all(one.ends == (story.sent(one.audience)[0].id,) for one in ends.values())
    assert all(one.next_update_at is None and not one.last_before_end for one in ends.values())
    assert ends["front-line"].instruction is None, "nobody is asked to leave the floor again"
    assert ends["front-line"].impact is not None


def test_a_false_alarm_is_told_to_everyone_who_was_told() -> None:
    """G7: in the playbook's words for it, or in everyone's."""
    story = led(edits={"tell/front-line/cancelled": ...})
    assert story.refused(c.CancelIncident(), "security").rule == "cancel"
    before = story.seq
    story.does(c.CancelIncident(reason=words("steam")))

    ends = {one.audience: one for one in story.sent(kind="end", since=before)}
    assert set(ends) == set(story.incident.audiences)
    assert ends["front-line"].impact == story.pinned.in_force({}).words.false_alarm


def test_a_false_alarm_gives_one_reason_for_whatever_is_asked() -> None:
    """Not "declare normal first" to one and "declared already" to the next: it is over."""
    story = led()
    story.does(c.CancelIncident())
    asked = (
        c.DeclarePhase(phase="safe"),
        c.DeclarePhase(phase="normal"),
        c.CancelIncident(),
        c.CloseIncident(),
        c.SendBrief(),
    )
    reasons = {story.refused(body).words["en"] for body in asked}

    (reason,) = reasons
    assert "nothing to declare or to close" in reason


def test_what_was_promised_is_kept_after_a_false_alarm_too() -> None:
    """G8: the team was promised its relief by four; it comes, and that is noted as kept."""
    story = led()
    story.does(c.ChangeSeverity(to="S1"))
    story.does(c.CancelIncident())
    assert story.refused(c.CompleteStep(step="photos"), "logistics").rule == "step-done"
    story.does(c.CompleteStep(step="relief"))
    assert story.incident.tallies["kept_by_deed"] == 1
    assert story.incident.commitments == {}


def test_after_normal_nothing_more_is_promised_or_said() -> None:
    """All promises of a next word end with the end; days pass in silence, if nothing is owed."""
    story = led()
    story.does(c.CompleteStep(step="belongings"))
    declared(story, "safe", "normal")
    assert not [one for one in story.incident.commitments.values() if one.kind == "update"]
    before = story.seq
    story.passes("3d")

    asked_how = [one.audience for one in story.sent(since=before) if one.kind != "survey"]
    assert set(asked_how) <= {None, "directorate"}
    assert story.said(e.UpdatePromised, before) == []
    assert not [one for one in story.sent("directorate", "brief", before)
                if one.brief and one.brief.reason == "cadence"]  # fmt: skip


def test_words_outside_still_wait_for_the_directorate_at_the_end() -> None:
    """G6 holds for the end too; closing meanwhile changes nothing for those who wait."""
    story = led(ledger=False)
    story.dispatch()
    declared(story, "normal")
    assert list(story.incident.held) == ["co-tenants"]
    story.does(c.CloseIncident(), override=FORCED)
    assert list(story.incident.held) == ["co-tenants"]
    story.passes("10m")

    assert told(story, "co-tenants")[-1] == ("10:10", "end")
    assert story.sent("co-tenants")[-1].ends


def test_a_phase_that_was_expected_by_now_is_asked_about() -> None:
    """At its aim, then at twice that; phases that are late together in one notice."""
    story = led(edits={"phases/safe/within": "1h", "phases/worked_around/within": "1h",
                       "phases/normal/within": {"S1": "1h"}})  # fmt: skip
    story.at("11:00")
    (notice,) = story.notices("lead", "phase-late")
    assert notice.notice is not None
    assert notice.notice.subject == "safe,worked_around"
    declared(story, "safe")
    story.at("12:00")

    last = story.notices("lead", "phase-late")[-1]
    assert last.notice is not None
    assert (last.notice.subject, last.notice.count) == ("worked_around", 2)


def test_the_lead_is_asked_to_close_what_is_normal() -> None:
    """Each day, once, until somebody closes."""
    story = led()
    declared(story, "normal")
    story.passes("25h")
    assert len(story.notices("lead", "close-owed")) == 1
    story.away("3d")

    assert len(story.notices("lead", "close-owed")) == 2


def test_closing_wants_normal_and_no_open_promise() -> None:
    """What is still promised is kept, or visibly broken by name; its counterpart stays owed."""
    story = led()
    assert story.refused(c.CloseIncident()).rule == "close"
    due_at = story.now + timedelta(hours=8)
    story.does(
        c.MakePromise(promise_id="tea", audience="front-line", words=words("tea"), due_at=due_at)
    )
    declared(story, "safe", "normal")
    for said in story.refused(c.CloseIncident()).words.values():
        assert f"crisis done belongings -i {story.incident.id}" in said
        assert f"crisis kept tea -i {story.incident.id}" in said
    story.does(k.KeepPromise(promise_id="tea"))
    story.does(c.CloseIncident(), override=FORCED)

    (broken,) = (one for one in story.said(e.CommitmentBroken) if "belongings" in one.commitment_id)
    assert broken.counterpart_owed
    left = {one.subject for one in story.incident.actions.values() if one.reason == "left-undone"}
    assert "belongings.counterpart" in left
    assert story.incident.phase == "closed"
    assert story.incident.closed_at == story.now


def test_an_optional_step_that_nobody_took_is_not_left_undone() -> None:
    """Nobody owed it in the crisis, and nobody is chased for it afterwards."""
    story = led(edits={"steps/lifts/optional": True})
    declared(story, "safe", "normal")
    assert story.incident.steps["lifts"].state == "ready"
    story.does(c.CloseIncident(), override=FORCED)

    assert "lifts" not in {one.subject for one in story.incident.actions.values()}


def test_closing_with_nothing_left_needs_no_reason() -> None:
    """All done, all kept: it closes."""
    story = led()
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)
    story.does(c.CompleteStep(step="belongings"), "logistics")
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    story.does(c.CloseIncident())

    assert story.incident.phase == "closed"


def test_what_comes_after_the_end_has_a_kind_refusal() -> None:
    """A closed incident, a false alarm: report anew; the review and the record still answer."""
    story = led()
    declared(story, "normal")
    story.does(c.CloseIncident(), override=FORCED)
    for body in (
        c.RecordMeasure(measure=words("m")),
        c.Say(),
        c.SendBrief(),
        c.ChangeSeverity(to="S1"),
        c.DeclarePhase(phase="safe"),
        c.CloseIncident(),
    ):
        assert story.refused(body).rule == "closed"
    paper = story.now - timedelta(minutes=5)
    story.does(c.RecordMeasure(measure=words("from paper")), happened_at=paper)
    story.does(c.HoldReview(avoidable="no", why=words("rain")))


def test_what_is_back_to_normal_was_no_false_alarm() -> None:
    """G7: the audiences have had its end: nothing is left to cancel."""
    story = led()
    declared(story, "safe", "normal")
    assert story.refused(c.CancelIncident()).rule == "cancel"


def test_it_may_begin_again_after_normal() -> None:
    """A report proposes it, a person declares it: all are alerted, the steps come again."""
    story = led()
    declared(story, "safe", "normal")
    assert story.refused(c.DeclarePhase(phase="open"), "security").rule == "phase"
    story.passes("1h")
    before = story.seq
    story.does(c.DeclarePhase(phase="open"))

    assert story.incident.phase == "open"
    assert {one.audience for one in story.sent(kind="alert", since=before)} == set(
        story.incident.audiences
    )
    assert story.incident.steps["people"].state == "ready"
    assert story.incident.lead == "lead"
    (alert,) = story.sent("front-line", since=before)
    assert alert.next_update_at is not None
    assert alert.measures[0].id == "words:measure"
    declared(story, "normal")
    assert [one.kind for one in story.sent("users-away", since=before)] == ["alert", "end"]


def test_what_was_promised_before_it_began_again_is_not_promised_twice() -> None:
    """G8: it is owed by the time that was said first, and kept once."""
    story = led()
    declared(story, "safe", "normal")
    story.does(c.DeclarePhase(phase="open"))
    declared(story, "safe")

    made = [one.commitment_id for one in story.said(e.PromiseMade)]
    assert len(made) == 1
    story.does(c.CompleteStep(step="belongings"), "logistics")
    assert story.incident.tallies["kept_by_deed"] == 1


def test_what_held_before_it_began_again_is_not_told_as_current() -> None:
    """A workaround and measures of last week are not those of today; what is owed still is."""
    story = led()
    story.does(c.RecordWorkaround(workaround=words("annex")))
    story.does(c.RecordMeasure(measure=words("pumps")))
    declared(story, "safe", "normal")
    story.passes("2d")
    assert story.incident.steps["belongings.counterpart"].state == "ready"
    before = story.seq
    story.does(c.DeclarePhase(phase="open"))

    (alert,) = story.sent("front-line", since=before)
    assert alert.workaround != words("annex")
    assert [one.id for one in alert.measures] == ["words:measure"]
    assert story.incident.steps["belongings.counterpart"].state == "ready"


def test_what_began_again_is_reviewed_at_its_new_end() -> None:
    """G10: a second review with its date; what was proposed before and is open is not twice."""
    story = led()
    declared(story, "normal")
    story.does(c.HoldReview(avoidable="no", why=words("rain")))
    first = set(story.incident.actions)
    complete = next(n for n, one in story.incident.actions.items() if one.reason == "complete-plan")
    story.does(c.DeclarePhase(phase="open"))
    assert story.incident.review is not None
    assert story.incident.review.past
    assert story.refused(c.HoldReview(avoidable="no", why=words("rain"))).rule == "review"
    story.passes("3h")
    declared(story, "normal")

    assert len(story.said(e.ReviewOpened)) == 2
    assert story.incident.review is not None
    assert story.incident.review.held_at is None
    assert first < set(story.incident.actions), "what lapsed since is proposed beside the first"
    plans = [n for n, one in story.incident.actions.items() if one.reason == "complete-plan"]
    assert plans == [complete]
