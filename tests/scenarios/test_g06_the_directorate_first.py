"""G6: the directorate learns nothing from outside."""

from __future__ import annotations

from crisis.core.events import MessageHeld
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood, the_place_is_made_safe


async def test_neighbours_hear_after_the_directorate(story: Story) -> None:
    """G6: the word that it is safe waits outside until the brief was sent, and then goes."""
    await a_calm_flood(story)
    await the_place_is_made_safe(story)
    (brief, *_) = story.expect(to="directorate", kind="brief")
    (word, *_) = story.expect(to="co-tenants", kind="end")
    everything = story.seen()
    assert everything.index(brief) < everything.index(word)


async def test_life_safety_and_its_brief_leave_together(story: Story) -> None:
    """G6: neighbours in danger are not made to wait; the brief is released with their alert."""
    await story.at("14:05").report("fire", building="b", danger="yes")
    assert not story.happened(MessageHeld)
    story.expect(to="directorate", kind="brief")
    story.expect(to="co-tenants", kind="alert")


async def test_a_directorate_that_cannot_be_reached_holds_nothing_up_for_long(
    story: Story,
) -> None:
    """G6: all its media fail; after its bound the neighbours are told, and the record says so."""
    await a_calm_flood(story)
    for channel in ("email", "sms", "sms-modem", "call"):
        for address in (
            "helene.garnier@example.org", "+33639980113",
            "philippe.arnaud@example.org", "+33639980114",
        ):  # fmt: skip
            story.channels[channel].faults[address] = "unreachable"
    await the_place_is_made_safe(story)
    assert story.happened(MessageHeld)
    await story.expect_silence(of="co-tenants", until="14:49")
    await story.until("14:51")
    story.expect(to="co-tenants", kind="end")


async def test_the_brief_carries_the_head_of_the_record(story: Story) -> None:
    """G6, G11: what the directorate holds in its hands anchors the journal outside of it."""
    await a_calm_flood(story)
    await story.at("14:20").brief()
    (brief, *_) = story.expect_mail(to="directorate", kind="brief")
    with story.runtime.store.read() as view:
        heads = [one.head for one in view.events("incident", story.incident_id)]
    assert any(head[:12] in brief.outgoing.text for head in heads)
