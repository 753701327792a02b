"""The demo's theatre on a cluster: one process with the doors, two workers, two dispatchers."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from aiokafka.admin import AIOKafkaAdminClient

from crisis.cli.folder import SECRETS
from crisis.cli.theatre import Theatre
from crisis.intake.links import Links
from crisis.ports import Store, Unit
from crisis.runtime import provision, topics
from crisis.runtime.brokers import Brokers
from crisis.runtime.clock import ServiceClock
from crisis.runtime.home import Home
from crisis.runtime.standing import Standing
from crisis.runtime.watch import Watch, watching
from crisis.runtime.world import World
from crisis.store import open_store
from tests.cluster.crew import Crew, CrewFailedError, free_port
from tests.cluster.group import settled

READY_WITHIN_S, TAKEN_OVER_WITHIN_S = 60, 60
"""Generous: a machine that does other work beside takes its time."""
HEARD_S = 0.05
"""After which every process has heard that business time was moved."""
_LOOK_S = 0.01

Place = tuple[str, int]
"""Topic and partition."""


class Readable(Standing):
    """The cluster as it stands in its database. The one who moves its business time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.world = World(store)
        self.clock = ServiceClock()
        self.secrets = {}

    def next_at(self) -> datetime | None:
        """The next instant of business time at which anything is due."""
        with self.store.read() as view:
            times = (view.next_due_at(), view.next_attempt_at())
        return min((at for at in times if at is not None), default=None)

    async def advance(self, to: datetime) -> None:
        """Move business time ahead, for every process."""
        offset = self.clock.offset + max(to - self.clock.now(), timedelta())
        [failed] = self.store.transact([lambda unit: unit.set_clock_offset(offset)])
        if failed is not None:
            raise failed
        self.clock.offset = offset
        await asyncio.sleep(HEARD_S)


class Cluster:
    """The parts at work, until one of them is killed."""

    def __init__(self, bootstrap: str, database: str, *, port: int = 0) -> None:
        """``port`` is that of the pages; any free one, where it is 0."""
        self.taken_over_in_s: float | None = None
        """Seconds from the kill of the worker that read what is asked of the incident until the
        first decision by the other one that came out of the same partition was durable: that on
        what was asked at the time, or on what a dispatcher told meanwhile, whichever was first."""
        self._bootstrap, self._database = bootstrap, database
        self._port = port or free_port()
        self._reads: dict[subprocess.Popen[bytes], frozenset[Place]] = {}
        self._going_on: asyncio.Task[float] | None = None

    @property
    def whole(self) -> bool:
        """Whether nobody has been killed yet."""
        return self._going_on is None

    @asynccontextmanager
    async def open(self, org: Path, home: Home) -> AsyncIterator[Theatre]:
        """Run an organisation's folder on all parts; they have ended with the block."""
        url = f"http://127.0.0.1:{self._port}"
        settings = org / "settings.yaml"
        text = settings.read_text("utf-8").replace("http://127.0.0.1:8420 ", f"{url} ")
        settings.write_text(text, "utf-8")
        made = await provision.apply(self._bootstrap, topics.TOPICS)
        self._brokers = Brokers(bootstrap=self._bootstrap, cluster=made.cluster_id)
        with (
            closing(open_store(self._database)) as self._store,
            Crew(home.path.parent, bootstrap=self._bootstrap, database=self._database) as crew,
        ):
            crew.share(org / SECRETS)
            service = Readable(self._store)
            links = Links(secret=home.link_secret(), clock=service.clock, public_url=url)
            try:
                async with watching(
                    store=self._store, clock=service.clock, brokers=self._brokers
                ) as watch:
                    await self._pass_over(watch)
                    async with asyncio.timeout(READY_WITHIN_S):
                        await self._start(crew, org, url)

                    async def at_rest() -> bool:
                        return (await watch.look(ages=False)).at_rest()

                    yield Theatre(
                        service=service, links=links, at_rest=at_rest, next_at=service.next_at,
                        advance=service.advance,
                    )  # fmt: skip
                    await self._taken_over()
            except Exception as error:
                error.add_note(crew.logs())
                raise

    def kill(self) -> None:
        """Kill the worker that reads what is asked of the incident (SIGKILL), for good."""
        [asked] = [place for place in self._positions() if place[0] == self._brokers.commands]
        [worker] = [one for one, reads in self._reads.items() if asked in reads]
        killed_at = time.monotonic()
        worker.kill()
        worker.wait()
        self._going_on = asyncio.create_task(self._next_decision(asked, killed_at))

    # --- inside ---

    async def _pass_over(self, watch: Watch) -> None:
        """What stands in the topics of a cluster of yours was not told in this story."""
        found = await watch.look(ages=False)

        def note(unit: Unit) -> None:
            for one in found.partitions:
                if one.ends:
                    unit.save_position(
                        self._brokers.cluster, one.topic, one.partition, one.ends - 1
                    )

        self._store.transact([note])

    async def _start(self, crew: Crew, org: Path, url: str) -> None:
        """The doors first: they bring the organisation; then those who need it."""
        web = crew.start("web", "--org", str(org), "--port", str(self._port))
        await _answers(url, web)
        workers = [crew.start("worker"), crew.start("worker")]
        for name in ("one", "two"):
            crew.start("dispatch", "--name", name)
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        await admin.start()
        try:
            held = await settled(admin, self._brokers.workers, len(workers))
            await settled(admin, self._brokers.dispatchers, 2)
        finally:
            await admin.close()
        for one in workers:
            [self._reads[one]] = [
                reads for client, reads in held.items() if client.endswith(f"-{one.pid}")
            ]

    async def _next_decision(self, asked: Place, killed_at: float) -> float:
        before = self._positions()[asked]
        while self._positions()[asked] == before:  # noqa: ASYNC110 - as it stands in the database
            await asyncio.sleep(_LOOK_S)
        return time.monotonic() - killed_at

    async def _taken_over(self) -> None:
        if self._going_on is not None:
            async with asyncio.timeout(TAKEN_OVER_WITHIN_S):
                self.taken_over_in_s = round(await self._going_on, 2)

    def _positions(self) -> dict[Place, int]:
        with self._store.read() as view:
            return view.positions(self._brokers.cluster)


async def _answers(url: str, web: subprocess.Popen[bytes]) -> None:
    """Wait until the doors are open."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                if web.poll() is not None:
                    raise CrewFailedError("the doors have not opened") from None
                await asyncio.sleep(0.05)
