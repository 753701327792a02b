"""The brokers that these tests stand on can die and stand still, and keep what they have."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.cluster.broker import Kafka, Node

pytestmark = pytest.mark.kafka


async def make_topic(kafka: Kafka, *, replicas: int = 1) -> str:
    """A topic of the test's own, with one partition."""
    name = f"trial-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        settings = {"flush.messages": "1", "min.insync.replicas": str(max(1, replicas - 1))}
        topic = NewTopic(name, 1, replicas, topic_configs=settings)
        answer = await admin.create_topics([topic])
        assert [code for _, code, _ in answer.topic_errors] == [0], answer
    finally:
        await admin.close()
    return name


async def write(kafka: Kafka, topic: str, *messages: bytes) -> None:
    """Write messages, each acknowledged by all replicas before the next."""
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap, acks="all", request_timeout_ms=10_000
    ) as producer:
        for one in messages:
            await producer.send_and_wait(topic, one)


async def read(kafka: Kafka, topic: str, count: int) -> list[bytes]:
    """The first messages of a topic."""
    async with (
        asyncio.timeout(30),
        AIOKafkaConsumer(
            topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest"
        ) as consumer,
    ):
        return [(await consumer.getone()).value or b"" for _ in range(count)]


async def leader_of(kafka: Kafka, topic: str) -> Node:
    """The node that leads the topic's one partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        [described] = [one for one in await admin.describe_topics() if one["topic"] == topic]
    finally:
        await admin.close()
    [leader] = [node for node in kafka.nodes if node.number == described["partitions"][0]["leader"]]
    return leader


async def test_what_is_written_can_be_read(kafka: Kafka) -> None:
    """The shared broker, or a cluster of one's own, takes a message and gives it back."""
    topic = await make_topic(kafka)
    await write(kafka, topic, b"water", b"fire")
    assert await read(kafka, topic, 2) == [b"water", b"fire"]


@pytest.mark.slow
async def test_a_broker_that_stands_still_or_dies_keeps_its_word(one_node: Kafka) -> None:
    """Paused, a broker takes what it was sent later; killed, it holds all it acknowledged."""
    topic = await make_topic(one_node)
    [node] = one_node.nodes
    node.pause()
    waiting = asyncio.create_task(write(one_node, topic, b"first"))
    done, _ = await asyncio.wait([waiting], timeout=1)
    node.resume()
    assert not done
    await waiting
    await write(one_node, topic, *(b"%d" % number for number in range(50)))
    before = node.pid
    node.kill()
    node.start()
    await asyncio.to_thread(node.wait_until_ready)
    assert node.pid != before
    assert await read(one_node, topic, 51) == [b"first", *(b"%d" % n for n in range(50))]


@pytest.mark.slow
async def test_two_of_three_brokers_carry_on(three_nodes: Kafka) -> None:
    """The leader of a partition is killed: what was acknowledged stays, and writing goes on."""
    topic = await make_topic(three_nodes, replicas=3)
    await write(three_nodes, topic, b"before")
    leader = await leader_of(three_nodes, topic)
    leader.kill()
    began = time.monotonic()
    await write(three_nodes, topic, b"after")
    assert time.monotonic() - began < 30
    assert await read(three_nodes, topic, 2) == [b"before", b"after"]
