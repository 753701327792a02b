"""Group commit: every job that waits goes into one transaction, on one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from crisis.ports import Store, Unit

T = TypeVar("T")

LARGEST = 256
"""Jobs in one transaction: more would make the first of them wait for the last."""


class GroupWriter:
    """Brings jobs to the store. Awaiting one answers once it is durable, or raises as it did."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Callable[[Unit], Any], asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="crisis-writer")
        self._busy = False

    async def __call__(self, job: Callable[[Unit], T], /) -> T:
        """Run a job in the next transaction."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        self._wake.set()
        return await done

    def idle(self) -> bool:
        """Whether nothing waits and nothing is being written."""
        return not self._busy and not self._waiting

    async def run(self) -> None:
        """Write until cancelled; what is under way is finished first."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                self._busy = True
                batch, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                jobs = [job for job, _ in batch]
                results = await asyncio.shield(
                    loop.run_in_executor(self._thread, self._transact, jobs)
                )
                self._busy = False
                for (_, done), result in zip(batch, results, strict=True):
                    _answer(done, result)

    def _transact(self, jobs: list[Callable[[Unit], Any]]) -> list[Any]:
        """What became of each job; where nothing could be written, every one of them is told."""
        try:
            return self._store.transact(jobs)
        except Exception as error:  # noqa: BLE001 - a full disk must not end the service
            return [error] * len(jobs)

    def close(self) -> None:
        """End the thread once its transaction is through."""
        self._thread.shutdown(wait=True)


def _answer(done: asyncio.Future[Any], result: Any) -> None:
    if done.cancelled():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
