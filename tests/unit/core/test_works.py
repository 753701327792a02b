"""Announced works: told, reminded, moved, begun, and finished in time or said to be late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.decide.opening import decide_report, key_of
from crisis.core.decide.telling import next_reminder_at
from crisis.core.decide.works import owed_works
from crisis.core.deciding import Facts
from crisis.core.evolve import evolve
from crisis.core.prose import TextRef
from crisis.core.report import report_id
from tests.unit.core.story import Story

HOUR = timedelta(hours=1)


def announced(
    starts_in: timedelta = 72 * HOUR, lasting: timedelta = 4 * HOUR, **more: Any
) -> Story:
    """Works are announced, and everyone who was asked takes their role."""
    story = Story("planned-works", **more)
    story.report(starts_at=story.now + starts_in, ends_at=story.now + starts_in + lasting)
    story.accept()
    return story


def begun(**more: Any) -> Story:
    """Works that have begun, with a yes from their lead."""
    story = announced(25 * HOUR, **more)
    story.passes("2h")
    story.does(c.ChooseOption(step="go", option="go"))
    story.passes("23h")
    return story


def works(story: Story) -> tuple[datetime, datetime]:
    """When they begin and end, as it stands."""
    state = story.incident.works
    assert state is not None
    return state.starts_at, state.ends_at


def news(story: Story, audience: str) -> list[str]:
    """What each message to an audience said of the works that was new."""
    return [one.works.news if one.works else "-" for one in story.sent(audience)]


# --- announced, reminded, begun ---


def test_works_are_announced_with_their_times_and_wait_in_expected() -> None:
    """G4: everyone hears at once what is off, from when to when, and when they hear next."""
    story = announced()
    assert story.incident.phase == "expected"
    [first] = story.sent("people-on-site")
    assert first.works is not None
    assert (first.kind, first.works.news) == ("alert", "announced")
    assert (first.works.starts_at, first.works.ends_at) == works(story)
    assert first.next_update_at == works(story)[0] - 48 * HOUR
    assert first.impact is not None
    assert "interrupted" in first.impact["en"]


def test_only_steps_of_the_time_before_run_while_works_are_expected() -> None:
    """Steps with ``at`` come at their time, those after ``expected`` at once, the rest later."""
    story = announced()
    assert set(story.incident.steps) == {"permits", "fragile"}
    story.passes("47h")
    assert "go" not in story.incident.steps
    story.passes("2h")
    assert story.incident.steps["go"].state == "ready"
    assert "lock-out" not in story.incident.steps


def test_each_reminder_leaves_in_time_and_none_whose_moment_had_passed() -> None:
    """G5: two days and one hour before; fifteen days before was before they were announced."""
    story = announced()
    story.passes("49h")
    story.does(c.ChooseOption(step="go", option="go"))
    story.passes("24h")
    assert news(story, "people-on-site") == ["announced", "reminder", "reminder", "begun"]
    assert news(story, "contractors-on-site") == ["announced", "reminder", "begun"]
    assert story.notices("lead", "ask-update") == []
    reminders = [one for one in story.sent("people-on-site") if one.kind == "update"]
    assert [works(story)[0] - one.issued_at for one in reminders] == [
        48 * HOUR + timedelta(minutes=1), HOUR + timedelta(minutes=1),
    ]  # fmt: skip


def test_works_begin_by_themselves_a_minute_before_their_time() -> None:
    """G5: the word that they begin is sent by then; those who hear nothing of it are left alone."""
    story = begun()
    assert story.incident.phase == "open"
    [event] = [one for one in story.log if isinstance(one.body, e.PhaseDeclared)]
    assert (event.rule, works(story)[0] - event.at) == ("works-begin", timedelta(minutes=1))
    assert news(story, "users-away") == ["announced"]
    assert story.incident.opened_at == event.at
    assert story.said(e.CommitmentLate) == []


def test_a_person_may_begin_them_before_their_time() -> None:
    """They began early: somebody who may says so, and there is no other way but to cancel."""
    story = announced(3 * HOUR)
    assert story.refused(c.DeclarePhase(phase="safe")).rule == "phase"
    assert story.refused(c.DeclarePhase(phase="open"), "logistics").overridable
    story.does(c.DeclarePhase(phase="open"))
    assert story.incident.phase == "open"
    assert news(story, "people-on-site")[-1] == "begun"


# --- go, no-go, postponed ---


def test_a_no_calls_them_off_and_everyone_who_was_told_hears_it() -> None:
    """G7: nothing is interrupted; the words are those of the playbook for a cancelled crisis."""
    story = announced(20 * HOUR)
    story.does(c.ChooseOption(step="go", option="no-go"))
    assert story.incident.phase == "cancelled"
    last = story.sent("people-on-site")[-1]
    assert (last.kind, news(story, "people-on-site")[-1]) == ("end", "cancelled")
    assert last.impact is not None
    assert "Nothing is interrupted" in last.impact["en"]
    assert news(story, "users-away") == ["announced", "cancelled"]
    story.passes("30h")
    assert story.incident.phase == "cancelled"


def test_put_off_they_do_not_begin_until_they_have_new_times() -> None:
    """Everyone hears that the date holds no more; with a new one all that led to it comes again."""
    story = announced(20 * HOUR, lasting=3 * HOUR)
    story.does(c.ChooseOption(step="go", option="postpone"))
    assert news(story, "people-on-site")[-1] == "postponed"
    assert story.notices("lead", "works-postponed")
    assert not list(owed_works(story.incident, story.pinned.in_force({}), story.pinned))
    story.passes("30h")
    assert story.incident.phase == "expected"
    starts = story.now + 48 * HOUR
    story.does(c.RescheduleWorks(starts_at=starts, ends_at=starts + HOUR))
    assert news(story, "people-on-site")[-1] == "moved"
    assert _stands(story, "go") == "moot"
    story.passes("25h")
    assert _stands(story, "go") == "ready"
    story.does(c.ChooseOption(step="go", option="go"))
    story.passes("24h")
    assert story.incident.phase == "open"


def test_a_decision_that_nobody_takes_is_taken_as_the_playbook_says_when_they_would_begin() -> None:
    """Silence is no yes: announced for the next minutes, they are put off."""
    story = announced(30 * timedelta(minutes=1))
    assert story.incident.steps["go"].state == "ready"
    story.passes("31m")
    assert story.incident.phase == "expected"
    assert story.incident.steps["go"].value == "postpone"
    assert story.said(e.WorksPostponed)


def test_a_decision_that_says_no_by_default_calls_them_off() -> None:
    """The playbook may be more prudent still: without a yes they are cancelled."""
    story = announced(30 * timedelta(minutes=1), edits={"steps/go/otherwise": "no-go"})
    story.passes("31m")
    assert story.incident.phase == "cancelled"


# --- the announced end ---


def test_the_announced_end_is_promised_to_everyone_who_was_told() -> None:
    """G8: to each audience, and kept when everything works again by then."""
    story = begun()
    ends = [one for one in story.said(e.PromiseMade) if one.end]
    assert {one.audience for one in ends} == set(story.incident.audiences)
    assert {one.due_at for one in ends} == {works(story)[1]}
    story.does(c.CompleteStep(step="lock-out", evidence=None), "technical", override=_why())
    story.does(c.CompleteStep(step="works"), "crew")
    story.does(c.DeclarePhase(phase="safe"), "crew")
    story.does(c.AnswerStep(step="checked", answer="yes"), "technical")
    story.does(c.CompleteStep(step="lock-out.undo"), "technical")
    story.does(c.DeclarePhase(phase="normal"))
    kept = [one for one in story.said(e.CommitmentKept) if one.how == "deed"]
    assert len(kept) == len(ends)
    assert "-" in news(story, "people-on-site")


def _why() -> TextRef:
    return TextRef("t-why", "digest")


def _stands(story: Story, step: str) -> str:
    return story.incident.steps[step].state


def test_whoever_works_is_asked_in_time_and_one_press_tells_everyone_before_the_end() -> None:
    """G8: at four fifths of the span; the new end is promised instead, and nothing was late."""
    story = begun()
    story.does(c.CompleteStep(step="lock-out", evidence=None), "technical", override=_why())
    story.passes("3h12m")
    [asked] = story.notices("crew", "finish-in-time")
    assert asked.notice is not None
    assert asked.notice.due_at == works(story)[1]
    assert story.notices("lead", "finish-in-time")
    assert story.notices("lead", "ask-update") == []
    later = works(story)[1] + HOUR
    story.does(c.RescheduleWorks(ends_at=later), "crew")
    assert story.notices("lead", "works-moved")
    for audience in story.incident.audiences:
        assert news(story, audience)[-1] == "new-end", audience
    assert len(story.said(e.CommitmentRenewed)) == len(story.incident.audiences)
    assert story.incident.tallies["renewed"] == len(story.incident.audiences)
    assert story.incident.works == replace(story.incident.works, ends_at=later)  # type: ignore[type-var]
    story.passes("50m")
    assert story.said(e.CommitmentLate) == []
    assert story.said(e.CommitmentBroken) == []


def test_what_is_no_announced_works_has_no_end_to_move() -> None:
    """A flood lasts as long as it lasts; and what is over does not begin again by being moved."""
    flood = Story("flood")
    flood.report()
    flood.accept()
    until = flood.now + HOUR
    assert flood.refused(c.RescheduleWorks(ends_at=until)).rule == "reschedule"
    story = begun()
    story.does(c.DeclarePhase(phase="normal"), override=_why())
    assert story.refused(c.RescheduleWorks(ends_at=story.now + HOUR)).rule == "reschedule"


def test_the_decision_at_a_time_before_the_end_follows_the_end() -> None:
    """Half an hour before the end that stands, not before the one that was."""
    story = begun()
    story.does(c.RescheduleWorks(ends_at=works(story)[1] + HOUR), "crew")
    story.passes("3h35m")
    assert "roll-back" not in story.incident.steps
    story.passes("1h")
    assert story.incident.steps["roll-back"].state in {"ready", "done"}


def test_an_end_that_passes_in_silence_is_late_then_broken_and_told_of_once() -> None:
    """G5, G8: before it passes everyone hears that it is not finished; then it breaks, visibly."""
    story = begun()
    story.passes("4h")
    holding = [one for one in story.sent("people-on-site") if one.kind == "holding"]
    assert holding
    assert holding[-1].issued_at < works(story)[1]
    story.passes("1m")
    assert story.said(e.CommitmentLate)
    story.passes("1h")
    broken = [one for one in story.incident.broken.values() if one.end]
    assert {one.audience for one in broken} == set(story.incident.audiences)
    assert len(story.notices("lead", "promise-broken")) == 1
    story.does(c.Say())
    told = story.sent("people-on-site")[-1].broken
    assert [one.words["en"] for one in told if not isinstance(one.words, TextRef)] == [
        "The works are finished."
    ]
    story.does(c.RescheduleWorks(ends_at=story.now + 2 * HOUR), "crew")
    made = [one for one in story.said(e.PromiseMade, since=broken[0].seq) if one.end]
    assert {one.due_at for one in made} == {works(story)[1]}


def test_a_new_end_that_comes_after_the_old_one_does_not_make_it_kept() -> None:
    """G8: late is late; what was promised is broken, and the new end is promised anew."""
    story = begun()
    story.passes("4h10m")
    story.does(c.RescheduleWorks(ends_at=story.now + HOUR), "crew")
    assert [one for one in story.incident.broken.values() if one.end]
    assert story.said(e.CommitmentRenewed) == []
    assert {one.due_at for one in story.incident.commitments.values() if one.kind == "end"} == {
        works(story)[1]
    }


def test_an_audience_that_is_told_of_enough_still_hears_another_end() -> None:
    """Those who hear little hear this: they were told an hour, and it is another."""
    story = begun()
    story.does(c.RescheduleWorks(ends_at=works(story)[1] + HOUR), "crew")
    story.does(c.RescheduleWorks(ends_at=works(story)[1] + HOUR), "crew")
    assert news(story, "users-away") == ["announced", "new-end", "new-end"]


# --- what is refused ---


def test_other_times_must_be_possible_and_before_they_begin_take_authority() -> None:
    """Each refusal says what to do instead."""
    story = announced()
    starts, ends = works(story)
    assert story.refused(c.RescheduleWorks(ends_at=ends), "liaison").overridable
    for wrong in (
        c.RescheduleWorks(ends_at=starts),
        c.RescheduleWorks(starts_at=ends, ends_at=ends),
        c.RescheduleWorks(starts_at=story.now - HOUR, ends_at=ends),
        c.RescheduleWorks(ends_at=ends),
    ):
        assert story.refused(wrong).rule == "reschedule", wrong
    story = begun()
    assert story.refused(c.RescheduleWorks(ends_at=story.now - HOUR), "crew").rule == "reschedule"
    crisis = Story("flood")
    crisis.report()
    crisis.accept()
    assert crisis.refused(c.RescheduleWorks(ends_at=crisis.now + HOUR)).rule == "reschedule"


@pytest.mark.parametrize("hours", [(None, 2), (2, None), (3, 2), (2, 2)])
def test_a_report_of_works_has_a_beginning_and_an_end(hours: tuple[int | None, int | None]) -> None:
    """G1: half of it, or the wrong way round, is refused with what to give."""
    story = Story("planned-works")
    starts, ends = (story.now + one * HOUR if one is not None else None for one in hours)
    body = c.SubmitReport(
        source="phone", native_id="1", kind="planned-works", site="hq", starts_at=starts,
        ends_at=ends,
    )  # fmt: skip
    command = c.Command(
        id="c1", stream="report", stream_id=report_id("phone", "1"), body=body,
        actor=c.Actor(kind="person", id="e1"), authority="operator", door="cli",
    )  # fmt: skip
    answer = decide_report(None, command, Facts(), story.now)
    assert answer.refusal is not None
    assert set(answer.refusal.words) == {"fr", "en"}


def test_works_at_another_time_are_other_works() -> None:
    """G1: two announcements for one building join only when they begin at the same time."""
    story = Story("planned-works")
    openings = {"planned-works": (("planned-works", None, ()),)}
    body = c.SubmitReport(
        source="phone", native_id="1", kind="planned-works", site="hq",
        starts_at=story.now + HOUR, ends_at=story.now + 2 * HOUR,
    )  # fmt: skip
    later = replace(body, native_id="2", starts_at=story.now + timedelta(minutes=90))
    again = replace(body, native_id="3")
    one, other, same = (key_of(each, openings, exercise=False) for each in (body, later, again))
    assert one == same != other


def test_works_without_times_are_expected_until_somebody_gives_them() -> None:
    """G1: a report by an old sender is not lost; nothing begins before its times are set."""
    story = Story("planned-works")
    story.report()
    story.accept()
    assert story.incident.works is None
    story.passes("8d")
    assert story.incident.phase == "expected"
    assert story.refused(c.RescheduleWorks(ends_at=story.now + HOUR)).rule == "reschedule"
    starts = story.now + 72 * HOUR
    story.does(c.RescheduleWorks(starts_at=starts, ends_at=starts + HOUR))
    assert works(story) == (starts, starts + HOUR)


def test_a_fold_survives_words_about_works_that_are_not_there() -> None:
    """A fold cannot fail, whatever a journal says."""
    story = Story("flood")
    story.report()
    event = replace(story.log[-1], seq=story.seq + 1, body=e.WorksPostponed(step="go"))
    assert evolve(story.incident, event).works is None


def test_after_an_absence_nobody_is_asked_for_an_end_that_has_passed() -> None:
    """The machine slept through it: the end is late and broken, and the question is spared."""
    story = begun()
    story.away("6h")
    assert story.notices("crew", "finish-in-time") == []
    assert story.said(e.CommitmentBroken)


def test_works_that_began_without_times_may_be_given_their_end() -> None:
    """Somebody said that they began; whoever works says until when, and that is promised."""
    story = Story("planned-works")
    story.report()
    story.accept()
    story.does(c.DeclarePhase(phase="open"))
    assert story.refused(c.RescheduleWorks(ends_at=story.now + HOUR), "crew").rule == "reschedule"
    story.does(c.RescheduleWorks(starts_at=story.now - HOUR, ends_at=story.now + HOUR), "crew")
    assert {one.kind for one in story.incident.commitments.values()} >= {"end"}


def test_those_whom_a_layer_no_longer_tells_are_promised_no_reminder() -> None:
    """Who is not told in this situation hears no more of it before it begins."""
    story = announced()
    assert story.incident.works is not None
    assert next_reminder_at(story.incident.works, None, story.now) is None
