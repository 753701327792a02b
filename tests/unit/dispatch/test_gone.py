"""A channel is taken out of the settings while somebody still waits for it."""

from __future__ import annotations

from dataclasses import replace

import structlog

from crisis.ports import Outgoing
from tests.unit.dispatch.world import (
    MINUTE,
    NOON,
    FakeChannel,
    World,
    a_message,
    an_offer,
    quiet,
    someone,
)

ANA = someone("ana")


def a_world() -> World:
    """Mail and text messages, and Ana."""
    return World(FakeChannel("email"), FakeChannel("sms"), people=[ANA])


async def test_what_waits_for_a_channel_that_is_gone_takes_the_next_way() -> None:
    """G13: it fails for good, says for which channel, and the next rung is asked at once."""
    world = a_world()
    world.release(a_message(), "ana")
    mail = world.channels.pop("email")
    with structlog.testing.capture_logs() as log:
        async with world.running() as dispatcher:
            await quiet(dispatcher)
            assert dispatcher.next_at() is None, "nothing stays behind"
    assert world.states() == {("ana", "mail"): "failed", ("ana", "sms"): "sent"}
    row = world.rows()["ana", "mail"]
    assert (row.reason, row.attempts) == ("no-channel: email", 0)
    assert not mail.out
    warned = [one for one in log if one["log_level"] == "warning"]
    assert [one["channel"] for one in warned] == ["email"]


async def test_what_waits_for_later_fails_at_its_time() -> None:
    """A retry or the end of a night that is still to come: nothing happens before it."""
    world = a_world()
    world.release(an_offer(), "ana")
    later = replace(world.rows("offer-1")["ana", "sms"], next_attempt_at=NOON + MINUTE)
    world.commit(lambda unit: unit.save_deliveries([later]))
    world.channels.pop("sms")
    async with world.running() as dispatcher:
        await quiet(dispatcher)
        assert world.states("offer-1")["ana", "sms"] == "queued"
        world.clock.business = NOON + MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.states("offer-1")["ana", "sms"] == "failed"


async def test_a_gone_channel_is_no_way_for_what_comes_after() -> None:
    """New messages do not count it among the channels that work; it refuses what it is handed."""
    world = a_world()
    world.release(a_message(), "ana")
    world.channels.pop("email")
    async with world.running() as dispatcher:
        await quiet(dispatcher)
        assert set(dispatcher.abilities) == {"sms"}
        gone = dispatcher._lines["email"].channel
    one = Outgoing(
        delivery_id="d", incident_id="i", message_id="m", number=1, kind="update", urgency="x",
        exercise=False, address="a", language="fr", subject="s", text="t", short="s", sender="s",
        contact="c",
    )  # fmt: skip
    [receipt] = await gone.send([one])
    assert (receipt.state, receipt.temporary, receipt.reason) == (
        "failed", False, "no-channel: email",
    )  # fmt: skip
    await gone.close()
