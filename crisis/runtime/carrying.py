"""What every part that reads topics does with them, beside its own work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from crisis.ports import Store
from crisis.runtime.brokers import Brokers, Producer
from crisis.runtime.cluster import flow, streams
from crisis.runtime.dead_letters import DeadLetters
from crisis.runtime.worker import Entry, Note, Worker, handled
from crisis.runtime.writer import GroupWriter


async def carry(
    *,
    store: Store,
    write: GroupWriter,
    brokers: Brokers,
    producer: Producer,
    group: str,
    topics: Iterable[str],
    act: Callable[[Entry, Note], Awaitable[object]],
    beside: Iterable[Coroutine[Any, Any, None]],
) -> None:
    """Bring each message of the topics to ``act``, and do what is ``beside``, until cancelled.

    Whatever writes ends before the writer; then the writer is closed.
    """
    letters = DeadLetters(producer, brokers.dead_letters)
    worker = Worker(cluster=brokers.cluster, write=write, act=act, set_aside=letters.keep)
    app = streams(
        brokers=brokers.bootstrap, group=group, topics=topics, handle=worker.handle,
        handled=lambda: handled(store, brokers.cluster), met=worker.met,
    )  # fmt: skip
    try:
        async with asyncio.TaskGroup() as lasting:
            lasting.create_task(write.run())
            async with asyncio.TaskGroup() as ending:
                for one in (flow(app), *beside):
                    ending.create_task(one)
    finally:
        write.close()
