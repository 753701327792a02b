"""One worker, wired: topics to commands, commands to decisions, and the clock; any number may run.

It keeps nothing that another one would miss. What it lets go stands in the ledger, where
dispatchers find it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaProducer

from crisis.codec import command_from, report_from
from crisis.core.deciding import Decision
from crisis.dispatch.desk import forever
from crisis.ports import Abilities, Clock, Store
from crisis.runtime.brokers import Brokers
from crisis.runtime.cluster import flowing, streams
from crisis.runtime.dead_letters import DeadLetters
from crisis.runtime.decider import Decider, nobody
from crisis.runtime.publish import Publisher
from crisis.runtime.worker import Entry, Note, Worker, handled
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter


async def work(
    *, store: Store, clock: Clock, abilities: Mapping[str, Abilities], brokers: Brokers
) -> None:
    """Work until cancelled: decide what the topics bring, and do what is due."""
    write = GroupWriter(store)
    decider = Decider(
        store=store, write=write, organisation=World(store).organisation, clock=clock,
        abilities=abilities, tell=nobody,
    )  # fmt: skip

    async def act(entry: Entry, note: Note) -> Decision:
        raw = entry.value or b""
        command = report_from(raw) if entry.topic == brokers.reports else command_from(raw)
        return await decider.submit(command, also=note)

    async with AIOKafkaProducer(bootstrap_servers=brokers.bootstrap, acks="all") as producer:
        letters = DeadLetters(producer, brokers.dead_letters)
        worker = Worker(cluster=brokers.cluster, write=write, act=act, set_aside=letters.keep)
        app = streams(
            brokers=brokers.bootstrap, group=brokers.workers,
            topics=(brokers.reports, brokers.commands),
            handle=worker.handle, handled=lambda: handled(store, brokers.cluster),
        )  # fmt: skip
        news = Publisher(
            store=store, write=write, clock=clock, producer=producer, topic=brokers.timeline,
            cluster=brokers.cluster,
        )  # fmt: skip
        try:
            async with flowing(app), asyncio.TaskGroup() as group:
                group.create_task(write.run())
                group.create_task(forever("the clock", decider.turn))
                group.create_task(news.run())
        finally:
            write.close()
