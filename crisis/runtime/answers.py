"""Decisions that doors wait for: all of them looked for at once, when the journal has moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from crisis.coordinator import as_before
from crisis.core.deciding import Decision
from crisis.ports import Store, Unavailable

FIRST_LOOK, LONGEST_PAUSE = 0.02, 0.25
"""Seconds between two looks of one who waits, should nothing be heard of the journal; doubling."""


class Answers:
    """Looks for many decisions in one view; while the store is away nobody is kept waiting."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, asyncio.Future[Decision | None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._again = False

    def look(self) -> None:
        """There may be answers by now."""
        if self._looking is not None:
            self._again = True
        elif self._waiting:
            self._looking = asyncio.create_task(self._look())

    async def of(self, command_id: str, within: float) -> Decision | None:
        """The decision on a command; None where there is none after so many seconds.

        While the store is away there will be none: that is answered at the first look.
        """
        loop = asyncio.get_running_loop()
        answer = self._waiting.setdefault(command_id, loop.create_future())
        until, pause = loop.time() + within, FIRST_LOOK
        try:
            while not answer.done() and (left := until - loop.time()) > 0:
                self._waiting.setdefault(command_id, answer)  # another one may have given up
                await asyncio.wait([answer], timeout=min(pause, left))
                pause = min(2 * pause, LONGEST_PAUSE)
                self.look()
            return answer.result() if answer.done() else None
        finally:
            if self._waiting.get(command_id) is answer and not answer.done():
                del self._waiting[command_id]

    async def _look(self) -> None:
        try:
            self._again = True
            while self._again and self._waiting:
                self._again = False
                for command_id, decision in await asyncio.to_thread(self._read, [*self._waiting]):
                    waits = self._waiting.pop(command_id, None)
                    if waits is not None and not waits.done():
                        waits.set_result(decision)
        finally:
            self._looking = None

    def _read(self, command_ids: Sequence[str]) -> list[tuple[str, Decision | None]]:
        try:
            with self._store.read() as view:
                rows = [view.decision(one) for one in command_ids]
        except Unavailable:
            return [(one, None) for one in command_ids]
        return [(row.command_id, as_before(row)) for row in rows if row is not None]
