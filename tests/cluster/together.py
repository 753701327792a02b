"""Doors, one worker and one dispatcher of a cluster in one program, as a story needs them.

They share what the parts of a cluster share, brokers and database, and nothing else but the clock
and the channels of the story. Each has connections of its own, as if it ran elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from crisis.core.commands import Command
from crisis.core.deciding import Decision
from crisis.organisation import Organisation
from crisis.ports import Channel, Pending
from crisis.proof.fakes import StoryClock
from crisis.proof.stage import Runtime
from crisis.runtime.brokers import Brokers, Keeping
from crisis.runtime.clock import AdvancedClock
from crisis.runtime.decider import Decider
from crisis.runtime.front import Front
from crisis.runtime.log_inbox import LogInbox
from crisis.runtime.send import Sending
from crisis.runtime.work import Work
from crisis.runtime.world import World
from crisis.store import open_store

PATIENCE = timedelta(seconds=20)
"""How long a story waits for a decision: a first worker of a first group takes its time."""
PARTITIONS = 2


def own_topics(bootstrap: str) -> Brokers:
    """Names that no other story has."""
    own = f"trial-{uuid4().hex[:8]}"
    return Brokers(
        bootstrap=bootstrap, cluster="the cluster of the story", reports=f"{own}.reports",
        commands=f"{own}.commands", receipts=f"{own}.receipts",
        timeline=f"{own}.timeline", dead_letters=f"{own}.dead-letters", workers=f"{own}.workers",
        dispatchers=f"{own}.dispatchers",
    )  # fmt: skip


async def make_topics(brokers: Brokers) -> None:
    """Make them, empty."""
    names = (
        brokers.reports, brokers.commands, brokers.receipts, brokers.timeline,
        brokers.dead_letters,
    )  # fmt: skip
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers.bootstrap)
    await admin.start()
    try:
        answer = await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names])
        assert {code for _, code, _ in answer.topic_errors} == {0}
    finally:
        await admin.close()


class Counted:
    """A producer that knows how far it has written."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
        self._started = asyncio.Event()
        self.under_way = 0
        self.written: dict[tuple[str, int], int] = {}

    async def start(self) -> None:
        """From now on it writes."""
        await self._producer.start()
        self._started.set()

    async def stop(self) -> None:
        """Write what waits, and no more."""
        await self._producer.stop()

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        """Keep a message."""
        self.under_way += 1
        try:
            await self._started.wait()
            kept = await self._producer.send_and_wait(topic, value, key=key, headers=headers)
            place = kept.topic, kept.partition
            self.written[place] = max(kept.offset, self.written.get(place, -1))
        finally:
            self.under_way -= 1
        return kept


class PatientInbox(LogInbox):
    """A door that waits for as long as a story does."""

    async def submit(
        self, command: Command, *, wait: timedelta | None = None
    ) -> Decision | Pending:
        """Answer with the decision."""
        return await super().submit(command, wait=wait or PATIENCE)


class Together(Front):
    """The service in its three kinds of parts."""

    def __init__(
        self,
        *,
        where: str,
        brokers: Brokers,
        clock: AdvancedClock,
        channels: Sequence[Channel],
        known: Organisation,
    ) -> None:
        self.producer = Counted(brokers.bootstrap)
        abilities = {one.name: one.abilities for one in channels}
        stores = [open_store(where) for _ in range(3)]
        super().__init__(
            store=stores[0], secrets={}, link_secret="a secret between pages and messages",
            operator_token="operator", producer=self.producer, abilities=abilities,
            topics=(brokers.reports, brokers.commands, brokers.receipts), clock=clock,
            known=[known],
        )  # fmt: skip
        worlds = (self.world, World(stores[1], known), World(stores[2], known))
        self.inbox = PatientInbox(
            Keeping(producer=self.producer), self.store, clock, reports=brokers.reports,
            commands=brokers.commands,
        )  # fmt: skip
        self._listening.upon("journal", self.inbox.answers.look)
        self.work = Work(
            store=stores[1], clock=clock, abilities=abilities, brokers=brokers,
            producer=self.producer, world=worlds[1],
        )  # fmt: skip
        self.sending = Sending(
            store=stores[2], clock=clock, channels=channels, sign=self.links.of_delivery,
            brokers=brokers, producer=self.producer, owner="dispatcher",
            world=worlds[2],
        )  # fmt: skip
        self.stores, self._brokers, self._seen = stores, brokers, 0
        self._channels = channels
        self.worlds = worlds

    @property
    def decider(self) -> Decider:
        """Who decides, in the worker."""
        return self.work.decider

    async def run(self) -> None:
        """Serve until cancelled."""
        await self.producer.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(super().run())
                group.create_task(self.work.run())
                group.create_task(self.sending.run())
        finally:
            await self.producer.stop()

    async def close(self) -> None:
        """Give back threads and connections; the writers of the parts have ended with them."""
        for channel in self._channels:
            await channel.close()
        self.writer.close()
        for store in self.stores:
            store.close()

    def idle(self) -> bool:
        """Whether every topic is worked off, and no part has anything to do or to hear of."""
        if len({one.organisation().version for one in self.worlds}) > 1:
            return False
        if self.producer.under_way or not self.writer.idle():
            return False
        if not (self.work.idle() and self.sending.idle() and self._worked_off()):
            return False
        with self.store.read() as view:
            news = view.since(self._seen, 10_000)
        if news:  # the bell may still be on its way to the dispatcher
            self._seen = news[-1].position
            self.sending.dispatcher.wake()
            return False
        return True

    def _worked_off(self) -> bool:
        with self.store.read() as view:
            handled = view.positions(self._brokers.cluster)
        written = self.producer.written
        return all(handled.get(place, -1) >= last for place, last in written.items()
                   if place[0] != self._brokers.timeline)  # fmt: skip

    def next_at(self) -> datetime | None:
        """Give the next instant of business time at which anything happens by itself."""
        with self.store.read() as view:
            times = (view.next_due_at(), view.next_attempt_at())
        return min((at for at in times if at is not None), default=None)

    async def advance(self, to: datetime) -> None:
        """Move business time ahead; never back."""
        offset = self.clock.offset + max(to - self.clock.now(), timedelta())
        await self.writer(lambda unit: unit.set_clock_offset(offset))
        self.clock.offset = offset
        self.work.decider.wake()
        self.sending.dispatcher.wake()


class ClusterStage:
    """The parts of a cluster, opened on one database and on topics that stay through a stop."""

    def __init__(self, where: str, brokers: Brokers, known: Organisation) -> None:
        self._where, self._brokers, self._known = where, brokers, known

    async def prepare(self, files: Mapping[str, str], at: datetime) -> None:
        """Make topics, and put the organisation into the database."""
        await make_topics(self._brokers)
        with closing(open_store(self._where)) as store:
            store.transact([lambda unit: unit.add_configuration(files, at=at)])

    def open(self, clock: StoryClock, channels: Iterable[Channel]) -> Runtime:
        """Open them on what the last ones left."""
        return Together(
            where=self._where, brokers=self._brokers, clock=clock, channels=list(channels),
            known=self._known,
        )  # fmt: skip

    async def shut(self, runtime: Runtime) -> None:
        """Let go of them; what is durable stays."""
        assert isinstance(runtime, Together)
        await runtime.close()
