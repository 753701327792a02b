"""What other processes commit is heard in this one, whatever goes wrong meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from crisis.ports import Unavailable, Unit, View
from crisis.runtime import listening
from crisis.runtime.clock import ServiceClock
from crisis.runtime.listening import Listening
from crisis.runtime.world import World
from crisis.store import MemoryStore

AHEAD = timedelta(hours=1)


class Shaky(MemoryStore):
    """Cannot be read so many times."""

    fails = 0

    @contextmanager
    def read(self) -> Iterator[View]:
        """Not now."""
        if self.fails:
            self.fails -= 1
            raise Unavailable("a reader gave up")
        with super().read() as view:
            yield view


async def test_what_stirred_is_not_forgotten_where_it_cannot_be_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G13: the bell has rung once; a part that then fails to look does so again."""
    monkeypatch.setattr(listening, "AGAIN", 0.01)
    store = Shaky()
    clock, woken = ServiceClock(), asyncio.Event()
    ears = Listening(store)
    ears.follow(clock, World(store))
    ears.upon("clock", woken.set)
    task = asyncio.create_task(ears.run())
    async with asyncio.timeout(5):
        await woken.wait()
        woken.clear()

        def advance(unit: Unit) -> None:
            unit.set_clock_offset(AHEAD)

        store.fails = 2
        store.transact([advance])
        await woken.wait()
    task.cancel()
    await asyncio.wait([task])

    assert clock.offset == AHEAD
    assert store.fails == 0
