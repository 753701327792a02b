"""G8: every commitment ends kept or visibly broken."""

from __future__ import annotations

from crisis.core.events import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentKeptLate,
    RefusalOverridden,
)
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood, a_whole_flood, the_place_is_made_safe


async def test_a_deed_keeps_a_promise(story: Story) -> None:
    """G8: people get their belongings back within the day, and the promise is kept by it."""
    await a_calm_flood(story)
    await the_place_is_made_safe(story)
    await story.at("2026-03-11 10:00").done("belongings")
    kept = [
        one.body for one in story.happened(CommitmentKept)
        if isinstance(one.body, CommitmentKept) and one.body.how == "deed"
    ]  # fmt: skip
    assert [one.commitment_id.endswith("-belongings") for one in kept] == [True]


async def test_a_broken_engagement_owes_its_counterpart(story: Story) -> None:
    """G8: nobody brought the belongings; whoever owes the counterpart is asked for it."""
    await a_whole_flood(story)
    await story.until("2026-03-11 20:00")
    broken = [
        one.body for one in story.happened(CommitmentBroken)
        if isinstance(one.body, CommitmentBroken)
    ]  # fmt: skip
    assert [one.counterpart_owed for one in broken] == [True]
    story.expect_mail(to="logistics", says="remplaçons à nos frais")
    story.expect_mail(to="people-on-site", says="Cela n'a pas été fait.")
    await story.then.done("belongings.counterpart", by="logistics")
    story.expect_mail(to="people-on-site", says="ce que nous avions annoncé pour ce cas est fait")


async def test_a_promise_in_ones_own_words_is_told_and_kept_late(story: Story) -> None:
    """G8: kept after its time and before it counts as broken, it is called late, not kept."""
    await a_calm_flood(story)
    promised = story.at("14:30")
    await promised.promise(
        "Un point d'eau est ouvert au rez-de-chaussée", to="people-on-site", by_then="15:30",
        counterpart="Sinon, nous portons de l'eau à chaque étage",
    )  # fmt: skip
    await story.then.says("people-on-site")
    story.expect_mail(to="people-on-site", says="nous portons de l'eau")
    name = next(n for n, one in story.incident.commitments.items() if one.words is not None)
    await story.at("15:36").keep(name)
    late = [one.body for one in story.happened(CommitmentKeptLate)]
    assert [getattr(one, "commitment_id", "") for one in late] == [name]


async def test_closing_over_a_promise_takes_a_name_and_a_reason(story: Story) -> None:
    """G8: the rules say no; a person sets that aside, and the promise is visibly broken."""
    await a_whole_flood(story)
    await story.at("19:00").close(refused=True)
    await story.at("19:01").close(override="Les affaires ont été livrées à domicile.")
    assert story.incident.phase == "closed"
    waived = story.happened(RefusalOverridden)
    assert {event.actor for event in waived} == {f"person:{story.person('Nadia Benali')}"}
    assert story.happened(CommitmentBroken)
    story.expect_mail(to="logistics", says="remplaçons à nos frais")


async def test_a_promise_to_people_is_not_made_by_just_anybody(story: Story) -> None:
    """G8: it takes the authority to commit; the refusal says so."""
    await a_calm_flood(story)
    await story.at("14:30").promise(
        "Le bâtiment rouvre à 18 h", to="people-on-site", by_then="18:00",
        by="Léa Dupuis", refused=True,
    )  # fmt: skip


async def test_a_broken_promise_in_ones_own_words_is_told_in_these_words(story: Story) -> None:
    """G8: the next word says what was promised, by when, that it did not happen, and what does."""
    await a_calm_flood(story)
    await story.at("14:30").promise(
        "Un point d'eau est ouvert au rez-de-chaussée", to="people-on-site", by_then="15:00",
        counterpart="Nous portons de l'eau à chaque étage",
    )  # fmt: skip
    await story.at("15:30").says("people-on-site", words="La pompe tourne.")
    story.expect_mail(
        to="people-on-site",
        says="Promis avant 15h00 : Un point d'eau est ouvert au rez-de-chaussée. Cela n'a pas",
    )
    story.expect_mail(to="people-on-site", says="Nous portons de l'eau à chaque étage")
    story.expect_no_more(to="front-line", says="Promis avant")
