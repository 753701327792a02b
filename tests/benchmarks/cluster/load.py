"""What is asked of a cluster: floods, and measures that are recorded in them, written to topics."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path

from aiokafka import AIOKafkaProducer

from crisis.cli.folder import SECRETS
from crisis.codec import command_bytes, report_event
from crisis.core.report import incident_id
from crisis.runtime.topics import COMMANDS
from tests.benchmarks.commands import flood, measure
from tests.benchmarks.house import write_house
from tests.cluster.ground import Ground, Place, ground, partition_of

FLOODS = 96
"""Eight for each partition, or about that: none is without work."""


@dataclass(slots=True, kw_only=True)
class Load:
    """Floods that are open, and whoever asks something of them."""

    ground: Ground
    producer: AIOKafkaProducer
    incidents: Mapping[int, Sequence[str]]
    """Partition of the commands -> the incidents whose commands stand there."""
    kept_at: dict[Place, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    """When each command was safe, by its place and offset (``time.monotonic``)."""
    _numbers: count[int] = field(default_factory=count)

    async def ask(self, commands: int) -> None:
        """Write so many, as many into each partition, as fast as the broker takes them."""
        partitions = cycle(sorted(self.incidents))
        sent = [await self.one(next(partitions)) for _ in range(commands)]
        await asyncio.gather(*sent)

    async def one(self, partition: int) -> asyncio.Task[None]:
        """Write one into a partition; the task ends once it is safe."""
        number = next(self._numbers)
        incidents = self.incidents[partition]
        command = measure(number, incidents[number // len(self.incidents) % len(incidents)])
        kept = await self.producer.send(
            self.ground.brokers.commands, command_bytes(command), key=command.stream_id.encode()
        )

        async def note() -> None:
            record = await kept
            self.kept_at[record.topic, record.partition][record.offset] = time.monotonic()

        return asyncio.ensure_future(note())

    def handled(self) -> int:
        """How many commands have been decided, of all partitions, since the topic was made."""
        topic = self.ground.brokers.commands
        return sum(at + 1 for place, at in self.ground.positions().items() if place[0] == topic)


@asynccontextmanager
async def load(folder: Path, *, bootstrap: str, database: str) -> AsyncIterator[Load]:
    """A cluster with floods that one worker has opened and that nobody tells of."""
    files = write_house(folder / "org", people=0, buildings=FLOODS, mail_port=9, gateway_port=9)
    async with (
        ground(folder, bootstrap=bootstrap, database=database) as found,
        AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=2) as producer,
    ):
        now = datetime.now(UTC)  # noqa: TID251 - there is no service yet whose clock could be asked
        found.store.transact([lambda unit: unit.add_configuration(files, at=now)])
        found.crew.share(folder / "org" / SECRETS)
        reports = [flood(number) for number in range(FLOODS)]
        for one in reports:
            await producer.send_and_wait(
                found.brokers.reports, report_event(one), key=one.stream_id.encode()
            )
        await found.start_workers(1)
        await found.worked_off()
        await found.stop(found.workers)
        ids = [incident_id(one.stream_id) for one in reports]
        yield Load(ground=found, producer=producer, incidents=_by_partition(ids))


def _by_partition(ids: Sequence[str]) -> dict[int, list[str]]:
    """Where clients put the commands of each incident."""
    shared: dict[int, list[str]] = {}
    for one in ids:
        shared.setdefault(partition_of(one, COMMANDS), []).append(one)
    return shared
