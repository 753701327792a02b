"""The group commit: what was acknowledged stands, and a store that hangs holds up nobody's end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from crisis.ports import InDoubt, Job, Unavailable
from crisis.runtime import writer as writing
from crisis.runtime.writer import GroupWriter
from crisis.store.memory import MemoryStore

AHEAD = timedelta(minutes=1)


class Hanging(MemoryStore):
    """A store that writes for nobody until it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs, self.goes_on = threading.Event(), threading.Event()

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """Once it goes on."""
        self.hangs.set()
        assert self.goes_on.wait(30)
        return super().transact(jobs)


async def hung(store: Hanging, writer: GroupWriter) -> tuple[asyncio.Task[None], asyncio.Task[Any]]:
    """The writer at work, and somebody who waits for what it writes."""
    work = asyncio.create_task(writer.run())
    asked = asyncio.create_task(writer(lambda unit: unit.set_clock_offset(AHEAD)))
    assert await asyncio.to_thread(store.hangs.wait, 10)
    return work, asked


async def stopped(work: asyncio.Task[None]) -> None:
    """As at a planned stop."""
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def test_a_store_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """G1: the end comes all the same, and nobody was told that what hangs is done."""
    monkeypatch.setattr(writing, "THROUGH_WITHIN", 0.1)
    store = Hanging()
    writer = GroupWriter(store)
    work, asked = await hung(store, writer)
    await stopped(work)
    began = time.monotonic()
    writer.close()
    took = time.monotonic() - began
    store.goes_on.set()
    assert took < 10
    assert not asked.done()
    asked.cancel()


async def test_whoever_waits_no_longer_knows_what_became_of_it() -> None:
    """What was not begun is never done; what was may stand, and in time it does."""
    store = Hanging()
    writer = GroupWriter(store)
    work = asyncio.create_task(writer.run())
    with pytest.raises(InDoubt, match="it may stand"):
        await writer(lambda unit: unit.set_clock_offset(AHEAD), within=0.1)
    with pytest.raises(Unavailable, match="nothing was written") as refused:
        await writer(lambda unit: unit.set_clock_offset(2 * AHEAD), within=0.1)
    assert not isinstance(refused.value, InDoubt)
    store.goes_on.set()
    await writer(lambda unit: unit.configuration(), within=10)
    with store.read() as view:
        assert view.clock_offset() == AHEAD
    await stopped(work)
    writer.close()


async def test_what_is_under_way_stands_before_the_end() -> None:
    """A store that only takes its time has it: the last transaction is through."""
    store = Hanging()
    writer = GroupWriter(store)
    work, asked = await hung(store, writer)
    await stopped(work)
    threading.Timer(0.2, store.goes_on.set).start()
    writer.close()
    with store.read() as view:
        assert view.clock_offset() == AHEAD
    asked.cancel()
