"""The lookout of a door: it knows of the store as soon as that is known, whatever hangs beside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest

from crisis.core.break_glass import Glass
from crisis.ports import Unavailable, View
from crisis.runtime.brokers import Brokers
from crisis.runtime.clock import ServiceClock
from crisis.runtime.gate import Gate
from crisis.runtime.home import Home
from crisis.runtime.lookout import Lookout
from crisis.runtime.watch import Watch
from crisis.runtime.world import World
from crisis.store import MemoryStore
from tests.web.house import folder, organisation

CLOCK = ServiceClock()
BROKERS = Brokers(bootstrap="nowhere:9092", cluster="of the test")
SOON = 5.0
"""Seconds within which a thread gets its turn, on a machine that does other work beside."""


class Hanging(MemoryStore):
    """A store that says nothing while it hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = Event()
        self.answers.set()
        self.fault: str | None = None
        self.failed = False

    @contextmanager
    def read(self) -> Iterator[View]:
        """Wait for as long as it hangs."""
        assert self.answers.wait(30)
        if self.fault is not None:
            self.failed = True
            raise Unavailable(self.fault)
        with super().read() as view:
            yield view


class SilentBrokers:
    """Brokers that are away: they say so at once, but not any more once the store has failed."""

    def __init__(self, store: Hanging) -> None:
        self._store = store

    def assignment(self) -> set[Any]:
        """No partition."""
        return set()

    def pause(self, *partitions: Any) -> None:
        """Nothing."""

    async def beginning_offsets(self, *partitions: Any) -> Any:
        """Nobody knows."""
        if self._store.failed:
            await asyncio.sleep(60)
        raise OSError(*partitions)


class NoDuty:
    """Nobody is to be called."""

    glass = Glass()

    async def call(self, *asked: Any, **counted: Any) -> None:
        """Nobody is."""


@dataclass
class Door:
    """A door whose store and brokers may hang."""

    store: Hanging
    gate: Gate
    lookout: Lookout
    running: list[asyncio.Task[None]] = field(default_factory=list)

    def look(self) -> None:
        """From now on it looks."""
        self.running.append(asyncio.create_task(self.lookout.run()))

    async def until(self, seen: Callable[[], bool]) -> None:
        """Wait until something is seen."""
        async with asyncio.timeout(SOON):
            while not seen():  # noqa: ASYNC110 - another thread moves it
                await asyncio.sleep(0.005)


@pytest.fixture
async def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """One that has not looked yet."""
    monkeypatch.setattr("crisis.runtime.watch.ANSWERED_WITHIN", 30.0)
    monkeypatch.setattr("crisis.runtime.lookout.LOOK_EVERY", 0.05)
    store = Hanging()
    store.transact([lambda unit: unit.add_configuration(folder(), at=CLOCK.real())])
    gate = Gate(store)
    watch = Watch(cast("Any", SilentBrokers(store)), store=store, clock=CLOCK, brokers=BROKERS)
    world = World(gate)
    world.take(organisation())
    lookout = Lookout(
        watch=watch, gate=gate, duty=cast("Any", NoDuty()),
        world=world, home=Home.at(tmp_path), secrets={}, clock=CLOCK,
        brokers=BROKERS,
    )  # fmt: skip
    door = Door(store, gate, lookout)
    yield door
    store.answers.set()
    for one in door.running:
        one.cancel()
    await asyncio.gather(*door.running, return_exceptions=True)
    watch.close()


async def test_the_gate_shuts_as_soon_as_the_store_says_so(door: Door) -> None:
    """G1: not once the brokers have been asked as well, which takes them seconds to refuse."""
    door.store.fault = "it is shutting down"
    door.look()
    await door.until(lambda: door.gate.away is not None)
    assert door.gate.away == "it is shutting down"
    assert door.lookout.health().checks["store"].status != "pass", "and pages say so"


async def test_the_gate_opens_as_soon_as_the_store_answers(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: an answer that comes long after its look is an answer: nobody waits for the next one."""
    monkeypatch.setattr("crisis.runtime.watch.ANSWERED_WITHIN", 0.05)
    door.store.answers.clear()
    door.look()
    await door.until(lambda: door.gate.away is not None)
    monkeypatch.setattr("crisis.runtime.lookout.LOOK_EVERY", 3600.0)
    assert "no answer within" in str(door.gate.away)
    await asyncio.sleep(0.2)  # the look is over, and the next one is far away
    door.store.answers.set()
    await door.until(lambda: door.gate.away is None)
    assert door.lookout.health().checks["store"].status == "pass"
    with door.gate.read() as view:
        assert view.configuration() is not None


async def test_a_reader_who_has_waited_in_vain_makes_the_door_look_at_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever found the store silent spares the others the wait; it was a moment, so it opens."""
    monkeypatch.setattr("crisis.runtime.watch.ANSWERED_WITHIN", 0.05)
    monkeypatch.setattr("crisis.runtime.gate.IN_VAIN", 0.0)
    monkeypatch.setattr("crisis.runtime.gate.KNOCKS_EVERY", 3600.0)
    monkeypatch.setattr("crisis.runtime.lookout.LOOK_EVERY", 3600.0)
    door.look()
    await asyncio.sleep(0.3)  # it has looked, and the next look is far away
    door.store.fault = "no answer"
    with pytest.raises(Unavailable), door.gate.read():
        pass
    assert door.gate.away == "no answer"
    door.store.fault = None
    await door.until(lambda: door.gate.away is None)
