"""Situation briefs: numbered, on their rhythm and at each material change."""

from __future__ import annotations

import pytest

from crisis.core import commands as c
from crisis.core.message import BriefContent
from tests.unit.core.story import Story, words


def briefs(story: Story) -> list[BriefContent]:
    """What the directorate has read."""
    return [one.brief for one in story.sent("directorate", "brief") if one.brief]


def test_briefs_are_numbered_and_name_the_next() -> None:
    """Number one in the first decision; then on the rhythm of the severity, while it lasts."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    story.at("12:00")

    assert [one.number for one in briefs(story)] == list(range(1, len(briefs(story)) + 1))
    reasons = [one.reason for one in briefs(story)]
    assert (reasons[0], reasons[1]) == ("first", "cadence")
    first = briefs(story)[0].next_brief_at
    assert first is not None
    assert story.clock(first) == "11:00"


def test_a_change_is_briefed_at_once_and_restarts_the_rhythm() -> None:
    """The directorate learns nothing from outside."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    story.at("10:30")
    before = len(briefs(story))
    story.does(c.ChangeSeverity(to="S1"))
    assert len(briefs(story)) == before + 1
    assert briefs(story)[-1].reason == "change"
    assert briefs(story)[-1].severity == "S1"
    assert briefs(story)[-1].next_brief_at is not None
    story.at("10:59")
    assert len([one for one in briefs(story) if one.reason == "cadence"]) == 0
    story.at("11:00")

    assert briefs(story)[-1].reason == "cadence"


def test_a_brief_says_who_holds_what_and_what_is_late() -> None:
    """Roles with their holders or nobody, promises, lapses, risks, audiences, the chain's head."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    story.does(c.SendBrief())

    content = briefs(story)[-1]
    assert content.reason == "asked"
    holders = {one.role: one.people for one in content.roles}
    assert (holders["lead"], holders["technical"]) == (("lead",), ())
    assert "it" not in holders, "nobody is asked for it yet"
    assert content.risks is not None
    assert len(content.audiences_told) == 5
    assert content.head == "head"
    assert content.late == 0


def test_a_brief_is_asked_for_by_a_person() -> None:
    """Anybody who works the crisis may send one; a machine may not."""
    story = Story("flood")
    story.report()
    machine = c.Actor(kind="source", id="sensor")
    assert story.refused(c.SendBrief(), actor=machine).rule == "brief"
    before = len(briefs(story))
    story.does(c.SendBrief(), "security")

    assert len(briefs(story)) == before + 1


def test_the_lead_speaks_where_a_layer_removed_who_informs() -> None:
    """The brief goes, whoever is there to sign it."""
    edits = {"layers/calm": {"when": {"severity": "S4"}, "roles": {"liaison": None}}}
    story = Story("flood", edits=edits)
    story.report(severity="S4")
    story.accept()

    story.does(c.SendBrief())
    assert story.sent("directorate", "brief")[-1].speaker == "lead"


def test_no_brief_after_the_end_but_the_one_that_says_so() -> None:
    """The last one names no next."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    story.does(c.CompleteStep(step="belongings"))

    assert briefs(story)[-1].next_brief_at is None
    before = len(briefs(story))
    story.passes("2d")
    assert len(briefs(story)) == before


def test_a_function_answers_where_nobody_is_named() -> None:
    """No word comes from nobody: it is a person's, or a function's that answers."""
    fields = {"holder": [{"rota": "night"}]}
    story = Story("flood", edits={"roles/liaison": {
        "title": {"fr": "Liaison", "en": "Liaison"}, "mission": {"fr": "M", "en": "M"}, **fields,
    }})  # fmt: skip
    story.report()

    brief = story.sent("directorate", "brief")[0]
    assert (brief.speaker, brief.speaker_function) == (None, "facilities-director")
    alert = story.sent("front-line")[0]
    assert alert.speaker_function == "facilities-duty"


@pytest.mark.parametrize("playbook", ["flood", "fire"])
def test_what_is_asked_of_the_directorate_comes_after_its_first_brief(playbook: str) -> None:
    """At S1 something is asked of it at once: it first reads what has happened (G4)."""
    story = Story(playbook)
    story.report(severity="S1", danger="yes")

    kinds = [one.kind for one in story.sent("directorate")]
    assert kinds == ["brief", "reminder"]
