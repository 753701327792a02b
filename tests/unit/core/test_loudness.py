"""Recorded and not yet loud: signals that must last, sensors that confirm, a look before a word."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core.decide.loudness import wait_is_over
from crisis.core.deciding import Deciding
from crisis.core.evolve import evolve
from crisis.core.timeline import entries
from tests.unit.core.story import Story, words
from tests.unit.only import only

LASTING = {"kind": "flood", "source": "machine", "lasting": "10m"}
TWO = {"kind": "flood", "source": "machine", "confirmed_by": 2, "confirmed_within": "15m"}
EITHER = {"kind": "flood"}


def signal(story: Story, sensor: str = "s1", **changes: Any) -> None:
    """A sensor says so."""
    story.report(**{"source": "gateway", "group": sensor, "by_machine": True} | changes)


def house(*openings: dict[str, Any]) -> Story:
    """A flood that opens so."""
    return Story("flood", edits={"opens_on": [*openings, EITHER]})


def test_a_signal_that_does_not_last_opens_nothing_and_is_kept() -> None:
    """G1: for ten minutes it is only recorded; it ends before, and nobody was asked anything."""
    story = house(LASTING)
    signal(story)
    assert story.incident.watched
    assert story.messages == []

    story.at("10:09")
    signal(story, signal="resolved")

    assert story.said(e.SignalPassed)
    assert (story.incident.phase, story.messages) == ("cancelled", [])
    story.passes("1d")
    assert story.said(e.ReviewOpened) == []


def test_a_signal_that_lasts_opens_and_everything_is_counted_from_then() -> None:
    """G1, G4: at ten past it opens; roles are offered and audiences told as at any opening."""
    story = house(LASTING)
    signal(story)
    story.at("10:10")

    (loud,) = story.said(e.MadeLoud)
    assert (loud.why, loud.began) == ("lasted", True)
    assert story.clock(story.incident.opened_at) == "10:10"
    assert not story.incident.watched
    assert story.said(e.RolesOffered)
    assert story.sent(kind="alert")


def test_a_person_and_danger_open_at_once_what_only_waited() -> None:
    """G1, G12: what somebody has seen does not wait for a sensor, nor does danger."""
    seen, danger = house(LASTING), house(LASTING)
    signal(seen)
    seen.report()
    assert seen.said(e.MadeLoud) == [e.MadeLoud(why="person", began=True)]

    signal(danger)
    signal(danger, "s2", danger="yes")
    assert danger.said(e.MadeLoud)[0].why == "danger"
    assert danger.incident.severity == "S1"

    at_once = house(LASTING)
    signal(at_once, danger="yes")
    assert at_once.said(e.IncidentHushed) == []


def test_a_person_who_says_that_it_has_gone_is_heard_by_nobody_asked() -> None:
    """A person's "it is over" opens nothing; the sensor still speaks for itself."""
    story = house(LASTING)
    signal(story)
    story.report(signal="resolved")
    assert story.incident.watched


def test_a_second_sensor_confirms_and_the_same_one_does_not() -> None:
    """Corroboration counts sensors, not signals."""
    story = house(TWO)
    signal(story)
    signal(story)
    assert story.incident.watched
    signal(story, "s2")

    assert [one.why for one in story.said(e.MadeLoud)] == ["confirmed"]


def test_a_sensor_that_takes_it_back_confirms_nothing() -> None:
    """What one sensor takes back, a later one does not complete."""
    story = Story("flood", edits={"opens_on": [{**TWO, "confirmed_by": 3}, EITHER]})
    signal(story)
    signal(story, "s2")
    signal(story, "s2", signal="resolved")
    signal(story, "s3")

    assert story.incident.watched
    assert story.incident.hushed is not None
    assert story.incident.hushed.sensors == ("gateway/s1", "gateway/s3")


def test_what_nothing_confirms_is_looked_at_and_silence_opens_it() -> None:
    """G1: a report never waits with nobody told; those on duty are asked, and silence opens it."""
    story = house(TWO)
    signal(story, severity="S2")
    story.at("10:15")

    (asked,) = story.notices("lead", "unconfirmed")
    assert asked.notice is not None
    assert story.clock(asked.notice.due_at or story.now) == "10:30"
    assert story.incident.watched

    story.at("10:30")
    assert [one.why for one in story.said(e.MadeLoud)] == ["unlooked"]
    assert story.said(e.RolesOffered)


def test_those_on_duty_let_it_go_or_end_it_and_nobody_else_does() -> None:
    """Who is on duty for the lead judges; a stranger is sent away, unless by name and reason."""
    real, nothing = house(TWO), house(TWO)
    signal(real)
    assert real.refused(life.MakeLoud(), "stranger").overridable
    real.does(life.MakeLoud(), "lead-deputy")
    assert real.said(e.MadeLoud)[0].why == "person"
    assert real.refused(life.MakeLoud(), "lead").rule == "loud"

    signal(nothing)
    assert nothing.refused(c.CancelIncident(), "stranger").overridable
    nothing.does(c.CancelIncident(), "lead")
    assert (nothing.incident.phase, nothing.messages) == ("cancelled", [])


def test_whoever_works_on_it_opens_it() -> None:
    """A person who takes the lead of what only waited has taken it for real."""
    story = house(LASTING)
    signal(story)
    story.does(c.TakeRole(role="lead"), "lead")

    assert story.incident.lead == "lead"
    assert story.said(e.MadeLoud)[0].why == "person"


