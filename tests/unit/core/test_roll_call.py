"""Are you safe? Counted once each, help told of at once, the silent sought until it is closed."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core import people_commands as p
from crisis.core.events import Event
from crisis.core.evolve import evolve
from crisis.core.roll import RollCall
from tests.unit.core.story import Story, words
from tests.unit.core.town import Town
from tests.unit.only import only


def called(**more: Any) -> Story:
    """A flood that is led, and a roll-call of the people on site: five are asked, p1 to p5."""
    story = Story("flood", **more)
    story.report()
    story.accept()
    story.at("10:05")
    story.does(p.StartRollCall(roll_call_id="r1", audience="people-on-site"))
    return story


def says(story: Story, who: str, *, safe: bool = True) -> None:
    """One person answers."""
    story.does(p.AnswerRollCall(roll_call="r1", safe=safe), who)


def roll(story: Story) -> RollCall:
    """Where it stands."""
    return story.incident.roll_calls["r1"]


def test_everybody_of_an_audience_is_asked_as_a_matter_of_life() -> None:
    """G12: on the media of an alert, at once, with what they are to do; it is no update."""
    story = called()
    asked = story.sent("people-on-site", "roll_call")[-1]

    assert asked.life_safety
    assert asked.roll_call == "r1"
    assert asked.instruction is not None
    assert story.pinned.rungs("roll_call", "people-on-site", "immediate") == story.pinned.rungs(
        "alert", "people-on-site", "immediate"
    )
    assert story.incident.audiences["people-on-site"].last_message_id != asked.id


def test_a_step_of_the_playbook_calls_the_roll() -> None:
    """G12: once it is ready, each is asked; one that is running goes on, another comes anew."""
    ask = {
        "ask": {"fr": "Manque-t-il quelqu'un ?", "en": "Is anyone missing?"}, "by": "security",
        "within": "15m", "unanswered": "no", "roll_call": "people-on-site", "wait": "3m",
    }  # fmt: skip
    again = {"do": {"fr": "Recomptez.", "en": "Count again."}, "by": "security", "within": "5m",
             "wait": "20m", "every": "30m", "until": "safe", "roll_call": "people-on-site",
             }  # fmt: skip
    story = Story("flood", edits={"steps/count": ask, "steps/again": again})
    story.report()
    story.accept()
    assert story.incident.roll_calls == {}
    story.passes("3m")
    [asked] = story.sent("people-on-site", "roll_call")
    assert (asked.roll_call, asked.life_safety) == ("count", True)

    story.passes("17m")
    assert list(story.incident.roll_calls) == ["count"], "it is running"
    story.does(p.CloseRollCall(roll_call="count"), "lead", override=words("all counted"))
    story.does(c.CompleteStep(step="again", evidence=None), "security")
    story.passes("30m")
    assert list(story.incident.roll_calls) == ["count", "again"]
    story.does(p.CloseRollCall(roll_call="again"), "lead", override=words("all counted"))
    story.does(c.CompleteStep(step="again", evidence=None), "security")
    story.passes("30m")
    assert len(story.incident.roll_calls) == 3


def test_each_person_is_counted_once_under_their_last_word() -> None:
    """Who needed help and is safe now is counted among the safe; names stand in the register."""
    story = called()
    says(story, "p1")
    says(story, "p2", safe=False)
    assert (roll(story).safe, roll(story).help) == (1, 1)
    says(story, "p2")
    says(story, "p1", safe=False)

    assert (roll(story).safe, roll(story).help) == (1, 1)
    assert story.register.people("roll-call:r1") == ("p1", "p2")
    story.refused(p.AnswerRollCall(roll_call="r1", safe=True), "p2")
    story.refused(p.AnswerRollCall(roll_call="r9", safe=True), "p2")


def test_who_needs_help_is_told_of_at_once() -> None:
    """Before everything else, to those who look for people and to the lead, by name."""
    story = called()
    says(story, "p3", safe=False)

    told = only(story.notices("lead", "help-needed"))
    assert told.life_safety
    assert told.notice is not None
    assert told.notice.subject == "p3"


def test_a_warden_answers_for_those_who_cannot() -> None:
    """At the assembly point, or for somebody on the telephone: whose word it is stands there."""
    story = called()
    actor = c.Actor(kind="person", id="lead", for_person="p4")
    story.does(p.AnswerRollCall(roll_call="r1", safe=True), actor=actor)

    assert story.register.said("roll-call:r1", "p4") == "safe"
    assert story.log[-1].actor == "person:lead for person:p4"


def test_the_silent_are_sought_until_it_is_closed() -> None:
    """After five minutes, then after twice the time: how many of how many; never who."""
    story = called()
    says(story, "p1")
    story.at("10:31")

    chased = story.said(e.RollCallChased)
    assert [(one.count, one.asked, one.silent) for one in chased] == [
        (1, 5, 4), (2, 5, 4), (3, 5, 4)
    ]  # fmt: skip
    sought = story.notices("lead", "roll-call-silent")[-1]
    assert sought.notice is not None
    assert sought.notice.subject == "r1,4,5,0"
    refusal = story.refused(p.CloseRollCall(roll_call="r1"))
    assert refusal.overridable
    story.does(p.CloseRollCall(roll_call="r1"), override=words("gone home"))
    since = story.seq
    story.passes("2h")
    assert not story.said(e.RollCallChased, since=since)
    assert not story.refused(p.CloseRollCall(roll_call="r1")).overridable
    says(story, "p2", safe=False)
    assert roll(story).help == 1


def test_it_closes_by_itself_once_everybody_is_safe() -> None:
    """The closing count is on the record and in the brief."""
    story = called()
    for number in range(1, 6):
        says(story, f"p{number}")
    story.at("10:11")
    story.does(c.SendBrief())

    (closed,) = story.said(e.RollCallClosed)
    assert (closed.asked, closed.safe, closed.help, closed.silent) == (5, 5, 0, 0)
    brief = story.sent(kind="brief")[-1].brief
    assert brief is not None
    assert [(one.safe, one.asked, one.closed) for one in brief.roll_calls] == [(5, 5, True)]


def test_a_brief_counts_those_who_are_silent_at_that_moment() -> None:
    """Three have answered since the last search: the directorate does not read of five."""
    story = called()
    for number in range(1, 4):
        says(story, f"p{number}")
    story.does(c.SendBrief())

    brief = story.sent(kind="brief")[-1].brief
    assert brief is not None
    assert [(one.safe, one.asked, one.silent) for one in brief.roll_calls] == [(3, 5, 2)]


def test_whoever_leads_may_close_it_once_everybody_is_safe() -> None:
    """Nobody has to wait for the next look."""
    story = called()
    for number in range(1, 6):
        says(story, f"p{number}")
    story.does(p.CloseRollCall(roll_call="r1"))

    assert roll(story).closed


def test_one_roll_call_of_an_audience_at_a_time_by_who_may_send() -> None:
    """What cannot be asked is said, with what can."""
    story = called()
    again = p.StartRollCall(roll_call_id="r2", audience="people-on-site")
    story.refused(again)
    story.refused(p.StartRollCall(roll_call_id="r2", audience="nobody"))
    story.refused(p.StartRollCall(roll_call_id="r2", audience="directorate"))
    assert story.refused(again, "p9").overridable
    story.does(p.StartRollCall(roll_call_id="r2", audience="users-away"))
    assert set(story.incident.roll_calls) == {"r1", "r2"}


def test_after_a_false_alarm_nobody_is_sought() -> None:
    """Whoever answers all the same is counted."""
    story = called()
    story.does(c.CancelIncident())
    since = story.seq
    story.passes("2h")

    assert not story.said(e.RollCallChased, since=since)
    says(story, "p1")


def test_no_false_alarm_while_somebody_needs_help() -> None:
    """G12: p1 needs help; a false alarm takes a name and a reason, and leaves the count behind."""
    story = called()
    says(story, "p1", safe=False)
    refusal = story.refused(c.CancelIncident())
    assert (refusal.rule, refusal.overridable) == ("cancel", True)
    assert "Need help: 1" in refusal.words["en"]
    story.does(c.CancelIncident(), override=words("p1 is with the nurse"))

    (closed,) = story.said(e.RollCallClosed)
    assert (closed.help, closed.silent) == (1, 4)
    assert story.incident.phase == "cancelled"


def test_no_crisis_is_closed_while_people_are_looked_for() -> None:
    """G12: normal at 10:05, four have not answered: they are sought until somebody closes it."""
    story = called()
    says(story, "p1")
    story.does(c.DeclarePhase(phase="normal"), override=words("all is dry"))
    since = story.seq
    story.passes("6m")
    assert story.said(e.RollCallChased, since=since)
    refusal = story.refused(c.CloseIncident())
    assert "Without an answer: 4" in refusal.words["en"]
    story.does(c.CloseIncident(), override=words("all were seen at the assembly point"))

    assert roll(story).closed


def test_a_merge_waits_for_the_roll_call_of_the_other() -> None:
    """G12: in what is to be taken over p1 needs help: nobody here would look for them."""
    town = Town()
    here, there = town.opens(building="a"), town.opens(building="b")
    there.does(p.StartRollCall(roll_call_id="r1", audience="people-on-site"))
    says(there, "p1", safe=False)
    refusal = town.asks(here, life.MergeIncident(other=there.incident.id)).refusal
    assert refusal is not None
    assert "roll-call" in refusal.words["en"]
    there.does(p.CloseRollCall(roll_call="r1"), override=words("p1 is out"))

    assert town.asks(here, life.MergeIncident(other=there.incident.id)).accepted


def test_a_fold_of_a_roll_call_that_is_gone_changes_nothing() -> None:
    """The fold cannot fail, whatever an old journal holds."""
    story = called()
    for body in (
        e.RollCallAnswered(roll_call="r9", person="p1", safe=True),
        e.RollCallChased(roll_call="r9", count=1, asked=1, silent=1),
    ):
        event = Event(seq=story.seq + 1, at=story.now, body=body)
        assert set(evolve(story.incident, event).roll_calls) == {"r1"}
