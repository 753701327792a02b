"""What other processes commit, heard in this one: nobody has to ask again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import get_args

from crisis.ports import Bell, Stir, Store, Unavailable
from crisis.runtime.clock import AdvancedClock
from crisis.runtime.world import World

AT_A_TIME = timedelta(seconds=0.5)
"""How long the thread that listens takes at most to hear that it should end."""
EVERYTHING: frozenset[Stir] = frozenset(get_args(Stir))
AGAIN = 1.0
"""Seconds between two tries to hear anything while the store is away."""


class Listening:
    """Calls whoever asked to be called, on the loop, whenever something stirs anywhere."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._calls: list[tuple[Stir, Callable[[], None]]] = []
        self._heard = asyncio.Event()
        self._clock: AdvancedClock | None = None
        self._world: World | None = None

    def upon(self, stir: Stir, call: Callable[[], None]) -> None:
        """Call this on every such stir; soon, and once for many."""
        self._calls.append((stir, call))

    def follow(self, clock: AdvancedClock, world: World) -> None:
        """Keep business time, and the newest version, as somebody else has set them."""
        self._clock, self._world = clock, world

    async def next(self, within: float) -> None:
        """Wait until anything stirs, or so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._heard.wait()
        except TimeoutError:
            return

    async def run(self) -> None:
        """Listen until cancelled; while the store is away nothing stirs that could be read."""
        bell: Bell | None = None
        stirred = EVERYTHING  # before anybody listened, anything may have stirred
        try:
            while True:
                try:
                    if bell is None:
                        bell = await asyncio.to_thread(self._listen)
                    else:
                        stirred |= await asyncio.to_thread(bell.wait, AT_A_TIME)
                    await asyncio.to_thread(self._catch_up, stirred)
                except Unavailable:  # what was heard is not forgotten for that
                    await asyncio.sleep(AGAIN)
                    continue
                self._tell(stirred)
                stirred = frozenset()
        finally:
            if bell is not None:
                bell.close()

    def _listen(self) -> Bell:
        bell = self._store.listen()
        followed: tuple[Stir, ...] = ("clock", "organisation") if self._clock is not None else ()
        bell.heed({*followed, *(stir for stir, _ in self._calls)})
        return bell

    def _catch_up(self, stirred: frozenset[Stir]) -> None:
        if "clock" in stirred and self._clock is not None:
            with self._store.read() as view:
                self._clock.offset = view.clock_offset()
        if "organisation" in stirred and self._world is not None:
            self._world.refresh()

    def _tell(self, stirred: frozenset[Stir]) -> None:
        for stir, call in self._calls:
            if stir in stirred:
                call()
        if stirred:
            self._heard.set()
            self._heard = asyncio.Event()
