"""One dispatcher of several, wired: it claims what the ledger holds and brings it to people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from crisis.core.commands import Command
from crisis.dispatch import Dispatcher, News
from crisis.dispatch.desk import forever
from crisis.dispatch.outgoing import Sign
from crisis.ports import Channel, Clock, Store
from crisis.runtime.news import note_of
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter

LOOK = 0.02
"""Seconds between two looks at the journal: nobody in this process says that there is more."""


async def send(
    *,
    store: Store,
    clock: Clock,
    channels: Sequence[Channel],
    sign: Sign,
    keep: Callable[[Command], Awaitable[object]],
    owner: str,
    lease: timedelta = timedelta(minutes=1),
) -> None:
    """Dispatch until cancelled.

    ``keep`` makes a command durable, whenever it is decided. ``owner`` is the name of this
    dispatcher and of no other: the same after a restart, so that it settles what it had claimed.
    """
    write = GroupWriter(store)

    async def tell(news: News) -> None:
        note = note_of(news, store)
        if note is not None:
            await keep(note)

    dispatcher = Dispatcher(
        write=write, read=store.read, lookup=World(store), channels=channels, clock=clock,
        sign=sign, report=tell, owner=owner, lease=lease, alone=False,
    )  # fmt: skip
    position = 0

    async def listen() -> None:
        """Wake the dispatcher when the journal has moved on."""
        nonlocal position
        with store.read() as view:
            news = view.since(position, 10_000)
        if news:
            position = news[-1].position
            dispatcher.wake()
        await asyncio.sleep(LOOK)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(write.run())
            group.create_task(forever("the journal", listen))
            group.create_task(dispatcher.run())
    finally:
        write.close()
