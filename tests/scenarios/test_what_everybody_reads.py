"""What the screens in the halls and the status page show, from the first word to the day after."""

from __future__ import annotations

from crisis.proof.scenario import Story
from crisis.web.showing import Page, page_of
from tests.scenarios.acts import (
    a_calm_flood,
    a_led_flood,
    all_is_as_before,
    the_place_is_made_safe,
    work_goes_on_elsewhere,
)


def page(story: Story, channel: str, address: str) -> Page:
    """What somebody sees who stands before it now."""
    found = page_of(story.runtime, channel, address)  # type: ignore[arg-type]  # it is a service
    assert found is not None
    return found


def kinds(story: Story, channel: str, address: str) -> list[str]:
    """The kinds of the messages that stand there."""
    return [one.message.kind for one in page(story, channel, address).shown]


async def test_the_screen_follows_the_flood_to_its_end(story: Story) -> None:
    """G4, G5, G7: the alarm, each later word, the end; and nothing any more the next day."""
    assert kinds(story, "board", "hq-a") == []
    await a_calm_flood(story)
    assert kinds(story, "board", "hq-a") == ["instruction"]
    assert page(story, "board", "hq-a").shown[0].next == "by"
    assert kinds(story, "board", "hq-b") == []
    assert kinds(story, "status", "annex") == []
    await the_place_is_made_safe(story)
    await work_goes_on_elsewhere(story)
    await all_is_as_before(story)
    [end] = page(story, "board", "hq-a").shown
    assert (end.message.kind, end.message.phase, end.next) == ("end", "normal", "over")
    assert "retour à la normale" in end.said("fr")["subject"]
    assert all(one.over for one in page(story, "status", "hq").shown)
    await story.until("2026-03-11 10:35")
    assert kinds(story, "board", "hq-a") == []


async def test_those_who_are_away_read_their_own_words_on_the_status_page(story: Story) -> None:
    """One page serves two audiences: each finds the last word to them, under their name."""
    await a_led_flood(story)
    shown = {one.message.audience: one for one in page(story, "status", "hq").shown}
    assert set(shown) == {"people-on-site", "users-away"}
    assert shown["users-away"].audience["en"] == "Building users who are away"


async def test_a_promise_that_is_missed_shows(story: Story) -> None:
    """G5: with a lead who says nothing, the screen ends by saying that the word has not come."""
    await story.at("14:05").report("flood", building="a")
    seen = set()
    for _ in range(30):
        await story.passes("20m")
        seen |= {one.next for one in page(story, "board", "hq-a").shown}
    assert "missing" in seen


async def test_an_exercise_does_not_stand_on_screens_outside_it(story: Story) -> None:
    """G9: the halls are not in the exercise's group, and show nothing of it."""
    await story.at("10:00").report("flood", building="a", exercise=True)
    await story.at("10:02").accept_all()
    await story.passes("1h")
    assert kinds(story, "board", "hq-a") == []
    assert kinds(story, "status", "hq") == []
