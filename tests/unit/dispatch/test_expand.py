"""From a message to an audience to one row for each recipient."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from crisis.ledger import withdraw
from crisis.ports import FanoutRow, Receipt, Recipient, Unit
from tests.unit.dispatch.world import (
    MINUTE,
    NOON,
    FakeChannel,
    World,
    a_message,
    answers,
    before_long,
    quiet,
    someone,
    until,
)


def many(count: int) -> list[Recipient]:
    """People in order of their ids."""
    return [someone(f"p{number:05}") for number in range(count)]


async def test_an_audience_is_told_once_each() -> None:
    """More than two chunks of a thousand, nobody left out and nobody twice (G2)."""
    mail = FakeChannel("email", connections=4, depth=200)
    world = World(mail, people=many(2500))
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    assert sorted(mail.reached()) == [f"p{number:05}@example.org" for number in range(2500)]


async def test_the_most_urgent_audience_is_expanded_first() -> None:
    """Life-safety does not wait for an update that was released before it."""
    mail = FakeChannel("email", connections=1, depth=100)
    world = World(mail, people=many(150))
    world.release(a_message("m1"))
    world.release(a_message("m2", number=2, lane="now"))
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    assert [one.message_id for one in mail.out[:150]] == ["m2"] * 150


async def test_audiences_of_the_same_urgency_are_expanded_together() -> None:
    """The first words of one audience do not wait for all of another: they share a chunk."""
    mail = FakeChannel("email", connections=1, depth=1000, gate=asyncio.Event())
    world = World(mail, people=many(1500))
    world.release(a_message("m1"))
    world.release(a_message("m2", number=2))
    async with world.running():
        await until(lambda: world.rows("m2"))
        begun = {recipient for recipient, _ in world.rows("m1")}
        assert begun == {f"p{number:05}" for number in range(500)}
        assert mail.gate
        mail.gate.set()


async def test_a_recipient_without_a_medium_is_written_down() -> None:
    """A person sees what is left by hand."""
    world = World(FakeChannel("email"), people=[Recipient(id="ana", language="fr", addresses={})])
    world.release(a_message())
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    assert {key[1]: row.reason for key, row in world.rows().items()} == {
        "mail": "no-address: mail", "sms": "no-channel: sms", "runner": "by-hand: runner",
    }  # fmt: skip


async def test_a_broken_directory_stops_no_other_fan_out() -> None:
    """G13: the audience waits a minute and the log says why; what is in the ledger goes."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    world.directory.broken = True
    world.release(a_message("m1"))
    async with world.running() as dispatcher:
        await quiet(dispatcher)
        world.release(a_message("m2"), "ana")
        dispatcher.wake()
        await until(lambda: world.states("m2") == {("ana", "mail"): "sent"})
        assert world.rows("m1") == {}
        world.directory.broken = False
        world.clock.actual += 2 * MINUTE
        dispatcher.wake()
        await before_long(lambda: world.states("m1") == {("ana", "mail"): "sent"})


async def test_a_message_that_cannot_be_looked_up_stops_no_other_fan_out() -> None:
    """G13: its incident is parked."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    world.lookup.broken.add("i2")
    world.release(a_message("m2", incident_id="i2"))
    world.release(a_message("m1"))
    async with world.running():
        await until(lambda: world.states("m1") == {("ana", "mail"): "sent"})
    assert world.rows("m2") == {}


async def test_two_dispatchers_share_the_work() -> None:
    """Each row is written and sent once, whoever is faster."""
    mail = FakeChannel("email", depth=50)
    world = World(mail, people=many(1200))
    async with (
        world.running(owner="one", alone=False) as one,
        world.running(owner="two", alone=False) as two,
    ):
        world.release(a_message())
        one.wake()
        two.wake()
        await until(lambda: one.idle() and two.idle() and len(mail.out) >= 1200, turns=50_000)
    assert len(mail.out) == len(set(mail.reached())) == 1200


async def test_an_end_reaches_exactly_those_who_were_told() -> None:
    """G7: on the same media, who left the audience too, and nobody who joined it since."""
    mail, text = FakeChannel("email"), FakeChannel("sms", confirms=True)
    world = World(mail, text, people=[someone("ana"), someone("bob")])
    async with world.running() as dispatcher:
        world.release(a_message("m1"))
        dispatcher.wake()
        await quiet(dispatcher)
        text_too = a_message("m2", number=2, kind="alert", urgency="immediate")
        world.release(text_too, "bob")
        dispatcher.wake()
        await quiet(dispatcher)
        world.directory.people["eve"] = someone("eve")
        world.release(a_message("m3", number=3, kind="end", ends=("m1", "m2")))
        dispatcher.wake()
        await quiet(dispatcher)
    assert set(world.states("m3")) == {("ana", "mail"), ("bob", "mail"), ("bob", "sms")}
    assert set(world.states("m3").values()) == {"sent"}


async def test_who_turns_out_to_have_it_hears_the_end_too() -> None:
    """G7: a provider says failed, it ends, and the provider says that it was delivered."""
    mail = FakeChannel("email", confirms=True, answer=answers("failed", provider_ref="ref-1"))
    world = World(mail, people=many(1))
    async with world.running() as dispatcher:
        world.release(a_message("m1"))
        dispatcher.wake()
        await quiet(dispatcher)
        mail.answer = answers("sent")
        world.release(a_message("m2", number=2, kind="end", ends=("m1",)))
        dispatcher.wake()
        await quiet(dispatcher)
        assert world.states("m2") == {}
        late = Receipt(delivery_id="", state="delivered", at=NOON, provider_ref="ref-1")
        await dispatcher.receive("email", [late])
        await quiet(dispatcher)
    assert world.states("m2") == {("p00000", "mail"): "sent"}


async def test_an_end_closes_what_it_ends_before_it_goes() -> None:
    """G7: who was not sent the original is sent neither; who is being sent it gets both."""
    mail = FakeChannel("email", connections=1, depth=2, gate=asyncio.Event())
    world = World(mail, people=many(3000))
    async with world.running() as dispatcher:
        world.release(a_message("m1"))
        dispatcher.wake()
        await until(lambda: mail.busy == 2)
        world.release(a_message("m2", number=2, kind="end", lane="now", ends=("m1",)))
        dispatcher.wake()
        await until(lambda: world.rows("m2"))
        assert mail.gate
        mail.gate.set()
        await quiet(dispatcher)
    told = [one.address for one in mail.out if one.message_id == "m1"]
    ended = [one.address for one in mail.out if one.message_id == "m2"]
    assert set(told) <= set(ended)
    assert len(ended) < 10
    states = [row for row in world.rows("m1").values() if row.state == "suppressed"]
    assert {row.reason for row in states} == {"ended"}
    with world.store.read() as view:
        fanout = view.fanout("m1")
        assert fanout
        assert fanout.closed
        assert view.next_attempt_at() is None


async def test_an_end_goes_another_way_where_the_first_is_gone() -> None:
    """The mail address is gone since: the text message is taken."""
    mail, text = FakeChannel("email"), FakeChannel("sms")
    world = World(mail, text, people=[someone("ana")])
    async with world.running() as dispatcher:
        world.release(a_message("m1"))
        dispatcher.wake()
        await quiet(dispatcher)
        gone = Recipient(id="ana", language="en", addresses={"sms": "+ana"})
        world.directory.people["ana"] = gone
        world.release(a_message("m2", number=2, kind="end", ends=("m1",)))
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.states("m2") == {("ana", "mail"): "suppressed", ("ana", "sms"): "sent"}
    assert world.rows("m2")["ana", "sms"].language == "fr"


async def test_an_end_that_nobody_needs_is_finished_at_once() -> None:
    """Nobody was told, nobody is told that it is over."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    world.release(a_message("m2", ends=("m1",), number=2))
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    assert world.rows("m2") == {}
    with world.store.read() as view:
        assert view.fanouts() == []


