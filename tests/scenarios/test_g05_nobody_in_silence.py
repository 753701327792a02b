"""G5: by each promised time there is a word; where there is none it is seen, and escalated."""

from __future__ import annotations

from crisis.core.events import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentKeptLate,
    CommitmentLate,
    LeftToPeople,
    MessageReleased,
    SilenceEscalated,
)
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood


def words_to(story: Story, audience: str) -> list[str]:
    """Give the kinds of message that this audience was told, in order."""
    return [
        one.body.kind for one in story.happened(MessageReleased)
        if isinstance(one.body, MessageReleased) and one.body.audience == audience
    ]  # fmt: skip


async def test_the_update_leaves_by_itself_a_minute_before_its_time(story: Story) -> None:
    """G5: a person has recorded a measure; the update tells it with its result, in time."""
    await a_calm_flood(story)
    await story.at("15:00").measure("La vanne A-007 est fermée", result="Le niveau baisse")
    await story.expect_silence(of="front-line", until="16:03", kind="update")
    await story.until("16:04:30")
    story.expect_sms(to="front-line", kind="update")
    story.expect_mail(to="front-line", says="La vanne A-007 est fermée")
    story.expect_mail(to="front-line", says="Le niveau baisse")


async def test_the_lead_is_asked_while_there_is_time(story: Story) -> None:
    """G5: at four fifths of the span the lead and communication are asked for the next word."""
    await a_calm_flood(story)
    await story.until("15:40")
    await story.until("15:42")
    story.expect_mail(to="lead", kind="reminder", says="16h05")
    story.expect_mail(to="communication", kind="reminder")


async def test_two_holding_statements_then_the_silence_is_somebodys(story: Story) -> None:
    """G5: nothing is said in the lead's place a third time; it breaks, and goes up again and again.

    Once a person speaks, those who were left without a word hear it first.
    """
    await a_calm_flood(story)
    await story.until("2026-03-11 06:00")
    assert words_to(story, "front-line")[-2:] == ["holding", "holding"]
    assert story.happened(LeftToPeople)
    assert story.happened(CommitmentBroken)
    assert len(story.happened(SilenceEscalated)) > 1
    story.expect_mail(to="directorate", kind="escalation")

    await story.then.measure("Les pompes tournent", result="La cave sera vide à midi")
    story.expect_mail(to="front-line", says="Les pompes tournent")
    await story.expect_silence(of="directorate", until="06:45", kind="escalation")


async def test_six_hours_away_cost_each_audience_one_word(story: Story) -> None:
    """G5: the machine slept; each audience hears once that nothing is new, not twelve times."""
    await a_calm_flood(story)
    await story.is_away("6h")
    for audience in ("front-line", "people-on-site"):
        told = [one for one in story.seen(to=audience) if one.message.kind == "holding"]
        assert len({one.message.id for one in told}) <= 1, audience


async def test_a_clock_that_jumps_is_a_service_that_was_away(story: Story) -> None:
    """G5: the laptop was closed for six hours; what is owed is done at once, and once."""
    await a_calm_flood(story)
    await story.jumps("6h")
    for audience in ("front-line", "people-on-site"):
        told = [one for one in story.seen(to=audience) if one.message.kind == "holding"]
        assert len({one.message.id for one in told}) <= 1, audience


async def test_those_away_are_told_little(story: Story) -> None:
    """G5: the absent get three words at most: the first, one change, the end."""
    await a_calm_flood(story)
    await story.at("14:30").says("users-away", words="Demain, travaillez à distance.")
    story.expect_mail(to="users-away", says="travaillez à distance")
    await story.expect_silence(of="users-away", until="2026-03-11 08:00")


async def test_a_word_that_is_late_is_late_on_the_record(story: Story) -> None:
    """G5: every medium is down at the promised time; the record does not call it kept."""
    await a_calm_flood(story)
    await story.until("16:03")
    promised = story.incident.audiences["front-line"].promise
    for channel in story.channels.values():
        channel.fault = "unreachable"
    await story.until("16:08")
    for channel in story.channels.values():
        channel.fault = None
    await story.until("16:25")
    story.expect_mail(to="front-line", kind="update")
    outcome = [
        type(one.body)
        for one in story.happened(CommitmentKept, CommitmentLate, CommitmentKeptLate)
        if getattr(one.body, "commitment_id", "") == promised
    ]
    assert outcome == [CommitmentLate, CommitmentKeptLate]
