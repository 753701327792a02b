"""G2: a recipient gets a given delivery once, whatever servers and providers do."""

from __future__ import annotations

from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood, a_whole_flood


async def test_everyone_gets_everything_once(story: Story) -> None:
    """G2: from the first word to the end, no copy of anything arrives twice."""
    await a_whole_flood(story)
    for channel in story.channels.values():
        assert set(channel.copies().values()) <= {1}, channel.name
    assert sum(len(channel.copies()) for channel in story.channels.values()) > 200


async def test_a_receipt_that_comes_late_and_three_times(story: Story) -> None:
    """G2: a provider repeats itself; the ledger says it once and nothing is sent again."""
    await a_calm_flood(story)
    await story.at("14:14").provider_says("sms", "Rosa Almeida", "delivered", times=3)
    await story.expect_silence(of="Rosa Almeida", until="15:00")
    (seen,) = story.seen(to="Rosa Almeida", by=("sms",), ever=True)
    with story.runtime.store.read() as view:
        row = view.delivery(seen.row.id)
    assert row is not None
    assert row.state == "delivered"


async def test_a_failure_told_after_the_delivery_is_not_believed(story: Story) -> None:
    """G2: what is better known is never taken back."""
    await a_calm_flood(story)
    await story.at("14:30").provider_says("sms", "Rosa Almeida", "delivered")
    await story.at("14:31").provider_says("sms", "Rosa Almeida", "failed")
    (seen,) = story.seen(to="Rosa Almeida", by=("sms",), ever=True)
    with story.runtime.store.read() as view:
        row = view.delivery(seen.row.id)
    assert row is not None
    assert row.state == "delivered"


async def test_a_text_message_that_may_have_left_is_not_sent_again(story: Story) -> None:
    """G2: the connection drops after the text; where a repeat does harm there is none."""
    number = "+33639980125"
    story.channels["sms"].faults[number] = "dropped"
    await a_calm_flood(story)
    await story.passes("2h")
    copies = story.channels["sms"].copies()
    assert set(copies.values()) == {1}
    assert len(story.seen(to="Rosa Almeida", kind="alert", by=("call",), ever=True)) == 1


async def test_a_mail_that_may_have_left_goes_again_under_the_same_identity(story: Story) -> None:
    """G2: a mail server drops the connection once; the repeat has the same Message-ID."""
    address = "rosa.almeida@example.org"
    story.channels["email"].next_faults[address] = ["dropped"]
    story.repeats = 1
    await a_calm_flood(story)
    await story.at("14:20").says(words="L'eau est coupée.")
    await story.passes("15m")
    first, again = story.channels["email"].arrived(address)
    assert first.outgoing.delivery_id == again.outgoing.delivery_id


async def test_the_service_stops_and_starts_and_repeats_nothing(story: Story) -> None:
    """G2: a restart between two acts sends nothing again and forgets nothing."""
    await a_calm_flood(story)
    before = sum(sum(one.copies().values()) for one in story.channels.values())
    await story.is_away("10m")
    arrived = [one for one in story.seen() if one.message.released_at < story.clock.now()]
    assert {one.row.id for one in arrived}.isdisjoint(
        {one.row.id for one in story.seen(ever=True)[:before]}
    )
