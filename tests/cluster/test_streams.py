"""Streams on a real broker: every message once, in order, from where the store says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from structlog.testing import capture_logs

from crisis.ports import Unavailable
from crisis.runtime.cluster import GLANCES, LOOK, Streams, StreamsEnded, flow, streams
from crisis.runtime.worker import Entry, Handled
from tests.cluster.broker import Kafka

pytestmark = pytest.mark.kafka

PARTITIONS = 4


class Desk:
    """A worker that remembers what came, and where it stands, as a store would."""

    def __init__(self, kafka: Kafka) -> None:
        self.kafka = kafka
        self.topic = f"test.{uuid4().hex[:8]}"
        self.group = f"group-{uuid4().hex[:8]}"
        self.came: list[bytes | None] = []
        self.handled: dict[tuple[str, int], int] = {}
        self.ended: object = None
        self.goes = asyncio.Event()
        """Until it is set, a message stays in hand."""
        self.goes.set()

    async def handle(self, entry: Entry) -> None:
        """Take one message."""
        await asyncio.sleep(0)
        await self.goes.wait()
        self.came.append(entry.value)
        self.handled[entry.topic, entry.partition] = entry.offset

    async def meet(self, topic: str, begins: Mapping[int, int], *, anew: bool) -> None:
        """Remember which partitions there are."""
        there = {(topic, one): begins[one] - 1 for one in begins}
        self.handled = self.handled | there if anew else there | self.handled

    @asynccontextmanager
    async def working(
        self, handled: Mapping[tuple[str, int], int], *, asked: Handled | None = None
    ) -> AsyncIterator[Streams]:
        """A worker for the time of the block, which goes on where it is told."""
        app = streams(
            brokers=self.kafka.bootstrap, group=self.group, topics=[self.topic],
            handle=self.handle, handled=asked or (lambda: dict(handled)), met=self.meet,
        )  # fmt: skip
        task = asyncio.create_task(flow(app))
        try:
            yield app
        finally:
            task.cancel()
            self.ended = (await asyncio.gather(task, return_exceptions=True))[0]

    async def until(self, count: int, within: float = 20.0) -> None:
        """Wait until so many have come; and a little longer, for what should not come."""
        async with asyncio.timeout(within):
            while len(self.came) < count:  # noqa: ASYNC110 - they come from another process
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)

    async def say(self, first: int, last: int, *, partitions: int = PARTITIONS) -> None:
        """Write numbered messages to one partition after the other."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap, acks="all")
        await producer.start()
        try:
            for number in range(first, last):
                await producer.send(self.topic, b"%d" % number, partition=number % partitions)
            await producer.flush()
        finally:
            await producer.stop()

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """Whoever makes topics, and deletes what is in them."""
        client = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)
        await client.start()
        try:
            yield client
        finally:
            await client.close()

    async def remake(self) -> None:
        """Delete the topic, and make it again with as many partitions."""
        async with self.admin() as client:
            await client.delete_topics([self.topic])
        await self.make()

    async def make(self, partitions: int = PARTITIONS) -> None:
        """Make the topic, and wait until it is there."""
        async with self.admin() as client:
            for _ in range(100):
                made = await client.create_topics([NewTopic(self.topic, partitions, 1)])
                if made.topic_errors[0][1] == 0:
                    return
                await asyncio.sleep(0.1)
        raise AssertionError("the topic cannot be made")


@pytest.fixture
async def desk(kafka: Kafka) -> Desk:
    """A topic of its own, with nothing in it."""
    desk = Desk(kafka)
    await desk.make()
    return desk


def numbers(desk: Desk) -> list[int]:
    """What came, as numbers."""
    return [int(value or b"-1") for value in desk.came]


