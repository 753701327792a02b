"""Group commit: every job that waits goes into one transaction, on one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import structlog

from crisis.ports import InDoubt, Store, Unavailable, Unit

T = TypeVar("T")

_log = structlog.get_logger(__name__)

LARGEST = 256
"""Jobs in one transaction: more would make the first of them wait for the last."""
THROUGH_WITHIN = 2.0
"""Seconds that the last transaction may take once the writer is closed."""


class GroupWriter:
    """Brings jobs to the store. Awaiting one answers once it is durable, or raises as it did."""

    def __init__(self, store: Store, *, beside: bool = True) -> None:
        """Without a thread ``beside`` the loop, the same jobs come in the same order each time."""
        self._store = store
        self._beside = beside
        self._waiting: list[tuple[Callable[[Unit], Any], asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="crisis-writer")
        self._writing: Future[list[Any]] | None = None

    async def __call__(self, job: Callable[[Unit], T], /, *, within: float | None = None) -> T:
        """Run a job in the next transaction.

        Where that takes longer than so many seconds it is given up: Unavailable where it was not
        begun, and never will be; InDoubt where it may yet stand.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        waits = job, done
        self._waiting.append(waits)
        self._wake.set()
        if within is not None and not (await asyncio.wait((done,), timeout=within))[0]:
            done.cancel()
            if waits not in self._waiting:
                raise InDoubt(f"the store has not answered within {within:g} s: it may stand")
            self._waiting.remove(waits)
            raise Unavailable(f"the store has been busy for {within:g} s: nothing was written")
        return await done

    def idle(self) -> bool:
        """Whether nothing waits and nothing is being written."""
        return self._writing is None and not self._waiting

    async def run(self) -> None:
        """Write until cancelled; what is under way is finished first."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                jobs = [job for job, _ in batch]
                results = await self._written(jobs)
                for (_, done), result in zip(batch, results, strict=True):
                    _answer(done, result)

    async def _written(self, jobs: list[Callable[[Unit], Any]]) -> list[Any]:
        if not self._beside:
            return self._transact(jobs)
        self._writing = self._thread.submit(self._transact, jobs)
        results = await asyncio.shield(asyncio.wrap_future(self._writing))
        self._writing = None
        return results

    def _transact(self, jobs: list[Callable[[Unit], Any]]) -> list[Any]:
        """What became of each job; where nothing could be written, every one of them is told."""
        try:
            return self._store.transact(jobs)
        except Exception as error:  # noqa: BLE001 - a full disk must not end the service
            return [error] * len(jobs)

    def close(self) -> None:
        """End the thread once its transaction is through; a store that hangs is not waited for.

        Nobody was told that such a transaction stands: whatever asked for it asks again.
        """
        self._thread.shutdown(wait=False)
        if self._writing is not None and wait([self._writing], THROUGH_WITHIN).not_done:
            _log.error("the store does not answer: what was being written may stand, or not")


def _answer(done: asyncio.Future[Any], result: Any) -> None:
    if done.cancelled():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
