"""Manual escalation always works: to those who come next in a role, or to the directorate."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core.deciding import Rank
from tests.unit.core.story import Story, words
from tests.unit.only import only


def led() -> Story:
    """A flood with all roles held."""
    story = Story("flood")
    story.report()
    story.accept()
    return story


def test_whoever_sees_that_it_goes_beyond_them_says_so() -> None:
    """No role is needed: those who come after the lead are told, with the reason and the state."""
    story = led()
    story.does(k.Escalate(reason=words("too much")), "cleaner")

    told = only(story.notices("lead-deputy", "escalated"))
    assert (told.kind, told.notice and told.notice.words) == ("escalation", words("too much"))
    assert told.measures
    assert story.said(e.Escalated)[-1].to == ("lead-deputy",)
    assert any(one.reason == "escalated" for one in story.incident.lapses)


def test_after_the_deputy_comes_the_last_resort_then_the_directorate() -> None:
    """Whoever escalates is not told by themselves; where nobody is left, the directorate is."""
    story = led()
    story.does(k.Escalate(), "lead-deputy")
    assert story.notices("director", "escalated")
    before = story.seq
    story.does(k.Escalate(), "director")

    assert story.notices("directorate", "escalated", before)
    assert story.sent("directorate", "brief", before)


def test_another_role_has_its_own_next_rank() -> None:
    """The technical lead calls for their deputy; a whole rank may be whoever asks."""
    story = led()
    story.does(k.Escalate(to="technical"), "technical")

    assert story.notices("technical-deputy", "escalated")


def test_a_rank_that_has_nobody_is_passed_over() -> None:
    """The deputies of the technical lead are on leave: the last resort is told at once."""
    story = led()
    story.candidates |= {
        "technical": (Rank("role", ("technical",)), Rank("deputies", ()), Rank("last", ("boss",)))
    }
    story.does(k.Escalate(to="technical"), "technical")

    assert story.said(e.Escalated)[-1].to == ("boss",)


def test_the_directorate_is_told_at_any_time() -> None:
    """With a brief that says why; also after the close."""
    story = led()
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    story.does(c.CloseIncident(), override=words("dry"))
    before = story.seq
    story.does(k.Escalate(to="directorate"), "cleaner")

    (brief,) = story.sent("directorate", "brief", before)
    assert brief.brief is not None
    assert brief.brief.reason == "escalated"
    assert story.notices("directorate", "escalated", before)


def test_nobody_is_told_of_a_role_that_there_is_not() -> None:
    """The refusal names those that there are."""
    assert "directorate" in led().refused(k.Escalate(to="pilot")).words["en"]
