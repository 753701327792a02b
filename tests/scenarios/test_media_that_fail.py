"""Media that fail: nothing is attempted on what is dead, and everyone is told another way."""

from __future__ import annotations

import pytest

from crisis.core.events import CarryingLate
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood, a_led_flood

NEEDS_THE_NET = ("email", "sms", "call", "push")


async def test_mail_goes_down_and_nothing_more_goes_by_mail(story: Story) -> None:
    """G13: from the minute it is known, each next word takes the next rung, at once."""
    await a_calm_flood(story)
    await story.at("14:20").down("mail", by="lead")
    sent = len(story.channels["email"].handed)
    await story.at("14:25").says(words="La zone est fermée.")
    story.expect_sms(to="people-on-site", says="La zone est fermée.")
    await story.until("18:00")
    assert len(story.channels["email"].handed) == sent


async def test_what_already_waits_for_a_dead_medium_goes_the_next_way(story: Story) -> None:
    """G13: mails that could not be handed over are tried no more once people know why."""
    story.channels["email"].fault = "unreachable"
    await a_led_flood(story)
    await story.at("14:09").down("internet", by="lead")
    before = {name: len(story.channels[name].handed) for name in NEEDS_THE_NET}
    await story.until("14:11")  # what was being handed over at that moment has come back
    with story.runtime.store.read() as view:
        rows = [row for one in view.messages(story.incident_id) for row in view.deliveries(one.id)]
    assert not [row for row in rows if row.channel in NEEDS_THE_NET and row.state == "queued"]
    assert "down: mail" in {row.reason for row in rows}
    await story.until("16:00")
    assert {name: len(story.channels[name].handed) for name in NEEDS_THE_NET} == before


@pytest.mark.parametrize(("when", "speaks"), [("15:30", True), ("16:30", False)])
async def test_a_medium_lives_on_while_its_reserve_lasts(
    story: Story, when: str, speaks: bool
) -> None:
    """The public address has batteries for two hours: without power it speaks until 16:10."""
    await a_calm_flood(story)
    await story.at("14:15").down("power", since="14:10", by="lead")
    await story.at(when).choose("leave", "leave-building", by="lead")
    assert bool(story.seen(by=("voice",), kind="instruction")) is speaks
    story.expect_sms(to="people-on-site", kind="instruction")


async def test_it_is_used_again_as_soon_as_it_is_back(story: Story) -> None:
    """Down at 14:20, up at 15:00: the next word goes by mail."""
    await a_calm_flood(story)
    await story.at("14:20").down("mail", by="lead")
    await story.at("15:00").up("mail", by="lead")
    await story.at("15:10").says(words="La zone est fermée.")
    story.expect_mail(to="people-on-site", says="La zone est fermée.")


async def test_whom_no_medium_reaches_somebody_by_name_tells(story: Story) -> None:
    """G13: internet and mobile are gone: an errand with a name, one gesture, and the ledger."""
    await a_calm_flood(story)
    await story.at("14:20").down("internet", by="lead")
    await story.then.down("mobile", by="lead")
    attempted = {name: len(story.channels[name].handed) for name in NEEDS_THE_NET}
    await story.at("14:25").says("front-line", words="La zone est fermée.")
    errand = story.incident.errands["front-line"]
    assert errand.count == len(errand.carriers) * 5
    with story.runtime.store.read() as view:
        assert view.tally(errand.message_id)["sent"] == 0
    await story.at("14:40").carried("front-line", by="security", happened="2026-03-10 14:35")
    assert "front-line" not in story.incident.errands
    with story.runtime.store.read() as view:
        rows = view.deliveries(errand.message_id)
    told = [row for row in rows if row.state == "delivered"]
    assert len(told) == 5
    assert {story.shown(row.sent_at)[:16] for row in told if row.sent_at} == {"2026-03-10 14:35"}
    await story.until("18:00")
    assert {name: len(story.channels[name].handed) for name in NEEDS_THE_NET} == attempted


async def test_an_errand_that_nobody_does_is_chased(story: Story) -> None:
    """Nobody went: the one who was asked to and the lead are told by what still works."""
    await a_calm_flood(story)
    for thing in ("internet", "mobile", "network"):
        await story.at("14:20").down(thing, by="lead")
    await story.at("14:25").says("co-tenants", words="La zone est fermée.")
    assert story.incident.errands["co-tenants"].carriers
    await story.until("16:30")
    assert story.happened(CarryingLate)
