"""A property over stories: whatever a crisis is like, each figure is made of its evidence."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from crisis.core import commands as c
from crisis.core.incident import Incident
from tests.unit.core.scored import FORCED, measured, shows_its_evidence
from tests.unit.core.story import PLAYBOOKS, Story

LONGEST = 12
"""Acts of a story."""


def at_random(seed: int) -> Story:
    """A crisis in which people act, or do not, by a seed."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    story = Story(
        PLAYBOOKS[seed % len(PLAYBOOKS)],
        empty=set(chance.sample(["front-line", "co-tenants", "contractors-on-site"], 2)),
        failing=set(chance.sample(["users-away", "people-on-site", "directorate"], 1)),
    )
    story.report(severity=chance.choice(["S1", "S2", "S3"]))
    for number in range(chance.randint(1, LONGEST)):
        story.passes(f"{chance.choice([1, 4, 15, 40, 90])}m")
        act = chance.choice([*ACTS])
        if story.incident.phase not in {"closed", "cancelled"}:
            ACTS[act](story, number)
    return story


def leads(story: Story, number: int) -> None:
    """Those who were asked say yes."""
    del number
    story.accept()


def speaks(story: Story, number: int) -> None:
    """Somebody speaks, whoever leads."""
    del number
    story.tries(c.Say(), override=FORCED)


def answers(story: Story, number: int) -> None:
    """A question that is open is answered, and answered again."""
    for name, step in story.pinned.in_force(story.incident.situation).steps.items():
        if step.ask is not None and name in story.incident.steps:
            answer = step.answers[number % len(step.answers)]
            story.tries(c.AnswerStep(step=name, answer=answer), override=FORCED)


def promises(story: Story, number: int) -> None:
    """Something is promised to those in the building."""
    story.tries(c.MakePromise(
        promise_id=f"p{number}", audience="people-on-site",
        due_at=story.now + timedelta(minutes=30), words=FORCED,
    ), override=FORCED)  # fmt: skip


def left(story: Story, number: int) -> None:
    """Some people are left to be told in person; every other time somebody tells them."""
    sent = [one for one in story.sent() if one.audience not in {None, *story.empty}]
    last = sent[-1]
    story.tries(c.NoteLeftOver(
        message_id=last.id, kind=last.kind, audience=last.audience, count=1,
    ), "ledger")  # fmt: skip
    if number % 2:
        story.tries(c.CarryByHand(audience=str(last.audience)), "communication")


def goes_on(story: Story, number: int) -> None:
    """The next phase is declared, or it ends."""
    incident: Incident = story.incident
    after = {"open": "safe", "safe": "normal"}.get(incident.phase)
    if after is not None:
        story.tries(c.DeclarePhase(phase=after), override=FORCED)
    elif number % 2:
        story.tries(c.CloseIncident(), override=FORCED)


def measured_if(story: Story, number: int) -> None:
    """The lead records a measure, where there is one."""
    if story.incident.lead is not None and not story.incident.over:
        measured(story, number)


ACTS = {
    "leads": leads, "measures": measured_if, "speaks": speaks,
    "answers": answers, "promises": promises, "left": left, "goes on": goes_on,
    "nothing": lambda *_: None,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_without_its_evidence_every_figure_is_another_one(seed: int) -> None:
    """Each figure of each score names the events that it is made of, and no others make it."""
    card = shows_its_evidence(at_random(seed))
    assert sum(len(error.figures) for error in card.errors) > 10