async def test_every_message_comes_once_in_the_order_of_its_partition(desk: Desk) -> None:
    """G1: nothing is lost between the door and the worker."""
    await desk.say(0, 200)
    async with desk.working({}):
        await desk.until(200)

    assert sorted(numbers(desk)) == list(range(200))
    for partition in range(PARTITIONS):
        mine = [one for one in numbers(desk) if one % PARTITIONS == partition]
        assert mine == sorted(mine)


async def test_a_worker_goes_on_where_the_store_says_and_not_where_the_group_does(
    desk: Desk,
) -> None:
    """What the group has committed is ahead of the truth: the store is believed."""
    await desk.say(0, 100)
    async with desk.working({}):
        await desk.until(100)
        await asyncio.sleep(1.0)  # the group commits its own positions meanwhile
    desk.came.clear()
    behind = {key: offset - 5 for key, offset in desk.handled.items()}
    await desk.say(100, 120)
    async with desk.working(behind):
        await desk.until(40)

    assert sorted(numbers(desk)) == list(range(80, 120))


async def test_a_topic_that_was_made_anew_is_read_from_its_beginning(desk: Desk) -> None:
    """G1: what is below yesterday's position is not thrown away; the log says that it is new."""
    await desk.say(0, 40)
    with capture_logs() as logs:
        async with desk.working({(desk.topic, n): 499 for n in range(PARTITIONS)}):
            await desk.until(40)

    assert sorted(numbers(desk)) == list(range(40))
    alarms = [one for one in logs if one.get("trouble") == "another-log"]
    assert {one["partition"] for one in alarms} == set(range(PARTITIONS))
    assert all((one["first"], one["last"]) == (10, 499) for one in alarms)


async def test_what_retention_took_before_it_was_read_is_named(desk: Desk) -> None:
    """G1: a loss is loud, with its range, and the rest is handled."""
    await desk.say(0, 40)
    async with desk.admin() as client:
        from aiokafka import TopicPartition

        await client.delete_records({TopicPartition(desk.topic, 0): RecordsToDelete(6)})
    with capture_logs() as logs:
        async with desk.working({(desk.topic, n): 2 for n in range(PARTITIONS)}):
            await desk.until(25)

    lost = [one for one in logs if one.get("trouble") == "lost"]
    assert [(one["partition"], one["first"], one["last"]) for one in lost] == [(0, 3, 5)]
    assert 24 in numbers(desk)
    assert 20 not in numbers(desk)


async def test_messages_that_a_rebalance_breaks_off_end_nobody(kafka: Kafka) -> None:
    """G13: several at once are no crash; whoever has their partitions now handles them."""
    desk, partitions = Desk(kafka), 16
    await desk.make(partitions)
    await desk.say(0, 160, partitions=partitions)
    desk.goes.clear()
    async with desk.working({}) as first:
        await asyncio.sleep(4.0)
        async with desk.working({}) as second:
            async with asyncio.timeout(20):
                while not second.following:  # noqa: ASYNC110 - it is told by an attribute only
                    await asyncio.sleep(0.05)
            desk.goes.set()
            await desk.until(160)
            await asyncio.sleep(1.0)
            assert len(second.following) == partitions / 2
            assert not first.should_stop

    assert set(numbers(desk)) == set(range(160))


@asynccontextmanager
async def transactions(desk: Desk) -> AsyncIterator[AIOKafkaProducer]:
    """A producer whose transactions leave marks in the log, which are no messages."""
    async with AIOKafkaProducer(
        bootstrap_servers=desk.kafka.bootstrap, transactional_id=f"sender-{uuid4().hex}"
    ) as producer:
        yield producer


async def test_the_marks_of_transactions_are_holes_that_are_believed_once_read_again(
    desk: Desk,
) -> None:
    """Offsets without a message: the log is asked again, and the next message is handled."""
    async with transactions(desk) as producer:
        for number in (0, 4, 8):
            async with producer.transaction():
                await producer.send_and_wait(desk.topic, b"%d" % number, partition=0)
    with capture_logs() as logs:
        async with desk.working({}):
            await desk.until(3)

    assert numbers(desk) == [0, 4, 8]
    holes = [one for one in logs if one["event"] == "a gap in a topic was read again"]
    assert [(one["first"], one["last"], one["messages"]) for one in holes] == [(1, 1, 0), (3, 3, 0)]


