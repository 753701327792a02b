"""One dispatcher of several, wired: it claims what the ledger holds and brings it to people."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from aiokafka import AIOKafkaProducer

from crisis.codec import receipts_from
from crisis.dispatch import Dispatcher, News
from crisis.dispatch.desk import forever
from crisis.dispatch.outgoing import Sign
from crisis.ports import Acknowledgement, Channel, Clock, Store
from crisis.runtime.brokers import Brokers
from crisis.runtime.cluster import flowing, streams
from crisis.runtime.dead_letters import DeadLetters
from crisis.runtime.log_inbox import LogInbox
from crisis.runtime.news import note_of
from crisis.runtime.worker import Entry, Note, Worker, handled
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
    brokers: Brokers,
    owner: str,
    lease: timedelta = timedelta(minutes=1),
) -> None:
    """Dispatch until cancelled, and write down what providers and people say of deliveries.

    ``owner`` is the name of this dispatcher and of no other: the same after a restart, so that it
    settles what it had claimed.
    """
    write = GroupWriter(store)
    async with AIOKafkaProducer(bootstrap_servers=brokers.bootstrap, acks="all") as producer:
        inbox = LogInbox(producer, store, clock, reports=brokers.reports, commands=brokers.commands)

        async def tell(news: News) -> None:
            note = note_of(news, store)
            if note is not None:
                await inbox.keep(note)

        dispatcher = Dispatcher(
            write=write, read=store.read, lookup=World(store), channels=channels, clock=clock,
            sign=sign, report=tell, owner=owner, lease=lease, alone=False,
        )  # fmt: skip

        async def act(entry: Entry, note: Note) -> None:
            told = receipts_from(entry.value or b"")
            if isinstance(told, Acknowledgement):
                await dispatcher.acknowledge(told.delivery_id, told.at)
            else:
                await dispatcher.receive(told.channel, told.receipts)
            await write(note)

        letters = DeadLetters(producer, brokers.dead_letters)
        worker = Worker(cluster=brokers.cluster, write=write, act=act, set_aside=letters.keep)
        app = streams(
            brokers=brokers.bootstrap, group=brokers.dispatchers, topics=(brokers.receipts,),
            handle=worker.handle, handled=lambda: handled(store, brokers.cluster),
        )  # fmt: skip
        try:
            async with flowing(app), asyncio.TaskGroup() as group:
                group.create_task(write.run())
                group.create_task(_listen(store, dispatcher))
                group.create_task(dispatcher.run())
        finally:
            write.close()


async def _listen(store: Store, dispatcher: Dispatcher) -> None:
    """Wake the dispatcher whenever the journal has moved on."""
    position = 0

    async def look() -> None:
        nonlocal position
        with store.read() as view:
            news = view.since(position, 10_000)
        if news:
            position = news[-1].position
            dispatcher.wake()
        await asyncio.sleep(LOOK)

    await forever("the journal", look)
