"""The next rung, when its time has come."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from crisis.dispatch import Acknowledged
from crisis.ledger import withdraw
from crisis.ports import Receipt
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
    until,
)

ANA = someone("ana")


async def test_who_does_not_answer_is_asked_another_way() -> None:
    """An offer nobody answers ends with somebody who goes; each rung at its time."""
    mail, text = FakeChannel("email"), FakeChannel("sms")
    world = World(mail, text, people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
        assert dispatcher.next_at() == NOON + 10 * MINUTE
        world.clock.business = NOON + 10 * MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
        assert dispatcher.next_at() is None
    assert world.rows("offer-1")["ana", "runner"].reason == "by-hand: runner"
    assert len(mail.out) == len(text.out) == 1


async def test_a_permanent_failure_goes_to_the_next_rung_at_once() -> None:
    """No waiting for a mailbox that does not exist."""
    mail = FakeChannel("email", answer=answers("failed", reason="no such user"))
    text = FakeChannel("sms")
    world = World(mail, text, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.clock.business == NOON
    assert world.states() == {("ana", "mail"): "failed", ("ana", "sms"): "sent"}


async def test_a_dead_mail_server_sends_a_whole_audience_to_the_next_rung() -> None:
    """More than one transaction's worth, and nobody twice."""
    people = [someone(f"p{number:03}") for number in range(450)]
    mail = FakeChannel("email", answer=answers("failed"), depth=100)
    text = FakeChannel("sms", depth=100)
    world = World(mail, text, people=people)
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    assert len(text.out) == len(set(text.reached())) == 450


