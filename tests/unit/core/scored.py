"""A scorecard of a story, and whether each of its figures shows what it is made of."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core.scorecard import Figure, Scorecard, scorecard
from tests.unit.core.story import ROOT, Story, words
from tests.unit.only import only

FIXTURES = ROOT / "tests" / "fixtures" / "playbooks"
FORCED = words("seen")


def scored(story: Story, **more: Any) -> Scorecard:
    """The scorecard of a story as it stands."""
    return scorecard(story.log, story.pinned, now=story.now, **more)


def figure(card: Scorecard, error: str, name: str, about: str = "", medium: str = "") -> Figure:
    """One figure."""
    return only(
        one for one in card[error].figures
        if (one.name, one.about, one.medium) == (name, about, medium)
    )  # fmt: skip


def shows_its_evidence(story: Story, **more: Any) -> Scorecard:
    """Hold every figure against the journal without its evidence: it is another one, or gone."""
    card = scored(story, **more)
    for error in card.errors:
        for one in error.figures:
            assert one.evidence, one
            left = [event for event in story.log if event.seq not in one.evidence]
            again = scorecard(left, story.pinned, now=story.now, **more)
            others = [
                (other.value, other.of, other.verdict) for other in again[error.error].figures
                if (other.name, other.about, other.medium) == (one.name, one.about, one.medium)
            ]  # fmt: skip
            assert others != [(one.value, one.of, one.verdict)], one
    for call in card.contractors:
        left = [event for event in story.log if event.seq not in call.evidence]
        assert call not in scorecard(left, story.pinned, now=story.now, **more).contractors
    return card


def prompt(playbook: str = "flood", **more: Any) -> Story:
    """Somebody leads after three minutes, and has something to say every twenty."""
    story = Story(playbook, **more)
    story.report(severity="S2")
    story.passes("3m")
    story.accept()
    for number in range(6):
        story.passes("20m")
        measured(story, number)
    return story


def measured(story: Story, number: int) -> None:
    """The lead records a measure."""
    story.does(
        c.RecordMeasure(
            measure=words(f"measure-{number}"),
            expected_result=words(f"result-{number}"),
            inside_only=False,
        )
    )
