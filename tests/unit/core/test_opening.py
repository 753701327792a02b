"""How it begins: a report opens an incident, joins the one that covers it, or is seen aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.decide import decide
from crisis.core.decide.opening import NOTHING_OPEN, decide_report, key_of, playbook_for
from crisis.core.deciding import Decision, Facts
from crisis.core.report import Report, evolve_report, incident_id, report_id
from tests.unit.core.story import Story, words

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OPENINGS = {
    "flood": (("water-leak", None, ()), ("flood", None, ())),
    "sensors": (("water-leak", "machine", ()),),
    "generic": (),
}


def submitted(**changes: object) -> c.SubmitReport:
    """A report of a leak."""
    fields: dict[str, object] = {
        "source": "web", "native_id": "7", "kind": "water-leak", "site": "hq", "building": "a",
    }  # fmt: skip
    return c.SubmitReport(**(fields | changes))  # type: ignore[arg-type]  # fields by name


def sent(body: c.Body, *, exercise: bool = False) -> c.Command:
    """The report as a command to its own stream."""
    return c.Command(
        id="c1", stream="report", stream_id=report_id("web", "7"), body=body,
        actor=c.Actor(kind="source", id="web"), authority="source-token", door="web",
        exercise=exercise,
    )  # fmt: skip


def folded(decision: Decision) -> Report:
    """The report after the decision."""
    report: Report | None = None
    for event in decision.events:
        report = evolve_report(report, event)
    assert report is not None
    return report


def test_a_report_opens_an_incident() -> None:
    """G1: a report that no open incident covers opens one, by the playbook of its kind."""
    decision = decide_report(None, sent(submitted()), Facts(openings=OPENINGS), NOW)

    report = folded(decision)
    assert report.opened
    assert report.incident_id == incident_id(report_id("web", "7"))
    (follow,) = decision.follow
    assert isinstance(follow.body, c.Declare)
    assert follow.body.playbook == "flood"
    assert follow.stream_id == report.incident_id
    assert follow.body.key == "real|hq|a|flood"


def test_a_report_joins_the_incident_that_covers_it() -> None:
    """G1: one trouble, one incident: the second report is linked to it."""
    facts = Facts(openings=OPENINGS, open_incident="i-1")
    decision = decide_report(None, sent(submitted()), facts, NOW)

    report = folded(decision)
    assert (report.incident_id, report.opened) == ("i-1", False)
    assert isinstance(decision.follow[0].body, c.LinkReport)


def test_a_signal_that_nothing_waits_for_is_set_aside_and_seen() -> None:
    """G1: "resolved" with nothing open leads nowhere, and the record says why."""
    body = submitted(signal="resolved", by_machine=True)
    decision = decide_report(None, sent(body), Facts(openings=OPENINGS), NOW)

    assert folded(decision).set_aside == NOTHING_OPEN
    assert decision.follow == ()


def test_a_report_is_received_once() -> None:
    """G2: the same report again is answered, and changes nothing."""
    first = decide_report(None, sent(submitted()), Facts(openings=OPENINGS), NOW)
    again = decide_report(folded(first), sent(submitted()), Facts(openings=OPENINGS), NOW)

    assert not again.accepted
    assert again.events == ()


def test_a_report_stream_takes_nothing_but_reports() -> None:
    """What is no report has no place in a stream of reports."""
    assert not decide_report(None, sent(c.SendBrief()), Facts(), NOW).accepted


def test_an_opening_for_machines_goes_first_with_machines() -> None:
    """The same kind opens one playbook from a sensor and another from a person."""
    assert playbook_for(submitted(by_machine=True), OPENINGS) == "sensors"
    assert playbook_for(submitted(), OPENINGS) == "flood"


def test_the_unforeseen_falls_to_generic_told_apart_by_its_group() -> None:
    """G1: a kind that no playbook knows opens the generic one; G9: an exercise has its own key."""
    body = submitted(kind="smell", group="rack-4")
    assert playbook_for(body, OPENINGS) == "generic"
    assert key_of(body, OPENINGS, exercise=False) == "real|hq|a|generic|rack-4"
    assert key_of(submitted(kind="smell"), OPENINGS, exercise=True) == "exercise|hq|a|generic|smell"


def test_the_incident_begins_with_what_the_report_says() -> None:
    """Severity and danger are the report's; the place that a machine writes is not told on."""
    story = Story("flood")
    observed = story.now - timedelta(minutes=4)
    story.report(severity="S4", danger="no", observed_at=observed, place=words("place"))

    incident = story.incident
    assert (incident.severity, incident.danger) == ("S4", "no")
    assert (incident.observed_at, incident.place) == (observed, words("place"))
    assert incident.hours == "office"


def test_a_severity_that_nobody_knows_is_not_taken_over() -> None:
    """A sender's own scale does not enter: the playbook's start counts."""
    story = Story("flood")
    story.report(severity="critical", by_machine=True, place=words("rack"))

    assert story.incident.severity == "S3"
    assert story.incident.place is None


