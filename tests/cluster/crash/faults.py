"""What goes wrong: each fault has a name, and mends itself again after a while."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from crisis.codec import report_event
from crisis.core.commands import Actor, Command, SubmitReport
from crisis.core.report import report_id
from crisis.runtime.brokers import Brokers
from tests.cluster.broker import Kafka
from tests.cluster.crash.falls import Blows, Fall, outlasted
from tests.cluster.crash.house import CONNECTIONS, DEPTH
from tests.cluster.crash.letters import Bad, Poison
from tests.cluster.crash.parts import Part, Parts
from tests.cluster.crash.watch import opened
from tests.postgres import Postgres

SESSION_S = 6.0
"""After which a silent worker has lost its partitions, see :mod:`crisis.runtime.cluster`."""
LEASE_S = 6.0
"""After which what a dispatcher claimed is another's."""
AHEAD = 60
"""How far beyond the truth the group's commits are set on purpose."""


@dataclass
class Scene:
    """What faults act upon, and what they leave for the verdict."""

    parts: Parts
    kafka: Kafka
    names: Brokers
    postgres: Postgres
    chance: random.Random
    felled: int = 0
    """How often a dispatcher was stopped on purpose in the middle of its work."""
    blows: Blows = field(default_factory=Blows)
    """What else may make a part fall."""
    absences: list[tuple[float, float]] = field(default_factory=list)
    """From when to when the database was away."""
    submitted: dict[str, str] = field(default_factory=dict)
    """Report -> building, of those that a transaction brought in."""
    poison: Poison = field(default_factory=Poison)
    servers: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One server falls at a time: who loses both at once is another story."""

    def falls(self) -> list[Fall]:
        """Every life that has ended by itself."""
        return [fall for part in self.parts.all() for fall in part.fell]

    def strange(self) -> list[Fall]:
        """Those that nothing explains."""
        return self.blows.unexplained(self.falls())

    def bound(self) -> int:
        """How many mails may come twice: what each dispatcher had on its way as it fell.

        Falls that nothing explains excuse none. A database that is away for longer than a lease
        is as if both had fallen.
        """
        dispatchers = {part.name for part in self.parts.dispatchers}
        strange = self.strange()
        explained = [one for one in self.falls() if one not in strange]
        fell = sum(one.part in dispatchers for one in explained)
        fell += 2 * outlasted(self.absences, LEASE_S)
        return (self.felled + fell) * CONNECTIONS * DEPTH

    async def supervise(self) -> None:
        """Start again whoever ends by itself, as a supervisor does; until cancelled."""
        while True:
            for part in self.parts.all():
                part.supervise()
            await asyncio.sleep(0.5)

    async def settled(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do something with the brokers, and again while they are away."""
        while True:
            try:
                return await act()
            except (KafkaError, OSError):
                await asyncio.sleep(0.3)


async def worker_killed(scene: Scene) -> None:
    """SIGKILL; a new one comes after a while."""
    await _replaced(scene, scene.chance.choice(scene.parts.workers[:2]), signal.SIGKILL)


async def worker_ended(scene: Scene) -> None:
    """SIGTERM, as at an update."""
    await _replaced(scene, scene.chance.choice(scene.parts.workers[:2]), signal.SIGTERM)


async def worker_stopped(scene: Scene) -> None:
    """SIGSTOP for longer than its session: it wakes up as a zombie."""
    await _stopped(scene, scene.chance.choice(scene.parts.workers[:2]), SESSION_S + 2.5)


async def dispatcher_killed(scene: Scene) -> None:
    """SIGKILL in mid-batch; the same one comes again after a while."""
    scene.felled += 1
    await _replaced(scene, scene.chance.choice(scene.parts.dispatchers[:2]), signal.SIGKILL)


async def dispatcher_ended(scene: Scene) -> None:
    """SIGTERM in mid-batch: what is in flight is finished first, so nothing comes twice."""
    await _replaced(scene, scene.chance.choice(scene.parts.dispatchers[:2]), signal.SIGTERM)


async def dispatcher_stopped(scene: Scene) -> None:
    """SIGSTOP in mid-batch for longer than its lease: others send what it had claimed."""
    scene.felled += 1
    await _stopped(scene, scene.chance.choice(scene.parts.dispatchers[:2]), LEASE_S + 2.5)


async def postgres_restarted(scene: Scene) -> None:
    """The database falls as in a power cut."""
    async with scene.servers:
        with scene.blows.dealing():
            began = time.monotonic()
            await asyncio.to_thread(scene.postgres.stop)
            await asyncio.sleep(scene.chance.uniform(0.5, 2.0))
            await asyncio.to_thread(scene.postgres.start)
            scene.absences.append((began, time.monotonic()))


