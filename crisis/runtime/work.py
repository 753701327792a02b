"""One worker, wired: topics to commands, commands to decisions, and the clock; any number may run.

It keeps nothing that another one would miss. What it lets go stands in the ledger, where
dispatchers find it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from crisis.codec import command_from, report_from
from crisis.coordinator import Released
from crisis.core.commands import Command
from crisis.dispatch.desk import forever
from crisis.ports import Abilities, Clock, Store
from crisis.runtime.cluster import streams
from crisis.runtime.decider import Decider
from crisis.runtime.worker import Entry, Worker
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The topics that a worker reads and writes, and the group that its kind forms."""

    reports: str
    commands: str
    dead_letters: str
    group: str


async def work(
    *,
    store: Store,
    clock: Clock,
    abilities: Mapping[str, Abilities],
    brokers: str,
    cluster: str,
    names: Names,
) -> None:
    """Work until cancelled: decide what the topics bring, and do what is due.

    ``cluster`` is the id of the brokers' cluster, which the stored positions belong to.
    """
    write = GroupWriter(store)
    decider = Decider(
        store=store, write=write, organisation=World(store).organisation, clock=clock,
        abilities=abilities, tell=_let_go,
    )  # fmt: skip
    async with AIOKafkaProducer(bootstrap_servers=brokers, acks="all") as producer:

        async def set_aside(entry: Entry, reason: str) -> None:
            await producer.send_and_wait(
                names.dead_letters, entry.value, key=entry.key, headers=_headers(entry, reason)
            )

        def read(entry: Entry) -> Command:
            raw = entry.value or b""
            return report_from(raw) if entry.topic == names.reports else command_from(raw)

        worker = Worker(
            cluster=cluster, decider=decider, write=write, read=read, set_aside=set_aside
        )

        def handled() -> Mapping[tuple[str, int], int]:
            with store.read() as view:
                return view.positions(cluster)

        app = streams(
            brokers=brokers, group=names.group, topics=(names.reports, names.commands),
            handle=worker.handle, handled=handled,
        )  # fmt: skip
        app.finalize()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(write.run())
                await app.start()
                group.create_task(forever("the clock", decider.turn))
        finally:
            await app.stop()
            write.close()


async def _let_go(released: Released) -> None:
    """It stands in the ledger: dispatchers look there."""
    del released


def _headers(entry: Entry, reason: str) -> list[tuple[str, bytes]]:
    """Where a dead letter comes from, and why it is one."""
    told = {
        "topic": entry.topic, "partition": entry.partition, "offset": entry.offset,
        "reason": reason,
    }  # fmt: skip
    return [(f"crisis-{name}", json.dumps(value).encode()) for name, value in told.items()]
