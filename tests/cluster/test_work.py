"""A worker between real brokers and a real database: what a door kept is decided, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from crisis.codec import acknowledgement_bytes
from crisis.core.commands import Actor, Command, SendBrief, SubmitReport
from crisis.core.deciding import Decision
from crisis.core.report import incident_id, report_id
from crisis.ports import Store
from crisis.proof.fakes import FakeChannel, fake_channels
from crisis.runtime.brokers import Brokers
from crisis.runtime.clock import ServiceClock
from crisis.runtime.log_inbox import LogInbox
from crisis.runtime.send import Sending
from crisis.runtime.work import Work
from crisis.store import open_store
from tests.cluster.broker import Kafka
from tests.web.house import folder, organisation

pytestmark = pytest.mark.kafka

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
            commands=f"{own}.commands", receipts=f"{own}.receipts",
            dead_letters=f"{own}.dead-letters", workers=f"{own}.workers",
            dispatchers=f"{own}.dispatchers",
        )  # fmt: skip

    async def make_topics(self) -> None:
        """Make them, empty."""
        own = self.names
        names = (own.reports, own.commands, own.receipts, own.dead_letters)
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)
        await admin.start()
        try:
            answer = await admin.create_topics([NewTopic(name, 2, 1) for name in names])
            assert {code for _, code, _ in answer.topic_errors} == {0}
        finally:
            await admin.close()

    def producer(self) -> AIOKafkaProducer:
        """What brings messages into the topics."""
        return AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap, acks="all")

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
                producer, store, CLOCK, reports=self.names.reports, commands=self.names.commands
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


@pytest.fixture
async def site(kafka: Kafka, database: str) -> Site:
    """An organisation, and nothing going on."""
    with closing(open_store(database)) as store:
        store.transact([lambda unit: unit.add_configuration(folder(), at=CLOCK.now())])
    site = Site(kafka, database)
    await site.make_topics()
    return site


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """What a door reads."""
    with closing(open_store(site.database)) as opened:
        yield opened


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


async def test_what_a_door_kept_is_decided_by_a_worker_and_only_once(
    site: Site, store: Store
) -> None:
    """G1: a report becomes an incident, whoever restarts in between; a repeat changes nothing."""
    async with site.door(store) as door:
        kept = await door.submit(report(0), wait=timedelta(seconds=0.2))
        assert not isinstance(kept, Decision), "nobody works yet: the answer follows"
        async with site.worker():
            first = await door.submit(report(0), wait=WITHIN)
            assert isinstance(first, Decision)
            assert first.accepted
        async with site.worker():
            second = await door.submit(report(1), wait=WITHIN)
            assert isinstance(second, Decision)

    with store.read() as view:
        incidents = view.streams("incident")
        assert {one.stream_id for one in incidents} == {
            incident_id(report_id("reception", "0")), incident_id(report_id("reception", "1")),
        }  # fmt: skip
        handled = view.positions(CLUSTER)
    assert sum(offset + 1 for offset in handled.values()) == 3


async def test_what_cannot_be_read_is_a_dead_letter_and_stops_nothing(
    site: Site, store: Store
) -> None:
    """G13: a person sees it with its reason; what comes behind it is decided."""
    key = incident_id(report_id("reception", "0")).encode()
    async with AIOKafkaProducer(bootstrap_servers=site.kafka.bootstrap, acks="all") as anybody:
        await anybody.send_and_wait(site.names.commands, b'{"half": ', key=key)
    async with site.door(store) as door, site.worker():
        await door.submit(report(0), wait=WITHIN)
        brief = Command(
            id="brief", stream="incident", stream_id=key.decode(), body=SendBrief(),
            actor=Actor(kind="person", id="e101"), authority="operator", door="cli", exercise=False,
        )  # fmt: skip
        answer = await door.submit(brief, wait=WITHIN)
        assert isinstance(answer, Decision)

    async with AIOKafkaConsumer(
        site.names.dead_letters, bootstrap_servers=site.kafka.bootstrap,
        auto_offset_reset="earliest",
    ) as reader:  # fmt: skip
        letter = await asyncio.wait_for(reader.getone(), 10)
    assert letter.value == b'{"half": '
    told = {name: json.loads(value) for name, value in letter.headers}
    assert told["crisis-topic"] == site.names.commands
    assert told["crisis-reason"]


async def test_what_a_person_answers_reaches_the_ledger_through_its_topic(
    site: Site, store: Store
) -> None:
    """A receipt is safe while the database is away; read twice, it is written once."""
    async with site.door(store) as door, site.worker(), site.dispatcher("one") as one:
        await door.submit(report(0), wait=WITHIN)
        await until(lambda: bool(one["email"].handed))
        mail = one["email"].handed[0].outgoing.delivery_id
        async with AIOKafkaProducer(bootstrap_servers=site.kafka.bootstrap, acks="all") as front:
            for _ in range(2):
                value = acknowledgement_bytes(mail, CLOCK.now())
                await front.send_and_wait(site.names.receipts, value, key=mail.encode())
        await until(lambda: acknowledged(store, mail))


def acknowledged(store: Store, delivery_id: str) -> bool:
    """Whether the ledger says that a person has it."""
    with store.read() as view:
        row = view.delivery(delivery_id)
    return row is not None and row.state == "acknowledged"


async def test_people_are_told_by_a_dispatcher_beside_the_worker(site: Site, store: Store) -> None:
    """From a report to the mail through three parts that share nothing but log and store (G2)."""
    async with (
        site.door(store) as door,
        site.worker(),
        site.dispatcher("one") as one,
        site.dispatcher("two") as two,
    ):
        await door.submit(report(0), wait=WITHIN)
        await until(lambda: told(store) and all_sent(store))
        sent = [mail.outgoing.delivery_id for each in (one, two) for mail in each["email"].handed]
    assert len(sent) == len(set(sent))
    assert len(sent) > 10


def told(store: Store) -> bool:
    """Whether the incident knows that its messages were sent."""
    opened = incident_id(report_id("reception", "0"))
    with store.read() as view:
        types = [row.type for row in view.events("incident", opened)]
    released = types.count("incident.message-released")
    return released > 0 and types.count("incident.message-sent") == released


def all_sent(store: Store) -> bool:
    """Whether nothing is on its way any more."""
    opened = incident_id(report_id("reception", "0"))
    with store.read() as view:
        tallies = [view.tally(one.id) for one in view.messages(opened)]
    return all(one["sending"] == one["untried"] == 0 for one in tallies)


async def until(seen: Callable[[], bool]) -> None:
    """Wait until something is seen."""
    async with asyncio.timeout(WITHIN.total_seconds()):
        while not seen():  # noqa: ASYNC110 - it is seen in a database
            await asyncio.sleep(0.05)
