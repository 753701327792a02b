"""The demo's theatre on a cluster: one process with the doors, two workers, two dispatchers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from crisis.cli.folder import SECRETS
from crisis.cli.theatre import Theatre
from crisis.intake.links import Links
from crisis.runtime.home import Home
from crisis.runtime.standing import Standing
from crisis.runtime.topics import COMMANDS
from crisis.runtime.world import World
from tests.cluster.crew import free_port
from tests.cluster.ground import Ground, Place, ground, partition_of

TAKEN_OVER_WITHIN_S = 60
"""Generous: a machine that does other work beside takes its time."""
HEARD_S = 0.05
"""After which every process has heard that business time was moved."""
_LOOK_S = 0.01


class Readable(Standing):
    """The cluster as it stands in its database. The one who moves its business time."""

    def __init__(self, ground: Ground) -> None:
        self.store = ground.store
        self.world = World(ground.store)
        self.clock = ground.clock
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
        self._reads: Mapping[int, frozenset[Place]] = {}
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
        async with ground(
            home.path.parent, bootstrap=self._bootstrap, database=self._database
        ) as self._ground:
            self._ground.crew.share(org / SECRETS)
            await self._ground.open_doors(org, port=self._port)
            self._reads = await self._ground.start_workers(2)
            await self._ground.start_dispatchers(2)
            service = Readable(self._ground)
            links = Links(secret=home.link_secret(), clock=service.clock, public_url=url)
            yield Theatre(
                service=service, links=links, at_rest=self._at_rest, next_at=service.next_at,
                advance=service.advance,
            )  # fmt: skip
            await self._taken_over()

    def kill(self, incident_id: str) -> None:
        """Kill the worker that reads what is asked of the incident (SIGKILL), for good."""
        asked = COMMANDS.name, partition_of(incident_id, COMMANDS)
        [worker] = [one for one in self._ground.workers if asked in self._reads[one.pid]]
        killed_at = time.monotonic()
        worker.kill()
        worker.wait()
        self._going_on = asyncio.create_task(self._next_decision(asked, killed_at))

    # --- inside ---

    async def _at_rest(self) -> bool:
        return (await self._ground.watch.look(ages=False)).at_rest()

    async def _next_decision(self, asked: Place, killed_at: float) -> float:
        before = self._ground.positions()[asked]
        while self._ground.positions()[asked] == before:  # noqa: ASYNC110 - as it stands in the database
            await asyncio.sleep(_LOOK_S)
        return time.monotonic() - killed_at

    async def _taken_over(self) -> None:
        if self._going_on is not None:
            async with asyncio.timeout(TAKEN_OVER_WITHIN_S):
                self.taken_over_in_s = round(await self._going_on, 2)
