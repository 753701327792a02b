"""Questions from people: each has a time, one reply serves all who asked, a no has a way out."""

from __future__ import annotations

from crisis.core.events import QuestionLate
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood


async def test_one_reply_for_all_who_asked_the_same(story: Story) -> None:
    """Two people ask the same in their words; the desk groups them, and both have the reply.

    It is of use to all: the next update tells it to everybody on site.
    """
    await a_calm_flood(story)
    first = await story.at("14:14").asks("On rentre quand ?", by="Léa Dupuis")
    second = await story.at("14:16").asks("Le bâtiment rouvre-t-il ce soir ?", by="Rosa Almeida")
    await story.at("14:18").groups(second, first)
    await story.then.restates(first, "Quand le bâtiment A rouvre-t-il ?", shared=True)
    assert story.incident.questions.waiting == 2
    await story.at("14:30").replies(first, "Nous le saurons à 16 h, après le pompage.")
    for who in ("Léa Dupuis", "Rosa Almeida"):
        story.expect(to=who, says="Nous le saurons à 16 h", kind="answer")
    await story.at("14:31").says("people-on-site")
    story.expect_mail(to="people-on-site", says="Quand le bâtiment A rouvre-t-il")


async def test_a_question_without_a_reply_reaches_the_lead(story: Story) -> None:
    """After the hour that was promised the lead is told; the no that comes has an alternative."""
    await a_calm_flood(story)
    name = await story.at("14:14").asks("Puis-je reprendre mon ordinateur ?", by="Léa Dupuis")
    await story.until("15:20")
    story.expect(to="lead", says="Questions sans réponse", ever=True)
    assert story.happened(QuestionLate)
    await story.then.says_no(
        name, "La zone est fermée.", instead="Un poste est prêt au rez-de-chaussée du bâtiment B."
    )
    story.expect(to="Léa Dupuis", says="Un poste est prêt", kind="refusal")
