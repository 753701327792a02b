"""What other processes commit, heard in this one: nobody has to ask again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from crisis.ports import Bell, Stir, Store, Unavailable

_log = structlog.get_logger(__name__)

AT_A_TIME = timedelta(seconds=0.5)
"""How long the thread that listens takes at most to hear that it should end."""
AGAIN = 1.0
"""Seconds between two tries to hear anything while the store is away."""


class Listening:
    """Calls whoever asked to be called, on the loop, whenever something stirs anywhere."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._calls: list[tuple[Stir, Callable[[], None]]] = []
        self._heard = asyncio.Event()

    def upon(self, stir: Stir, call: Callable[[], None]) -> None:
        """Call this on every such stir; soon, and once for many."""
        self._calls.append((stir, call))

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
        try:
            while True:
                try:
                    bell = bell or await asyncio.to_thread(self._store.listen)
                    stirred = await asyncio.to_thread(bell.wait, AT_A_TIME)
                except Unavailable:
                    await asyncio.sleep(AGAIN)
                    continue
                self._tell(stirred)
        finally:
            if bell is not None:
                bell.close()

    def _tell(self, stirred: frozenset[Stir]) -> None:
        for stir, call in self._calls:
            if stir in stirred:
                try:
                    call()
                except Exception:
                    _log.exception("who was to hear of it failed", of=stir)
        if stirred:
            self._heard.set()
            self._heard = asyncio.Event()
