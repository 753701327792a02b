"""The ends come in their order: people are safe first, and a proposal holds or is withdrawn."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.test_phases import FORCED, led


def test_nothing_is_worked_around_or_over_before_people_are_safe() -> None:
    """The fallback is ready first: ``safe`` is still asked for, and what waits for it waits.

    A person may set that aside by name, with a reason that stays on the record.
    """
    edits = {"phases/safe/after": ["lifts"], "phases/worked_around/after": ["shut-water"],
             "steps/close-area/after": "safe", "steps/shut-water/evidence": ...}  # fmt: skip
    story = led(edits=edits)
    story.does(c.CompleteStep(step="shut-water"), "technical")
    assert story.said(e.PhaseProposed) == []
    for phase in ("worked_around", "normal"):
        assert "safe" in story.refused(c.DeclarePhase(phase=phase)).words["en"]
    assert "close-area" not in story.incident.steps

    story.does(c.CompleteStep(step="lifts"), "security")
    story.does(c.DeclarePhase(phase="safe"))
    assert story.incident.proposed == ("worked_around",)
    assert story.incident.steps["close-area"].state == "ready"
    other = led(edits=edits)
    other.does(c.DeclarePhase(phase="worked_around"), override=FORCED)
    assert other.said(e.RefusalOverridden)[-1].reason == FORCED


def test_what_comes_up_after_a_proposal_withdraws_it_until_it_is_settled() -> None:
    """Normal could be declared; then something is to be put back; then it is proposed again."""
    edits = {"phases/safe/after": ["lifts"], "phases/normal/after": ["lifts"],
             "steps/lifts/undo": ...}  # fmt: skip
    story = led(edits=edits)
    story.does(c.CompleteStep(step="lifts"), "security")
    story.does(c.DeclarePhase(phase="safe"))
    assert "normal" in story.incident.proposed
    story.does(c.CompleteStep(step="close-area"), "security")
    assert "normal" not in story.incident.proposed
    assert story.said(e.PhaseProposed)[-1].withdrawn
    story.does(c.CompleteStep(step="close-area.undo"), "security")

    assert "normal" in story.incident.proposed
    subjects = [one.notice.subject for one in story.notices("lead", "phase-proposed") if one.notice]
    assert subjects.count("normal") == 2


def test_an_end_without_a_time_of_its_own_is_asked_about_each_day() -> None:
    """G5: a crisis that nobody ends is asked about daily, also where the playbook names no time."""
    story = led(edits={"phases/safe/within": ...})
    story.passes("3d")
    late = [one for one in story.said(e.PhaseOverdue) if one.phase == "normal"]
    assert [one.count for one in late] == [1, 2, 3]
