"""The store is away for a moment: once it is back, nothing waits that need not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

from crisis.dispatch.ground import FRESH, Ground
from crisis.ports import MessageRow, Receipt, Unavailable, Unit, View
from tests.unit.dispatch.world import (
    NOON,
    FakeChannel,
    World,
    a_message,
    answers,
    before_long,
    quiet,
    someone,
)

T = TypeVar("T")


class Moment:
    """The connection to the store is lost, once, where somebody wants to pass."""

    def __init__(self) -> None:
        self.over = False

    def lose(self) -> None:
        """Raise the first time."""
        if not self.over:
            self.over = True
            raise Unavailable("the connection is lost")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is a long pause where the store is back at once."""
    for part in ("desk", "expand"):
        monkeypatch.setattr(f"crisis.dispatch.{part}.PAUSE", 0.005)


def told(world: World) -> set[tuple[str, int]]:
    """How the text messages stand, and after how many attempts."""
    return {(row.state, row.attempts) for row in world.rows().values() if row.medium == "sms"}


@pytest.fixture
def vital() -> MessageRow:
    """Everybody is to leave the building."""
    return a_message(life_safety=True, lane="now")


async def test_an_audience_waits_for_the_store_and_no_longer(vital: MessageRow) -> None:
    """G12, G13: it is lost as the audience is written; business time and real time stand still."""
    mail, lost = FakeChannel("email"), Moment()
    world = World(mail, people=[someone("ana"), someone("bob")])

    async def write(job: Callable[[Unit], T]) -> T:
        if "_expand" in job.__qualname__:
            lost.lose()
        return await world.write(job)

    async with world.running(write=write) as dispatcher:
        world.release(vital)
        dispatcher.wake()
        await before_long(lambda: len(mail.out) == 2)
        await quiet(dispatcher)
    assert lost.over


@pytest.mark.parametrize("at", ["found", "job"])
async def test_a_dispatcher_that_begins_waits_for_the_store_and_does_not_end(
    at: str, vital: MessageRow
) -> None:
    """G13: it is lost as the recovery asks what a former life left, or writes it down."""
    mail, lost = FakeChannel("email"), Moment()
    world = World(mail, people=[someone("ana")])
    world.release(vital, "ana")
    former = world.dispatcher()
    world.commit(lambda unit: unit.save_deliveries(former.stamp(list(world.rows().values()))))

    async def write(job: Callable[[Unit], T]) -> T:
        if job.__qualname__.endswith(f"_settle_lost.<locals>.{at}"):
            lost.lose()
        return await world.write(job)

    async with world.running(write=write) as dispatcher:
        await before_long(lambda: mail.out)
        await quiet(dispatcher)
    assert lost.over


@pytest.mark.parametrize("repeat_safe", [True, False])
@pytest.mark.parametrize("asked", ["ground", "directory"])
async def test_a_batch_waits_for_the_store_and_no_longer(
    asked: str, vital: MessageRow, monkeypatch: pytest.MonkeyPatch, *, repeat_safe: bool
) -> None:
    """G12, G13: it is lost while the batch is looked up; then everybody is told, each once."""
    text, lost = FakeChannel("sms", repeat_safe=repeat_safe), Moment()
    world = World(text, people=[someone("ana"), someone("bob")])
    ask: Callable[..., Any] = getattr(world.lookup, asked)

    def asks(*words: Any) -> Ground:
        world.clock.actual += FRESH  # what was read before is read anew
        if "sending" in world.states().values():
            lost.lose()
        return ask(*words)  # type: ignore[no-any-return]  # whatever is asked

    monkeypatch.setattr(world.lookup, asked, asks)
    async with world.running() as dispatcher:
        world.release(vital, "ana", "bob")
        dispatcher.wake()
        await before_long(lambda: len(text.out) == 2)
        await quiet(dispatcher)
    assert lost.over
    assert told(world) == {("sent", 1)}


@pytest.mark.parametrize("alone", [True, False])
async def test_a_claim_lost_at_its_commit_does_not_keep_its_rows(
    vital: MessageRow, *, alone: bool
) -> None:
    """G12, G2: it stands and nobody was told so; its rows go at once, not when its lease ends."""
    text, lost = FakeChannel("sms", repeat_safe=False), Moment()
    world = World(text, people=[someone("ana"), someone("bob")])

    async def write(job: Callable[[Unit], T]) -> T:
        answer = await world.write(job)
        if "_claim_job" in job.__qualname__ and answer:
            lost.lose()
        return answer

    async with world.running(write=write, alone=alone) as dispatcher:
        world.release(vital, "ana", "bob")
        dispatcher.wake()
        await before_long(lambda: len(text.out) == 2)
        await quiet(dispatcher)
    assert lost.over
    assert told(world) == {("sent", 1)}


@pytest.mark.parametrize("alone", [True, False])
async def test_a_claim_that_does_not_stand_is_made_again(vital: MessageRow, *, alone: bool) -> None:
    """G13: nothing of it was written, and nothing is given back that somebody else has by now."""
    text, lost = FakeChannel("sms"), Moment()
    world = World(text, people=[someone("ana"), someone("bob")])

    async def write(job: Callable[[Unit], T]) -> T:
        def undone(unit: Unit) -> T:
            answer = job(unit)
            if "_claim_job" in job.__qualname__ and answer:
                lost.lose()
            return answer

        return await world.write(undone)

    async with world.running(write=write, alone=alone) as dispatcher:
        world.release(vital, "ana", "bob")
        dispatcher.wake()
        await before_long(lambda: len(text.out) == 2)
        await quiet(dispatcher)
    assert lost.over
    assert told(world) == {("sent", 1)}


async def test_a_call_back_that_came_too_early_outlives_the_absence() -> None:
    """G2: whoever has it already is not tried by the next way because nothing could be read."""
    text, lost = FakeChannel("sms", confirms=True, gate=asyncio.Event()), Moment()
    text.answer = answers("sent", provider_ref="ref-1")
    world = World(text, people=[someone("ana")])
    early = Receipt(delivery_id="", state="delivered", at=NOON, provider_ref="ref-1")

    @contextmanager
    def read() -> Iterator[View]:
        if "sent" in world.states().values():
            lost.lose()
        with world.store.read() as view:
            yield view

    async with world.running(read=read) as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await before_long(lambda: text.out)
        assert await dispatcher.receive("sms", [early]) == 0
        assert text.gate is not None
        text.gate.set()
        await before_long(lambda: lost.over)
        dispatcher.wake()
        await before_long(lambda: world.states()["ana", "sms"] == "delivered")
