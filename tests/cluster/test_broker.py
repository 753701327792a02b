"""The brokers that these tests stand on can die and stand still, and keep what they have."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from crisis.ports import PerhapsKept
from crisis.runtime.brokers import Keeping
from crisis.runtime.provision import apply, check
from crisis.runtime.topics import REPORTS
from tests.cluster.broker import Kafka
from tests.cluster.wire import leader_of, read, write

pytestmark = pytest.mark.kafka


async def make_topic(kafka: Kafka) -> str:
    """The topic of reports under a name of the test's own."""
    own = replace(REPORTS, family=f"trial-{uuid4().hex}")
    made = await apply(kafka.bootstrap, [own])
    assert (made.created, made.differences) == ((own.name,), ())
    return own.name


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
async def test_nobody_waits_at_a_door_for_a_broker_that_stands_still(
    one_node: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: it is not said to be kept, nor to be lost; and what was handed over arrives."""
    monkeypatch.setattr("crisis.runtime.brokers.KEPT_WITHIN", 1.0)
    topic = await make_topic(one_node)
    [node] = one_node.nodes
    async with AIOKafkaProducer(bootstrap_servers=one_node.bootstrap, acks="all") as producer:
        keeps = Keeping(producer=producer)
        await keeps(topic, b"first", key=b"r")
        node.pause()
        with pytest.raises(PerhapsKept):
            await keeps(topic, b"second", key=b"r")
        node.resume()
        await keeps(topic, b"third", key=b"r")

    assert await read(one_node, topic, 3) == [b"first", b"second", b"third"]


@pytest.mark.slow
async def test_two_of_three_brokers_carry_on(three_nodes: Kafka) -> None:
    """G1: the leader of the reports is killed; what it acknowledged stays, and reports go on.

    Each message stands three times, so that two that are left are enough, and nothing is found
    to be wrong with the topic.
    """
    topic = await make_topic(three_nodes)
    await write(three_nodes, topic, b"before")
    (await leader_of(three_nodes, topic)).kill()
    own = replace(REPORTS, family=topic.removesuffix(".v1"))
    assert (await check(three_nodes.bootstrap, [own])).brokers in {2, 3}  # not known to all yet
    async with asyncio.timeout(30):
        await write(three_nodes, topic, b"after")
    assert await read(three_nodes, topic, 2) == [b"before", b"after"]
    after = await check(three_nodes.bootstrap, [own])
    assert (after.brokers, after.differences) == (2, ())