def test_danger_in_a_second_report_raises_the_severity() -> None:
    """People are in danger: the severity rises at once, and all are told."""
    story = Story("flood")
    story.report()
    story.passes("2m")
    before = story.seq
    story.report(danger="yes")

    assert story.incident.severity == "S1"
    assert story.said(e.DangerReported, before)
    assert story.sent("people-on-site", since=before)


def test_danger_that_many_report_is_told_once() -> None:
    """Forty calls of the same danger are forty reports, not forty briefs."""
    story = Story("flood")
    story.report(danger="yes")
    before = story.seq
    for _ in range(5):
        story.report(danger="yes")

    assert story.incident.reports == 6
    assert story.sent(since=before) == []


def test_danger_that_is_reported_again_raises_what_a_person_had_lowered() -> None:
    """A person lowered it, then somebody is in danger again: that is new, and counts."""
    story = Story("flood")
    story.report(danger="yes")
    story.accept("lead")
    story.does(c.ChangeSeverity(to="S3"))
    assert story.incident.severity == "S3"
    story.report(danger="yes")

    assert story.incident.severity == "S1"


def test_a_dry_sensor_proposes_the_end_once() -> None:
    """A signal never closes a crisis: the lead is asked, once, until trouble is signalled again."""
    story = Story("flood")
    story.report(by_machine=True)
    story.accept("lead")
    for _ in range(2):
        story.report(by_machine=True, signal="resolved")
    assert len(story.notices("lead", "end-proposed")) == 1

    story.report(by_machine=True)
    story.report(by_machine=True, signal="resolved")

    assert len(story.notices("lead", "end-proposed")) == 2
    assert story.incident.phase == "open"


def test_a_report_after_normal_proposes_to_begin_again() -> None:
    """The lead hears of it, in the caller's words; a signal that it is dry changes nothing then."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    story.does(c.DeclarePhase(phase="normal"), override=words("all is dry"))
    before = story.seq
    story.report(what=words("the ceiling drips"))
    story.report(by_machine=True, signal="resolved")
    story.report(by_machine=True, what=words("raw"))

    person, machine = story.notices("lead", "report-after-normal", before)
    assert person.notice is not None
    assert machine.notice is not None
    assert (person.notice.words, machine.notice.words) == (words("the ceiling drips"), None)
    assert story.incident.phase == "normal"


def over() -> Story:
    """A flood that is thought to be over."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    story.does(c.DeclarePhase(phase="normal"), override=words("all is dry"))
    return story


def test_danger_after_normal_is_as_loud_as_at_first() -> None:
    """G12: lead, deputies and last resort are called, and called again until somebody answers."""
    story = over()
    before = story.seq
    briefs = story.incident.briefs
    story.report(what=words("somebody is trapped"), danger="yes")
    (notice,) = story.notices("lead", "danger-after-normal", before)
    assert (notice.kind, notice.urgency) == ("escalation", "immediate")
    assert {"lead", "lead-deputy", "director"} <= set(notice.to)
    assert notice.notice is not None
    assert notice.notice.words == words("somebody is trapped")
    assert story.incident.briefs == briefs + 1, "the directorate hears of it too"
    since = story.now
    story.report(danger="yes", by_machine=True, what=words("raw"))
    assert len(story.notices("lead", "danger-after-normal", before)) == 2, "each report is told"
    assert len(story.said(e.DangerReported, before)) == 1
    story.passes("30m")

    called = [one.issued_at - since for one in story.notices("lead", "danger-after-normal", before)]
    assert [span.total_seconds() / 60 for span in called] == [0, 0, 5, 10, 20]
    story.away("10h")
    assert len(story.notices("lead", "danger-after-normal", before)) == 6


def test_danger_after_normal_is_answered_by_beginning_again() -> None:
    """All are alerted, as grave as danger makes it; nobody is called any more."""
    story = over()
    story.report(danger="yes")
    before = story.seq
    story.does(c.DeclarePhase(phase="open"))

    assert story.incident.severity == "S1"
    assert story.sent("people-on-site", "alert", before)
    assert story.incident.danger_again_at is None
    story.passes("1h")
    assert not story.notices("lead", "danger-after-normal", before)


def test_danger_after_normal_is_answered_by_looking() -> None:
    """Somebody has checked: it is over still, and no audience is disturbed by that."""
    story = over()
    story.report(danger="yes")
    story.passes("6m")
    for said in story.refused(c.CloseIncident()).words.values():
        assert f"crisis declare normal -i {story.incident.id}" in said
    assert story.refused(c.DeclarePhase(phase="normal"), "security").rule == "phase"
    before = story.seq
    story.does(c.DeclarePhase(phase="normal"))

    assert {one.audience for one in story.sent(since=before)} <= {None, "directorate"}
    assert (story.incident.danger, story.incident.danger_again_at) == ("no", None)
    story.passes("1h")
    assert not story.notices("lead", "danger-after-normal", before)
    assert story.refused(c.DeclarePhase(phase="normal")).rule == "phase"
    story.report(danger="yes")
    assert len(story.notices("lead", "danger-after-normal", before)) == 1