async def test_a_delivery_that_is_confirmed_in_time_ends_the_ladder() -> None:
    """The call-back is matched by the provider's reference."""
    text = FakeChannel("sms", confirms=True, repeat_safe=False)
    text.answer = answers(provider_ref="ref-1")
    world = World(text, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
        assert world.rows()["ana", "sms"].fallback_at == NOON + 10 * MINUTE
        confirmed = Receipt(delivery_id="", state="delivered", at=NOON, provider_ref="ref-1")
        assert await dispatcher.receive("sms", [confirmed]) == 1
        await quiet(dispatcher)
        assert dispatcher.next_at() is None
    assert world.rows()["ana", "sms"].state == "delivered"
    assert ("ana", "runner") not in world.rows()


async def test_a_call_back_that_comes_too_early_is_kept() -> None:
    """A provider may confirm before our own receipt is written down."""
    text = FakeChannel("sms", confirms=True, repeat_safe=False)
    text.answer = answers(provider_ref="ref-1")
    world = World(text, people=[ANA])
    early = Receipt(delivery_id="", state="delivered", at=NOON, provider_ref="ref-1")
    async with world.running() as dispatcher:
        assert await dispatcher.receive("sms", [early]) == 0
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
        await until(lambda: world.rows()["ana", "sms"].state == "delivered")


async def test_a_call_back_that_comes_to_another_dispatcher_too_early_is_kept() -> None:
    """It does not wait until that one has something of its own to write down."""
    text = FakeChannel("sms", confirms=True, repeat_safe=False)
    text.answer = answers(provider_ref="ref-1")
    world = World(text, people=[ANA])
    early = Receipt(delivery_id="", state="delivered", at=NOON, provider_ref="ref-1")
    confirmed, original = asyncio.Event(), text.send

    async def send(batch: object) -> list[Receipt]:
        receipts = await original(batch)  # type: ignore[arg-type] # passed through
        await confirmed.wait()
        return receipts

    text.send = send  # type: ignore[method-assign] # its answer is under way
    async with world.running(alone=False) as sender:
        world.release(a_message())
        sender.wake()
        await before_long(lambda: text.out)
        async with world.running(alone=False, owner="there") as other:
            assert await other.receive("sms", [early]) == 0
            confirmed.set()
            await before_long(lambda: world.rows()["ana", "sms"].state == "delivered")


async def test_a_call_back_that_speaks_of_nothing_is_let_go() -> None:
    """After a minute; it does no harm until then."""
    text = FakeChannel("sms")
    world = World(text, people=[ANA])
    stray = Receipt(delivery_id="nobody", state="failed", at=NOON)
    async with world.running() as dispatcher:
        assert await dispatcher.receive("sms", [stray]) == 0
        for message_id, number in (("m1", 1), ("m2", 2)):
            world.release(a_message(message_id, number=number))
            dispatcher.wake()
            await quiet(dispatcher)
            world.clock.actual += MINUTE
        assert dispatcher._receipts._early == []


async def test_a_confirmation_before_the_receipt_is_not_taken_back() -> None:
    """Delivered stays delivered when "sent" is written down after it; the reference is kept."""
    text = FakeChannel("sms", confirms=True)
    world = World(text, people=[ANA])
    async with world.running() as dispatcher:

        def confirm_first(one: object) -> Receipt:
            key = getattr(one, "delivery_id", "")
            early = Receipt(delivery_id=key, state="delivered", at=NOON)
            waiting.append(early)
            return Receipt(delivery_id=key, state="sent", at=NOON, provider_ref="ref-9")

        waiting: list[Receipt] = []
        text.answer = confirm_first
        original = text.send

        async def send(batch: object) -> list[Receipt]:
            receipts = await original(batch)  # type: ignore[arg-type] # passed through
            await dispatcher.receive("sms", waiting)
            return receipts

        text.send = send  # type: ignore[method-assign] # confirms while it sends
        world.release(a_message())
        dispatcher.wake()
        await quiet(dispatcher)
    row = world.rows()["ana", "sms"]
    assert (row.state, row.provider_ref) == ("delivered", "ref-9")


async def test_an_acknowledgement_ends_the_ladder() -> None:
    """On every medium; the incident is told once, however often the button is pressed."""
    mail, text = FakeChannel("email"), FakeChannel("sms", answer=answers("failed", temporary=True))
    world = World(mail, text, people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
        mail_id = mail.out[0].delivery_id
        assert await dispatcher.acknowledge(mail_id, NOON + MINUTE)
        assert await dispatcher.acknowledge(mail_id, NOON + MINUTE)
        assert not await dispatcher.acknowledge("nothing", NOON)
        await quiet(dispatcher)
        assert dispatcher.next_at() is None
    rows = world.rows("offer-1")
    assert (rows["ana", "mail"].state, rows["ana", "mail"].done_at) == (
        "acknowledged", NOON + MINUTE,
    )  # fmt: skip
    assert (rows["ana", "sms"].state, rows["ana", "sms"].reason) == ("failed", "acknowledged")
    (said,) = [one for one in world.news if isinstance(one, Acknowledged)]
    assert (said.message_id, said.at) == ("offer-1", NOON + MINUTE)


async def test_an_answer_by_another_door_ends_the_ladder_too() -> None:
    """The command line, a proxy, the page of the incident."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
        await dispatcher.settle("offer-1", "ana", NOON + MINUTE)
        await quiet(dispatcher)
        assert dispatcher.next_at() is None
    assert world.states("offer-1")["ana", "mail"] == "acknowledged"


async def test_an_acknowledgement_during_the_send_is_kept() -> None:
    """The receipt that comes after it does not take it back."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        original = mail.send

        async def send(batch: object) -> list[Receipt]:
            receipts = await original(batch)  # type: ignore[arg-type] # passed through
            await dispatcher.acknowledge(receipts[0].delivery_id, NOON)
            return receipts

        mail.send = send  # type: ignore[method-assign] # the person is quick
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.states("offer-1")["ana", "mail"] == "acknowledged"


async def test_a_fallback_that_cannot_be_looked_up_waits() -> None:
    """G13: and does not keep others from theirs."""
    mail = FakeChannel("email", answer=answers("failed"))
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message("m1", incident_id="i2"), "ana")
        original = mail.send

        async def send(batch: object) -> list[Receipt]:
            world.lookup.broken.add("i2")
            dispatcher._desk.trips.forget()
            return await original(batch)  # type: ignore[arg-type] # passed through

        mail.send = send  # type: ignore[method-assign] # the incident is parked meanwhile
        dispatcher.wake()
        await until(lambda: world.rows()["ana", "mail"].fallback_at == NOON + MINUTE)
        world.lookup.broken.clear()
        world.clock.business += MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.rows()["ana", "runner"].reason == "by-hand: runner"


@pytest.mark.parametrize("gone", [True, False])
async def test_who_has_left_is_still_somebody_to_go_to(*, gone: bool) -> None:
    """The ladder of somebody whom the directory has lost ends with a person who goes."""
    mail = FakeChannel("email", answer=answers("failed"))
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message(), "ana")
        if gone:
            world.directory.people.clear()
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.rows()["ana", "runner"].state == "suppressed"
    assert world.rows()["ana", "mail"].state == "failed"


@pytest.mark.parametrize("real", [10 * MINUTE, 0 * MINUTE])
async def test_a_withdrawn_offer_asks_nobody_further(real: timedelta) -> None:
    """Not even when it was withdrawn while it was being sent, or a moment before its next way."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        original = mail.send

        async def send(batch: object) -> list[Receipt]:
            receipts = await original(batch)  # type: ignore[arg-type] # passed through
            world.commit(lambda unit: withdraw(unit, ["offer-1"], NOON))
            return receipts

        mail.send = send  # type: ignore[method-assign] # the role is taken meanwhile
        world.release(an_offer(), "ana", fanout=False)
        dispatcher.wake()
        await quiet(dispatcher)
        world.clock.business += 10 * MINUTE
        world.clock.actual += real
        dispatcher.wake()
        await quiet(dispatcher)
        assert dispatcher.next_at() is None
    assert ("ana", "runner") not in world.rows("offer-1")
