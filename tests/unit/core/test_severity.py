"""How grave it is: rules raise it, once each; a person lowers it, and no rule against that."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, words


def led(**more: Any) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)
    story.report()
    story.accept()
    return story


def test_a_rule_of_the_playbook_raises_it() -> None:
    """Water reaches the current: S2, by the rule of that name."""
    story = led()
    story.does(c.AnswerStep(step="current", answer="yes"), "technical")

    (changed,) = story.said(e.SeverityChanged)
    assert (changed.severity, changed.by_rule) == ("S2", "electricity")
    assert story.incident.raised == ("electricity",)


def test_a_reason_that_lasts_raises_it_when_its_time_has_come() -> None:
    """Two hours and not safe: S2; once safe, no more."""
    quiet = {"steps/current/unanswered": "no", "steps/server-room/unanswered": "no"}
    story = led(edits=quiet)
    story.at("11:59")
    assert story.incident.severity == "S3"
    story.at("12:00")
    assert story.incident.severity == "S2"

    safe = led(edits=quiet)
    safe.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    safe.at("13:00")
    assert safe.incident.severity == "S3"


def test_a_wait_counts_from_the_answer_that_is_its_reason() -> None:
    """``wait`` of a raise with a ``when``: from the answer, not from the opening."""
    rule = {"to": "S1", "when": {"source": "sewer"}, "wait": "30m"}
    story = led(edits={"severity/raise": {"sewer": rule}})
    story.at("10:10")
    story.does(c.AnswerStep(step="source", answer="sewer"), "technical")
    story.at("10:39")
    assert story.incident.severity == "S3"
    story.at("10:40")

    assert story.incident.severity == "S1"


def test_the_graver_of_two_rules_wins() -> None:
    """Two reasons at the same moment: the incident is as grave as the graver one."""
    story = Story("flood")
    story.report(danger="yes")
    story.accept()
    story.does(c.AnswerStep(step="current", answer="yes"), "technical")

    assert [one.by_rule for one in story.said(e.SeverityChanged)] == ["people"]


@pytest.mark.parametrize("start", [None, "S1"])
def test_a_person_who_lowers_it_is_not_overruled(start: str | None) -> None:
    """Neither by the rule that raised it, nor by one that never had to, nor by another that holds.

    The person knew those reasons and judged otherwise; a new reason still counts.
    """
    story = Story("flood")
    story.report(severity=start, danger="yes")
    story.accept()
    story.does(c.AnswerStep(step="current", answer="yes"), "technical")
    assert story.incident.severity == "S1"
    story.does(c.ChangeSeverity(to="S3"))
    assert story.incident.severity == "S3"
    story.passes("1h")
    assert story.incident.severity == "S3"
    story.does(c.ChooseOption(step="leave", option="leave-building"))

    assert story.incident.severity == "S2"


def test_any_role_raises_it_and_only_some_lower_it() -> None:
    """Going up is a matter of seconds; going down of authority, or of a reason by name."""
    story = led()
    story.does(c.ChangeSeverity(to="S1"), "logistics")
    assert story.refused(c.ChangeSeverity(to="S3"), "logistics").rule == "severity"
    assert story.refused(c.ChangeSeverity(to="S1"), "stranger").rule == "severity"
    story.does(c.ChangeSeverity(to="S3"), "logistics", override=words("seen on site"))

    assert story.said(e.RefusalOverridden)[0].rule == "severity"


def test_a_severity_that_is_not_or_is_already_is_refused() -> None:
    """The refusal names those there are; the same again is no change; nor is one after the end."""
    story = led()
    assert "S1, S2, S3, S4" in story.refused(c.ChangeSeverity(to="S9")).words["en"]
    assert "already" in story.refused(c.ChangeSeverity(to="S3")).words["en"]
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    assert "over" in story.refused(c.ChangeSeverity(to="S1")).words["en"]


def test_hours_begin_and_end_and_layers_follow() -> None:
    """At 19:00 nobody is there: the fallback space may take longer, and it is on the record."""
    story = led(begins="18:30")
    first = story.pinned.in_force(story.incident.situation).steps["fallback"].within
    story.at("19:00")

    changed = story.said(e.HoursChanged)[0]
    assert changed.hours == "off"
    assert changed.hours_until is not None
    assert story.clock(changed.hours_until) == "08:00"
    second = story.pinned.in_force(story.incident.situation).steps["fallback"].within
    assert first != second
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    before = story.seq
    story.at("09:00")
    assert story.said(e.HoursChanged, before) == []


def test_hours_that_passed_unseen_are_noted_as_they_are_now() -> None:
    """After a weekend away it is Monday morning, not Friday night."""
    story = led(begins="18:30")
    story.away("14h")

    assert story.incident.hours == "office"
    assert len(story.said(e.HoursChanged)) == 1


def test_danger_that_ended_with_its_phase_raises_no_more() -> None:
    """A rule that holds only until safe is not woken by a late report of danger."""
    rule = {"to": "S1", "when": {"danger": "yes"}, "until": "safe"}
    story = led(edits={"severity/raise": {"people": rule, "always": {"to": "S2", "wait": "9h"}}})
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    story.report(danger="yes")

    assert story.incident.severity == "S3"
    assert story.incident.danger == "yes"


def test_a_wait_does_not_begin_again_with_the_same_answer() -> None:
    """What has lasted has lasted, however often it is said; only a break begins the wait again."""
    rule = {"to": "S1", "when": {"source": ["sewer", "ground"]}, "wait": "30m"}
    story = led(edits={"severity/raise": {"sewer": rule}})
    story.does(c.AnswerStep(step="source", answer="sewer"), "technical")
    story.at("10:20")
    story.does(c.AnswerStep(step="source", answer="ground"), "technical")
    story.at("10:30")
    assert story.incident.severity == "S1"

    broken = led(edits={"severity/raise": {"sewer": rule}})
    broken.does(c.AnswerStep(step="source", answer="sewer"), "technical")
    broken.at("10:20")
    broken.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    broken.at("10:25")
    broken.does(c.AnswerStep(step="source", answer="sewer"), "technical")
    broken.at("10:54")
    assert broken.incident.severity == "S3"
    broken.at("10:55")
    assert broken.incident.severity == "S1"


def test_danger_that_is_reported_late_waits_its_time() -> None:
    """A wait on what no step asks (danger, hours, severity) counts from when it began too."""
    rule = {"to": "S1", "when": {"danger": "yes"}, "wait": "30m"}
    story = led(edits={"severity/raise": {"lasting-danger": rule}, "steps/rescue": ...})
    story.at("10:50")
    story.report(danger="yes")
    story.at("11:19")
    assert story.incident.severity == "S3"
    story.at("11:20")

    assert story.incident.severity == "S1"


def test_after_it_has_begun_again_a_wait_counts_from_then() -> None:
    """What held before the end is no reason now."""
    rule = {"to": "S1", "when": {"site": "hq"}, "wait": "2h"}
    story = led(edits={"severity/raise": {"long": rule}})
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
    story.at("11:00")
    story.does(c.DeclarePhase(phase="open"))
    story.at("12:59")
    assert story.incident.severity == "S3"
    story.at("13:00")

    assert story.incident.severity == "S1"


def test_a_report_that_is_graver_than_all_before_raises_it() -> None:
    """A warning, then the same alarm as critical: the crisis is as grave as what is reported."""
    story = led()
    assert story.incident.severity == "S3"
    story.report(source="alerts", by_machine=True, severity="S2")
    (changed,) = story.said(e.SeverityChanged)
    assert (changed.severity, changed.was, changed.by_rule) == ("S2", "S3", None)
    assert changed.by_report is not None

    story.report(source="alerts", by_machine=True, severity="S3")
    story.report(source="alerts", by_machine=True, severity="S1", signal="resolved")
    story.report(source="alerts", by_machine=True, severity="worst")
    assert story.incident.severity == "S2"


def test_an_alarm_that_repeats_itself_overrules_nobody() -> None:
    """A person has lowered it since: the same S1 is known; after the end nothing is raised."""
    story = led()
    story.report(severity="S1")
    story.does(c.ChangeSeverity(to="S3"))
    story.report(severity="S1")
    story.report(severity="S2")
    assert story.incident.severity == "S3"

    over = led()
    over.does(c.CancelIncident())
    over.report(severity="S1")
    assert over.incident.severity == "S3"
