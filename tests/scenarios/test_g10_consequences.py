"""G10: a crisis ends in a review with an owner and a date, and actions that are chased."""

from __future__ import annotations

from crisis.core.events import ActionProposed, ReviewOpened
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_whole_flood


async def test_the_review_opens_with_what_went_less_than_well(story: Story) -> None:
    """G10: back to normal, the lead owns a review with a date and first actions from the record."""
    await a_whole_flood(story)
    (opened,) = [one.body for one in story.happened(ReviewOpened)]
    assert isinstance(opened, ReviewOpened)
    assert opened.owner == story.person("Nadia Benali")
    assert story.shown(opened.due_at) == "2026-03-24 18:30:00"
    reasons = [getattr(one.body, "reason", "") for one in story.happened(ActionProposed)]
    assert "complete-plan" in reasons
    story.expect_mail(to="Nadia Benali", kind="action")


async def test_a_review_that_is_not_held_is_asked_for(story: Story) -> None:
    """G10: its date passes; the owner is reminded, then the directorate knows."""
    await a_whole_flood(story)
    await story.until("2026-03-24 19:00")
    story.expect_mail(to="Nadia Benali", kind="action")
    await story.until("2026-04-01 12:00")
    story.expect_mail(to="directorate", kind="action")


async def test_an_action_is_chased_until_another_has_seen_the_proof(story: Story) -> None:
    """G10: agreed, overdue, asked for, done, and verified by somebody else than its owner."""
    await a_whole_flood(story)
    after = story.at("2026-03-12 10:00")
    await after.review("partly", "La vanne n'était pas repérée.", by="Nadia Benali")
    for name in tuple(story.incident.actions):
        await after.agree(name, owner="Julien Perrot", within="5d", by="Nadia Benali")
    await story.until("2026-03-17 10:30")
    story.expect_mail(to="Julien Perrot", kind="action")
    for name in tuple(story.incident.actions):
        await story.then.finish(name, proof="Photo de la vanne peinte", by="Julien Perrot")
        await story.then.verify(name, by="Julien Perrot", refused=True)
        await story.then.verify(name, by="Nadia Benali")
    assert {one.state for one in story.incident.actions.values()} == {"verified"}
    await story.expect_silence(of="Julien Perrot", until="2026-04-30 12:00")


async def test_proposed_actions_do_not_fall_asleep_with_the_review_held(story: Story) -> None:
    """G10: the review was held and its actions left lying; they are asked for at their date."""
    await a_whole_flood(story)
    await story.at("2026-03-12 10:00").review("no", "Rien à redire.", by="Nadia Benali")
    await story.until("2026-03-25 12:00")
    story.expect_mail(to="Nadia Benali", kind="action")


async def test_a_false_alarm_is_reviewed_too(story: Story) -> None:
    """G10: nothing happened and people ran all the same: whether it could be avoided is asked."""
    await story.at("14:05").report("flood", building="a")
    await story.at("14:07").accept_all()
    await story.at("14:20").cancel()
    assert story.incident.review is not None
    assert story.incident.review.owner == story.person("Nadia Benali")