async def test_a_message_that_the_client_has_dropped_is_found_in_the_log(desk: Desk) -> None:
    """G1: a hole is not believed before the log itself has said so."""
    await desk.say(0, 40)
    async with desk.working({}) as app:
        await desk.until(40)
        for tp in app.following:
            app.following[tp] -= 3  # as if the last three had never come
        await desk.say(40, 44)
        await desk.until(56)

    assert sorted(numbers(desk)[40:]) == sorted([*range(28, 40), *range(40, 44)])
    for partition in range(PARTITIONS):
        mine = [one for one in numbers(desk)[40:] if one % PARTITIONS == partition]
        assert mine == sorted(mine)


async def test_streams_that_have_ended_say_so(desk: Desk) -> None:
    """A crashed Faust leaves its process standing: whoever waits for it is told."""
    async with desk.working({}) as app:
        await desk.until(0)
        await app.crash(RuntimeError("no more"))
        await asyncio.sleep(2 * LOOK)
    assert isinstance(desk.ended, StreamsEnded)


async def test_a_topic_that_is_made_anew_while_it_is_read_loses_nothing(desk: Desk) -> None:
    """G1: whether a rebalance tells of it or not; the new log grows beyond where reading stood."""
    await desk.say(0, 40)
    with capture_logs() as logs:
        async with desk.working({}, asked=lambda: dict(desk.handled)) as app:
            await desk.until(40)
            await desk.remake()
            async with asyncio.timeout(30):
                while not app.leaving and any(app.following.values()):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.05)
        await desk.say(100, 160)
        async with desk.working({}, asked=lambda: dict(desk.handled)):
            await desk.until(100)

    assert sorted(numbers(desk)) == [*range(40), *range(100, 160)]
    assert {one["partition"] for one in logs if "made anew" in one["event"]} == {0, 1, 2, 3}


async def test_streams_over_a_log_that_ends_before_what_was_read_of_it_end(desk: Desk) -> None:
    """G1: it is another log, and only who begins anew asks where it begins."""
    with capture_logs() as logs:
        async with desk.working({}) as app:
            while not app.following:  # noqa: ASYNC110 - it is told by an attribute only
                await asyncio.sleep(0.05)
            app.following[min(app.following)] = 100
            async with asyncio.timeout(4 * GLANCES * LOOK):
                while not app.leaving:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.05)

    assert isinstance(desk.ended, StreamsEnded)
    [alarm] = [one for one in logs if "made anew" in one["event"]]
    assert (alarm["partition"], alarm["first"], alarm["last"]) == (0, 0, 99)


async def test_streams_wait_for_a_store_that_is_away_and_then_go_on(desk: Desk) -> None:
    """G1: nothing flows, and nobody dies, before somebody can say where to go on."""
    away = True

    def asked() -> dict[tuple[str, int], int]:
        if away:
            raise Unavailable("the connection is lost")
        return {(desk.topic, n): -1 for n in range(PARTITIONS)}

    await desk.say(0, 40)
    async with desk.working({}, asked=asked):
        await asyncio.sleep(4.0)
        assert desk.came == []
        away = False
        await desk.until(40)
    assert sorted(numbers(desk)) == list(range(40))


async def test_streams_that_wait_for_a_store_end_when_they_are_told(desk: Desk) -> None:
    """Whoever stops a part while the database is away does not wait for it."""

    def asked() -> dict[tuple[str, int], int]:
        raise Unavailable("the connection is lost")

    loop = asyncio.get_running_loop()
    async with desk.working({}, asked=asked):
        await asyncio.sleep(3.0)
        began = loop.time()
    assert loop.time() - began < 5.0
