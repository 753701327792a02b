"""A cluster to work on: topics, a database, and parts that are started as a user starts them."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.partitioner import murmur2

from crisis.ports import Store, Unit
from crisis.runtime import provision, topics
from crisis.runtime.brokers import Brokers
from crisis.runtime.clock import ServiceClock
from crisis.runtime.watch import Watch, watching
from crisis.store import open_store
from tests.cluster.crew import Crew, CrewFailedError, free_port
from tests.cluster.group import settled

READY_WITHIN_S = 60
"""Generous: a machine that does other work beside takes its time."""

Part = subprocess.Popen[bytes]
Place = tuple[str, int]
"""Topic and partition."""


def partition_of(key: str, topic: topics.Topic) -> int:
    """Where clients put the messages of a key."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % topic.partitions


@dataclass(slots=True, kw_only=True)
class Ground:
    """One log, one database, and who is at work on them."""

    crew: Crew
    brokers: Brokers
    store: Store
    clock: ServiceClock
    watch: Watch
    workers: list[Part] = field(default_factory=list)
    dispatchers: list[Part] = field(default_factory=list)

    def positions(self) -> Mapping[Place, int]:
        """The last handled offset of each partition."""
        with self.store.read() as view:
            return view.positions(self.brokers.cluster)

    async def worked_off(self) -> None:
        """Wait until every message has been handled."""
        while (await self.watch.look(ages=False)).waiting():  # noqa: ASYNC110 - asked of a broker
            await asyncio.sleep(0.05)

    async def open_doors(self, org: Path, *, port: int = 0) -> str:
        """Start the doors, which bring the organisation; answers where they are."""
        port = port or free_port()
        url = f"http://127.0.0.1:{port}"
        web = self.crew.start("web", "--org", str(org), "--port", str(port))
        async with asyncio.timeout(READY_WITHIN_S), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{url}/healthz"):
                        return url
                except aiohttp.ClientError:
                    if web.poll() is not None:
                        raise CrewFailedError("the doors have not opened") from None
                    await asyncio.sleep(0.05)

    async def start_workers(self, number: int) -> Mapping[int, frozenset[Place]]:
        """Start workers; once they share what there is, answers what each of them reads."""
        self.workers += [self.crew.start("worker") for _ in range(number)]
        return await self._settled(self.brokers.workers, self.workers)

    async def start_dispatchers(self, number: int) -> None:
        """Start dispatchers, and wait until they are at work."""
        self.dispatchers += [self.crew.start("dispatch", "--name", f"{n}") for n in range(number)]
        await self._settled(self.brokers.dispatchers, self.dispatchers)

    async def stop(self, parts: list[Part]) -> None:
        """Let them end as on a shutdown."""
        await asyncio.to_thread(self.crew.stop, parts)
        parts.clear()

    async def _settled(self, group: str, parts: list[Part]) -> Mapping[int, frozenset[Place]]:
        alive = {one.pid for one in parts if one.poll() is None}
        admin = AIOKafkaAdminClient(bootstrap_servers=self.brokers.bootstrap)
        await admin.start()
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                held = await settled(admin, group, len(alive))
        finally:
            await admin.close()
        return {int(client.rpartition("-")[2]): reads for client, reads in held.items()}


@asynccontextmanager
async def ground(folder: Path, *, bootstrap: str, database: str) -> AsyncIterator[Ground]:
    """Make what is missing, and nothing of what others left in the topics is ours.

    ``folder`` is for logs, and the data folder of the parts (``folder/home``), which end with the
    block. Whoever fails within it learns what they said last.
    """
    made = await provision.apply(bootstrap, topics.TOPICS)
    brokers = Brokers(bootstrap=bootstrap, cluster=made.cluster_id)
    with (
        closing(open_store(database)) as store,
        Crew(folder, bootstrap=bootstrap, database=database) as crew,
    ):
        with store.read() as view:
            clock = ServiceClock(view.clock_offset())
        try:
            async with watching(store=store, clock=clock, brokers=brokers) as watch:
                await _pass_over(store, watch, brokers)
                yield Ground(crew=crew, brokers=brokers, store=store, clock=clock, watch=watch)
        except Exception as error:
            error.add_note(crew.logs())
            raise


async def _pass_over(store: Store, watch: Watch, brokers: Brokers) -> None:
    found = await watch.look(ages=False)

    def note(unit: Unit) -> None:
        for one in found.partitions:
            unit.save_position(brokers.cluster, one.topic, one.partition, one.ends - 1)

    store.transact([note])