async def broker_killed(scene: Scene) -> None:
    """A broker falls, one of three where there are three, and comes again."""
    node = scene.chance.choice(scene.kafka.nodes)
    async with scene.servers:
        with scene.blows.dealing():
            await asyncio.to_thread(node.kill)
            await asyncio.sleep(scene.chance.uniform(0.5, 2.0))
            node.start()
            await asyncio.to_thread(node.wait_until_ready, len(scene.kafka.nodes))


async def poisoned(scene: Scene) -> None:
    """A message that nobody can read, in each topic."""

    async def act() -> None:
        async with opened(
            AIOKafkaProducer(bootstrap_servers=scene.names.bootstrap, acks="all")
        ) as anybody:
            for topic in (scene.names.reports, scene.names.commands, scene.names.receipts):
                bad = Bad(topic, b'{"poison": "%d", ' % scene.chance.getrandbits(40))
                scene.poison.tried.add(bad)
                key = b"k%d" % scene.chance.getrandbits(20)
                await anybody.send_and_wait(topic, bad.value, key=key)
                scene.poison.kept.append(bad)

    await scene.settled(act)


async def rebalanced(scene: Scene) -> None:
    """A third worker and a third dispatcher join in mid-fan-out, and leave again."""
    number = len(scene.parts.workers) + 1
    more = [scene.parts.worker(number), scene.parts.dispatcher(number)]
    scene.parts.dispatchers.append(more[1])
    for part in more:
        part.start()
    await asyncio.sleep(scene.chance.uniform(5.0, 8.0))
    await asyncio.gather(*(part.end(signal.SIGTERM) for part in more))


async def transactions(scene: Scene) -> None:
    """Somebody writes in transactions: their markers are holes in the numbers of the log."""

    async def act() -> None:
        name = f"trial-{scene.chance.getrandbits(40)}"
        async with opened(
            AIOKafkaProducer(bootstrap_servers=scene.names.bootstrap, transactional_id=name)
        ) as somebody:
            for turn in range(3):
                reports = [_reported(f"{name}-{turn}-{one}") for one in range(4)]
                async with somebody.transaction():
                    for one in reports:
                        await somebody.send_and_wait(
                            scene.names.reports, report_event(one), key=one.stream_id.encode()
                        )
                scene.submitted |= {one.stream_id: "k0" for one in reports}

    await scene.settled(act)


async def commits_ahead(scene: Scene) -> None:
    """Both workers go; what their group has committed is set beyond what the store knows."""
    workers = scene.parts.workers[:2]
    async with workers[0].lock, workers[1].lock:
        await asyncio.gather(*(one.end(signal.SIGTERM) for one in workers))
        await scene.settled(lambda: _set_ahead(scene))
        for one in workers:
            one.start()


FAULTS: Mapping[str, Callable[[Scene], Awaitable[None]]] = {
    "kill worker": worker_killed,
    "term worker": worker_ended,
    "stop worker": worker_stopped,
    "kill dispatcher": dispatcher_killed,
    "term dispatcher": dispatcher_ended,
    "stop dispatcher": dispatcher_stopped,
    "postgres": postgres_restarted,
    "broker": broker_killed,
    "poison": poisoned,
    "rebalance": rebalanced,
    "transactions": transactions,
}
"""What a seed chooses from; :func:`commits_ahead` comes in every second run beside."""


async def _replaced(scene: Scene, part: Part, by: signal.Signals) -> None:
    async with part.lock:
        await part.end(by)
        await asyncio.sleep(scene.chance.uniform(0.5, 3.0))
        part.start()


async def _stopped(scene: Scene, part: Part, seconds: float) -> None:
    async with part.lock:
        with scene.blows.dealing(part.name):
            part.send(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            part.send(signal.SIGCONT)


async def _set_ahead(scene: Scene) -> None:
    """Commit for the group of the workers, which is empty: further than anybody has read."""
    reading = AIOKafkaConsumer(
        bootstrap_servers=scene.names.bootstrap, group_id=scene.names.workers,
        enable_auto_commit=False,
    )  # fmt: skip
    async with opened(reading) as reader:
        found = [
            TopicPartition(topic, partition)
            for topic in (scene.names.reports, scene.names.commands)
            for partition in reader.partitions_for_topic(topic) or range(12)
        ]
        reader.assign(found)
        ends = await reader.end_offsets(found)
        ahead = {tp: (await reader.committed(tp) or 0) + AHEAD for tp in found}
        await reader.commit({tp: min(ahead[tp], ends[tp]) for tp in found})


def _reported(native: str) -> Command:
    """A report as a door writes it."""
    body = SubmitReport(
        source="reception", native_id=native, kind="flood", site="hq", building="k0"
    )
    id_ = report_id("reception", native)
    return Command(
        id=f"submit-{id_}", stream="report", stream_id=id_, body=body,
        actor=Actor(kind="source", id="reception"), authority="source-token", door="reports",
    )  # fmt: skip
