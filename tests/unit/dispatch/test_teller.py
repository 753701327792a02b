"""What goes back to the incident: turning points, each once."""

from __future__ import annotations

import asyncio

import pytest

from crisis.core.turning import Turning
from crisis.dispatch import News, Turned
from tests.unit.dispatch.world import (
    MINUTE,
    NOON,
    FakeChannel,
    World,
    a_message,
    an_offer,
    answers,
    before_long,
    quiet,
    someone,
)

ANA, BOB = someone("ana"), someone("bob")


def turned(world: World) -> list[tuple[str, Turning]]:
    """What was told, in order."""
    return [(one.message_id, one.turning) for one in world.news if isinstance(one, Turned)]


async def test_sent_is_told_once_everyone_had_a_first_attempt() -> None:
    """With the tally, and the time of the last hand-over; not before, and not again."""
    mail = FakeChannel("email", connections=1, depth=10)
    world = World(mail, people=[someone(f"p{number:03}") for number in range(100)])
    told_at: list[int] = []

    def hear(news: News) -> None:
        told_at.append(len(mail.out))
        world.news.append(news)

    world.hear = hear
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
        dispatcher.wake()
        await quiet(dispatcher)
    (one,) = world.news
    assert isinstance(one, Turned)
    assert (one.turning, one.tally["sent"], one.at) == (Turning.SENT, 100, NOON)
    assert told_at == [100]


async def test_a_retry_does_not_hold_up_the_word() -> None:
    """One full mailbox among many is no reason to say that nobody was told."""
    mail = FakeChannel("email")
    mail.answer = lambda one: (
        answers("failed", temporary=True) if one.address.startswith("bob") else answers()
    )(one)
    world = World(mail, people=[ANA, BOB])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    assert turned(world) == [("m1", Turning.SENT)]


async def test_failed_is_told_when_everything_was_tried() -> None:
    """Not while a further rung may reach somebody."""
    mail = FakeChannel("email", answer=answers("failed"))
    text = FakeChannel("sms", answer=answers("failed"))
    world = World(mail, text, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    assert turned(world) == [("m1", Turning.FAILED)]
    assert len(text.out) == 1


async def test_an_audience_of_nobody_is_said_to_be_one() -> None:
    """It is neither sent nor failed."""
    world = World(FakeChannel("email"))
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    assert turned(world) == [("m1", Turning.NOBODY)]


async def test_an_audience_asleep_is_said_to_be_so_and_told_in_the_morning() -> None:
    """Each once."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA, BOB])
    world.clock.business += 11 * 60 * MINUTE
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
        dispatcher._teller.touch(["m1"])
        await quiet(dispatcher)
        assert turned(world) == [("m1", Turning.ASLEEP)]
        world.clock.business = NOON + 18 * 60 * MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
    assert turned(world) == [("m1", Turning.ASLEEP), ("m1", Turning.SENT)]


async def test_the_sleepers_do_not_hold_up_the_word() -> None:
    """Those who are awake were told: the message is sent."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA, BOB])
    world.lookup.holders = {"lead": ("bob",)}
    world.clock.business += 11 * 60 * MINUTE
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    assert turned(world) == [("m1", Turning.SENT)]


async def test_what_was_ended_before_anybody_had_it_is_said_so() -> None:
    """And the end itself reaches nobody."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    world.lookup.broken.add("i1")
    async with world.running() as dispatcher:
        world.release(a_message("m1"))
        dispatcher.wake()
        await asyncio.sleep(0.01)
        world.lookup.broken.clear()
        world.release(a_message("m2", number=2, ends=("m1",)))
        dispatcher.wake()
        await quiet(dispatcher)
    assert sorted(turned(world)) == [("m1", Turning.ENDED), ("m2", Turning.NOBODY)]


async def test_an_offer_is_told_like_everything_else() -> None:
    """A message to named people has a fan-out row that was finished from the first."""
    world = World(FakeChannel("email"), people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
    assert turned(world) == [("offer-1", Turning.SENT)]


async def test_an_offer_without_a_fan_out_row_is_told_once_too() -> None:
    """It gets the row with the mark."""
    world = World(FakeChannel("email"), people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana", fanout=False)
        dispatcher.wake()
        await quiet(dispatcher)
        dispatcher._teller.touch(["offer-1"])
        await quiet(dispatcher)
    assert turned(world) == [("offer-1", Turning.SENT)]
    with world.store.read() as view:
        assert view.fanout("offer-1")


async def test_an_offer_that_no_channel_carries_has_failed() -> None:
    """Nothing is sent, so nothing comes back: it is seen when its rows are taken."""
    world = World(FakeChannel("voice"), people=[ANA])
    async with world.running() as dispatcher:
        rows = dispatcher.stamp(world.release(an_offer(), "ana"))
        dispatcher.take(rows)
        await quiet(dispatcher)
    assert turned(world) == [("offer-1", Turning.FAILED)]


async def test_a_message_that_is_not_kept_is_not_told() -> None:
    """A touch too many does no harm."""
    world = World(FakeChannel("email"))
    async with world.running() as dispatcher:
        dispatcher._teller.touch(["nothing"])
        await quiet(dispatcher)
    assert world.news == []


async def test_what_could_not_be_told_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """G13: and one incident that cannot be told does not keep the others from it."""
    monkeypatch.setattr("crisis.dispatch.teller.PAUSE", 0.005)
    world = World(FakeChannel("email"), people=[ANA])
    refused: list[News] = []

    def deaf(news: News) -> None:
        if isinstance(news, Turned) and news.message_id == "m1" and len(refused) < 3:
            refused.append(news)
            raise TimeoutError("the store is away")
        world.news.append(news)

    world.hear = deaf
    async with world.running() as dispatcher:
        world.release(a_message("m1"), "ana")
        world.release(a_message("m2", number=2), "ana")
        dispatcher.wake()
        await before_long(lambda: len(world.news) == 2)
    assert [message_id for message_id, _ in turned(world)] == ["m2", "m1"]


async def test_after_a_restart_the_untold_is_told_with_its_own_time() -> None:
    """Sent at noon and told an hour later is still sent at noon: the promise was kept."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])

    def deaf(_: News) -> None:
        raise TimeoutError("the store is away")

    world.hear = deaf
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await before_long(lambda: world.states() == {("ana", "mail"): "sent"})
    world.hear = world.news.append
    world.clock.business += 60 * MINUTE
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    (one,) = world.news
    assert isinstance(one, Turned)
    assert one.at == NOON