def safe_at(phase: str) -> Story:
    """A flood with people in danger, led, that is declared safe, or worked around."""
    story = Story("flood")
    story.report(danger="yes")
    story.accept()
    story.does(c.DeclarePhase(phase=phase), override=words("all are out"))
    story.passes("10m")
    return story


def test_danger_that_is_told_again_reaches_those_who_lead_and_those_who_look_for_people() -> None:
    """G12: a second call says that another person is caught; a machine's repeat says nothing."""
    story = Story("flood")
    story.report(danger="yes")
    story.accept("lead")
    before = story.seq
    story.report(danger="yes", what=words("a man is caught in the lift pit"))
    story.report(danger="yes", what=words("raw"), by_machine=True)

    (notice,) = story.notices("lead", "danger-reported", before)
    assert notice.notice is not None
    assert (notice.kind, notice.life_safety) == ("escalation", True)
    assert notice.notice.words == words("a man is caught in the lift pit")
    assert story.said(e.DangerReported, before) == []


@pytest.mark.parametrize("phase", ["safe", "worked_around"])
def test_danger_where_it_was_safe_is_called_until_somebody_answers(phase: str) -> None:
    """G12, G1: it was declared safe at 10:00; ten minutes later a man is caught in the lift pit."""
    story = safe_at(phase)
    before, since, briefs = story.seq, story.now, story.incident.briefs
    story.report(danger="yes", what=words("a man is caught in the lift pit"))
    assert story.incident.danger_again_at == story.now
    assert story.incident.briefs == briefs + 1, "the directorate hears of it too"
    story.passes("19m")

    called = story.notices("lead", "danger-after-safe", before)
    assert [(one.issued_at - since).total_seconds() / 60 for one in called] == [0, 5, 10]
    assert all({"lead", "lead-deputy", "director"} <= set(one.to) for one in called)
    assert called[0].notice is not None
    assert called[0].notice.words == words("a man is caught in the lift pit")
    refused = story.refused(c.DeclarePhase(phase="normal"))
    assert refused.overridable
    assert f"crisis declare {phase}" in refused.words["en"]
    story.does(c.DeclarePhase(phase=phase))
    after = story.incident
    assert (after.danger, after.danger_again_at) == ("no", None)


def test_danger_where_it_was_safe_is_answered_by_going_back() -> None:
    """G12: people were told that it is safe; it is not, they are alerted, and what was done stays.

    Its severity is what danger makes it, and it can be declared safe a second time.
    """
    story = Story("flood")
    story.report(danger="unknown")
    story.accept()
    story.does(c.AnswerStep(step="people", answer="no"))
    story.does(c.RecordMeasure(measure=words("two pumps")))
    story.does(c.DeclarePhase(phase="safe"), override=words("all are out"))
    assert story.sent("people-on-site", "end"), "they were told that it is safe"
    done = {name for name, one in story.incident.steps.items() if one.state == "done"}
    opened_at, severity = story.incident.opened_at, story.incident.severity
    story.passes("10m")
    story.report(danger="yes")
    before = story.seq
    story.does(c.DeclarePhase(phase="open"))

    assert severity != "S1"
    assert (story.incident.phase, story.incident.severity) == ("open", "S1")
    (alert,) = story.sent("people-on-site", "alert", before)
    assert alert.life_safety
    assert done <= {name for name, one in story.incident.steps.items() if one.state == "done"}
    assert story.incident.measures
    assert story.incident.opened_at == opened_at
    assert story.incident.danger_again_at is None
    story.does(c.DeclarePhase(phase="safe"), override=words("all are out"))
    assert story.sent("people-on-site", "end", before)


def test_what_has_no_incident_or_two_is_refused() -> None:
    """A command to nothing, a second opening, and a mix of exercise and real are refused (G9)."""
    story = Story("flood")
    story.report()
    command = c.Command(
        id="x", stream="incident", stream_id="i-none", body=c.SendBrief(),
        actor=c.Actor(kind="person", id="lead"), authority="operator", door="cli",
    )  # fmt: skip
    nothing = decide(None, command, story.pinned, Facts(), story.now)
    assert isinstance(nothing, Decision)
    assert nothing.refusal is not None
    assert nothing.refusal.rule == "incident"

    declare = c.Declare(
        key="k", report_id="r-1", playbook="flood", report=submitted(), accepted_at=story.now
    )
    assert story.refused(declare).rule == "declare"
    assert story.refused(c.SendBrief(), exercise=True).rule == "exercise"


def test_an_exercise_and_the_real_thing_never_mix() -> None:
    """G9: what is said for an exercise is refused by a real incident, and the other way round."""
    for exercise in (False, True):
        story = Story("flood", exercise=exercise)
        story.report()
        assert story.refused(c.SendBrief(), exercise=not exercise).rule == "exercise"


def test_a_report_that_finds_the_incident_just_closed_is_still_on_its_record() -> None:
    """G1: it was routed there a moment before: linked, and nobody is alarmed for nothing."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    story.does(c.CancelIncident())
    before = story.seq
    story.report(danger="yes")

    assert story.said(e.ReportLinked, before)
    assert story.sent(since=before) == []