def test_lasting_and_confirmed_both_hold() -> None:
    """A signal that must last and be confirmed: it lasts first, then it is confirmed in time."""
    both = {**TWO, "lasting": "5m"}
    story, late, soon = house(both), house({**both, "confirmed_within": "5m"}), house(both)
    signal(story)
    story.at("10:05")
    assert story.incident.hushed is not None
    assert story.incident.hushed.why == "unconfirmed"
    signal(story, "s2")
    assert story.said(e.MadeLoud)[0].why == "confirmed"

    signal(late)
    late.at("10:05")
    assert late.notices("lead", "unconfirmed")

    signal(soon)
    signal(soon, "s2")
    assert soon.incident.watched
    soon.at("10:05")
    assert soon.said(e.MadeLoud)[0].why == "lasted"


def test_a_signal_that_has_lasted_already_does_not_wait_again() -> None:
    """What the sender has seen for longer than the playbook asks opens at once."""
    story = house(LASTING)
    since = story.now
    story.now = story.now.replace(hour=story.now.hour + 1)
    signal(story, observed_at=since)
    assert story.said(e.IncidentHushed) == []


def test_a_look_before_a_word_is_bounded_by_the_first_word_that_is_owed() -> None:
    """G4: the team works at once; audiences and directorate hear when it is real, or in time."""
    story = Story("generic")
    story.report(quiet=True, severity="S3", danger="no")

    assert story.said(e.RolesOffered)
    assert story.sent(kind="alert") == []
    assert story.sent(kind="brief") == []
    assert story.notices("lead", "triage")
    story.accept()
    assert story.refused(c.Say(), "lead").rule == "say"
    story.does(c.RecordMeasure(measure=words("looked")), "lead")
    assert story.sent(kind="alert") == []

    story.passes("1h")
    loud = only(story.said(e.MadeLoud))
    assert (loud.why, loud.began) == ("bound", False)
    first = min(one.issued_at for one in story.sent(kind="alert"))
    spans = (
        story.pinned.first_within(story.pinned.in_force({}), one, "S3")
        for one in {message.audience for message in story.sent(kind="alert")} if one
    )  # fmt: skip
    soonest = min(span.delta for span in spans)
    assert first < story.incident.opened_at + soonest


def test_a_person_tells_what_was_looked_at_first() -> None:
    """One gesture lets it go; everything is counted from the report as ever."""
    story = Story("generic")
    story.report(quiet=True, severity="S3", danger="no")
    story.accept()
    story.does(life.MakeLoud(), "lead")

    assert story.sent(kind="alert")
    assert story.sent(kind="brief")
    assert story.clock(story.incident.opened_at) == "10:00"


def test_no_quiet_where_people_are_in_danger() -> None:
    """G12: danger, and whatever makes a word a matter of life, is told without waiting."""
    story, grave = Story("flood"), Story("generic")
    story.report(quiet=True, danger="yes")
    assert story.said(e.IncidentHushed) == []

    grave.report(quiet=True, severity="S3", danger="no")
    grave.accept()
    grave.does(c.ChangeSeverity(to="S1"), "lead")
    assert grave.said(e.MadeLoud)[0].why == "danger"
    assert grave.sent(kind="alert")


def test_a_false_alarm_that_nobody_was_told_of_is_told_to_nobody() -> None:
    """G7: an end goes to those who were told, and here nobody was."""
    story = Story("generic")
    story.report(quiet=True, severity="S3", danger="no")
    story.accept()
    story.does(c.CancelIncident(), "lead")
    story.passes("2h")
    assert story.sent(kind="end") == []
    assert story.said(e.MadeLoud) == []


def test_what_began_again_is_loud() -> None:
    """Back to normal before anybody was told, and it comes again: it is told like any other."""
    story = Story("generic")
    story.report(quiet=True, severity="S4", danger="no")
    story.accept()
    story.does(c.DeclarePhase(phase="normal"), "lead", override=words("nothing"))
    story.does(c.DeclarePhase(phase="open"), "lead")
    assert story.incident.hushed is None
    assert story.sent(kind="alert")


def test_the_timeline_says_why_it_waited_and_what_ended_the_wait() -> None:
    """G11: every form of the wait has its sentence in both languages."""
    story = house(TWO)
    signal(story)
    signal(story, "s2", signal="resolved")
    signal(story, signal="resolved")
    said = [one.says["en"] for one in entries(story.log, names=str, pinned=story.pinned)]
    assert any("another sensor (2 in all)" in one for one in said)
    assert any(one.startswith("The signal has gone by itself") for one in said)


def test_what_is_loud_already_is_not_made_loud_again() -> None:
    """A wait that is over, and a sensor that is counted late, change nothing: folds cannot fail."""
    story = house(LASTING)
    story.report()
    told = story.incident
    for body in (e.SignalCounted(sensor="s1", firing=True), e.DutyAsked(until=story.now)):
        event = e.Event(seq=told.seq + 1, at=story.now, body=body)
        assert evolve(told, event).hushed is None
    command = c.Command(
        id="c", stream="incident", stream_id=told.id, body=life.MakeLoud(), door="clock",
        actor=c.Actor(kind="rule", id="loud"), authority="rule",
    )  # fmt: skip
    d = Deciding(told, command, story.pinned, story.facts(), story.now)
    wait_is_over(d, "lasting")
    assert d.events == []