@pytest.mark.parametrize("meanwhile", [{"closed": True}, {"cursor": "zoe", "finished": True}])
async def test_a_fan_out_that_somebody_else_moved_writes_nothing(meanwhile: dict[str, Any]) -> None:
    """Closed, or expanded by another dispatcher, between the look at it and the commit."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    world.release(a_message())
    moved = replace(
        FanoutRow(message_id="m1", incident_id="i1", audience="people", directory_version=1),
        **meanwhile,
    )
    original = world.directory.audience

    def audience(*args: object, **other: object) -> list[Recipient]:
        world.commit(lambda unit: unit.save_fanout(moved))
        return original(*args, **other)  # type: ignore[arg-type] # passed through

    world.directory.audience = audience  # type: ignore[method-assign] # comes in between
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    assert world.rows() == {}
    with world.store.read() as view:
        stands = view.fanout("m1")
    assert stands
    assert replace(stands, told=False) == moved


@pytest.mark.parametrize("holder", [True, False])
async def test_at_night_only_those_with_a_role_are_told(*, holder: bool) -> None:
    """The others in the morning, by themselves."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    world.lookup.holders = {"lead": ("ana",)} if holder else {}
    world.clock.business += 11 * 60 * MINUTE
    world.release(a_message())
    async with world.running() as dispatcher:
        await quiet(dispatcher)
        assert bool(mail.out) is holder
        if not holder:
            morning = dispatcher.next_at()
            assert morning
            assert morning == NOON + 18 * 60 * MINUTE
            world.clock.business = morning
            dispatcher.wake()
            await quiet(dispatcher)
    assert world.states() == {("ana", "mail"): "sent"}


async def test_a_retry_that_falls_into_the_night_waits_for_the_morning() -> None:
    """Quiet hours hold at the moment of sending."""
    mail = FakeChannel("email", answer=answers("failed", temporary=True))
    world = World(mail, people=[someone("ana")])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
        mail.answer = answers()
        world.clock.business += 11 * 60 * MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
        assert len(mail.out) == 1
        row = world.rows()["ana", "mail"]
        assert (row.state, row.next_attempt_at) == ("queued", NOON + 18 * 60 * MINUTE)


def test_withdrawing_stops_an_offer() -> None:
    """What is queued is not sent, and no rung is asked; what is on its way is left."""
    world = World(FakeChannel("email"), FakeChannel("sms"), people=[someone("ana")])
    world.release(a_message(kind="role_offer", audience=None, offer_id="o1"), "ana", fanout=False)

    def claim(unit: Unit) -> None:
        unit.claim(channel="sms", now=NOON, real=NOON, owner="x", lease=MINUTE, limit=1)
        withdraw(unit, ["m1"], NOON)

    world.commit(claim)
    rows = world.rows()
    assert (rows["ana", "mail"].state, rows["ana", "mail"].reason) == ("suppressed", "withdrawn")
    assert (rows["ana", "sms"].state, rows["ana", "sms"].fallback_at) == ("sending", None)
    with world.store.read() as view:
        fanout = view.fanout("m1")
    assert fanout
    assert fanout.closed
