"""What a test does on a cluster: write, read, and find out who leads."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from tests.cluster.broker import Kafka, Node


async def write(kafka: Kafka, topic: str, *messages: bytes) -> None:
    """Write messages to partition 0, each acknowledged by all replicas before the next."""
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap, acks="all", request_timeout_ms=10_000
    ) as producer:
        for one in messages:
            await producer.send_and_wait(topic, one, partition=0)


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
    """The node that leads partition 0 of a topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        [described] = [one for one in await admin.describe_topics() if one["topic"] == topic]
    finally:
        await admin.close()
    [number] = [one["leader"] for one in described["partitions"] if one["partition"] == 0]
    [leader] = [node for node in kafka.nodes if node.number == number]
    return leader
