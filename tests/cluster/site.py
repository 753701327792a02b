"""One site of a test: topics of its own, a database, and whoever works on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from crisis.core.commands import Actor, Command, SubmitReport
from crisis.core.report import report_id
from crisis.ports import Store
from crisis.proof.fakes import FakeChannel, fake_channels
from crisis.runtime.brokers import Brokers, Keeping
from crisis.runtime.clock import ServiceClock
from crisis.runtime.log_inbox import LogInbox
from crisis.runtime.send import Sending
from crisis.runtime.topics import DEAD_LETTERS
from crisis.runtime.work import Work
from crisis.store import open_store
from tests.cluster.broker import Kafka
from tests.web.house import organisation

CLUSTER = "the cluster of the test"
CLOCK = ServiceClock()
CLOCK.offset = datetime(2027, 1, 12, 9, 0, tzinfo=UTC) - CLOCK.real()
"""A Tuesday morning: people are there, and no night keeps a message back."""
WITHIN = timedelta(seconds=20)
"""A first worker of a first group takes its time."""


class Site:
    """Topics of its own, one database, and whoever works on them."""

    def __init__(self, kafka: Kafka, database: str) -> None:
        own = uuid4().hex[:8]
        self.kafka, self.database = kafka, database
        self.names = Brokers(
            bootstrap=kafka.bootstrap, cluster=CLUSTER, reports=f"{own}.reports",
            commands=f"{own}.commands", receipts=f"{own}.receipts", timeline=f"{own}.timeline",
            dead_letters=f"{own}.dead-letters", workers=f"{own}.workers",
            dispatchers=f"{own}.dispatchers",
        )  # fmt: skip

    async def make_topics(self) -> None:
        """Make them, empty."""
        own = self.names
        made = [NewTopic(one, 2, 1) for one in (own.reports, own.commands, own.receipts)]
        made.append(NewTopic(own.timeline, 2, 1))
        made.append(NewTopic(own.dead_letters, 1, 1, topic_configs=DEAD_LETTERS.settings(1)))
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)
        await admin.start()
        try:
            answer = await admin.create_topics(made)
            assert {code for _, code, _ in answer.topic_errors} == {0}
        finally:
            await admin.close()

    def producer(self) -> AIOKafkaProducer:
        """What brings messages into the topics."""
        return AIOKafkaProducer(
            bootstrap_servers=self.kafka.bootstrap, acks="all",
            max_request_size=DEAD_LETTERS.largest,
        )  # fmt: skip

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker for the time of the block, with connections of its own."""
        channels = fake_channels(organisation(), CLOCK)
        with closing(open_store(self.database)) as store:
            async with self.producer() as producer:
                work = Work(
                    store=store, clock=CLOCK, brokers=self.names, producer=producer,
                    abilities={name: one.abilities for name, one in channels.items()},
                )  # fmt: skip
                async with running(work.run()):
                    yield

    @asynccontextmanager
    async def dispatcher(self, owner: str) -> AsyncIterator[dict[str, FakeChannel]]:
        """A dispatcher for the time of the block; gives the channels that it has."""
        channels = fake_channels(organisation(), CLOCK)
        with closing(open_store(self.database)) as store:
            async with self.producer() as producer:
                sending = Sending(
                    store=store, clock=CLOCK, channels=list(channels.values()),
                    sign=lambda row, _: f"https://crisis.example.org/a/{row.id}",
                    brokers=self.names, producer=producer, owner=owner,
                )  # fmt: skip
                async with running(sending.run()):
                    yield channels

    @asynccontextmanager
    async def door(self, store: Store) -> AsyncIterator[LogInbox]:
        """A door of another process."""
        async with self.producer() as producer:
            yield LogInbox(
                Keeping(producer=producer),
                store,
                CLOCK,
                reports=self.names.reports,
                commands=self.names.commands,
            )


@asynccontextmanager
async def running(part: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let a part run for the time of the block."""
    task = asyncio.create_task(part)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def report(number: int) -> Command:
    """Somebody reports water at another place each time."""
    native = str(number)
    body = SubmitReport(
        source="reception",
        native_id=native,
        kind="flood",
        site="hq",
        building="a" if number else "b",
    )
    return Command(
        id=f"report-{native}", stream="report", stream_id=report_id("reception", native),
        body=body, actor=Actor(kind="source", id="reception"), authority="source", door="reports",
        exercise=False,
    )  # fmt: skip


async def until(seen: Callable[[], bool]) -> None:
    """Wait until something is seen."""
    async with asyncio.timeout(WITHIN.total_seconds()):
        while not seen():  # noqa: ASYNC110 - it is seen in a database
            await asyncio.sleep(0.05)
