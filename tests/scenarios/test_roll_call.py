"""Are you safe? By one tap, on the media of an alert; help at once; the silent by floor."""

from __future__ import annotations

from crisis.core.events import RollCallClosed
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_led_flood


async def test_a_roll_call_from_the_question_to_the_closing_count(story: Story) -> None:
    """People on site are asked; one needs help, and the lead reads the name within the minute."""
    await a_led_flood(story, danger=True)
    name = await story.at("14:10").calls_the_roll("people-on-site")
    story.expect_call(to="people-on-site", says="Êtes-vous en sécurité", kind="roll_call")
    await story.at("14:11").needs_help(name, by="Léa Dupuis")
    story.expect(to="lead", says="Léa Dupuis", kind="escalation")
    await story.at("14:13").is_safe(name, by="Léa Dupuis", written_by="Nadia Benali")
    assert (story.incident.roll_calls[name].safe, story.incident.roll_calls[name].help) == (1, 0)
    await story.until("14:16")
    story.expect(to="lead", says="Sans réponse", ever=True)
    await story.then.closes_the_roll(name, refused=True)
    await story.then.closes_the_roll(name, override="Tous vus au point de rassemblement.")
    (closed,) = [one.body for one in story.happened(RollCallClosed)]
    assert isinstance(closed, RollCallClosed)
    assert closed.asked > closed.safe
