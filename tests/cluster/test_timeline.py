"""The timeline topic on real brokers: it is what the document for other systems says."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import closing

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from crisis.codec.cloudevents import HEADERS
from crisis.ports import Recorded, Store
from crisis.runtime import topics
from crisis.runtime.provision import check
from crisis.runtime.publish import lease_name
from crisis.store import open_store
from tests.cluster.parts import READY_WITHIN_S, TAKEN_OVER_WITHIN_S, Parts
from tests.cluster.site import CLUSTER, WITHIN, Site, report, until
from tests.cluster.timeline import is_as_documented, is_the_journal, messages, read

pytestmark = pytest.mark.kafka

LAST = 1_000_000
WAIT_S = TAKEN_OVER_WITHIN_S


def journal(store: Store) -> list[Recorded]:
    """All that has happened."""
    with store.read() as view:
        return view.since(0, LAST)


def reached(store: Store, name: str) -> str | None:
    """Who publishes, once the topic has come as far as the journal."""
    with store.read() as view:
        row, rows = view.leased(name), view.since(0, LAST)
    return row.owner if row and rows and row.reached == rows[-1].position else None


def told(site: Site, store: Store) -> bool:
    """Whether the topic has come as far as the journal."""
    return reached(store, lease_name(site.names.timeline, CLUSTER)) is not None


async def test_what_is_published_is_what_the_document_says(site: Site, store: Store) -> None:
    """G11: two workers, one publishes; nothing is missing, and reports are marked alike."""
    async with site.door(store) as door, site.worker(), site.worker():
        for number in range(4):
            await door.submit(report(number), wait=WITHIN)
        await until(lambda: told(site, store))
    records = await read(site.kafka.bootstrap, site.names.timeline)
    is_as_documented(records)
    is_the_journal(records, journal(store))
    assert len(records) == len(journal(store)), "nobody took over: nothing is repeated"
    kept = await read(site.kafka.bootstrap, site.names.reports)
    assert len(kept) == 4
    for one in kept:
        messages()["report"].validate(json.loads(one.value or b""))
        assert list(one.headers) == HEADERS


async def test_the_next_worker_goes_on_where_the_topic_has_come_to(
    site: Site, store: Store
) -> None:
    """G1: what was decided while nobody published is told by whoever has the lease next."""
    async with site.door(store) as door:
        for number in range(3):
            async with site.worker():
                await door.submit(report(number), wait=WITHIN)
        async with site.worker():
            await until(lambda: told(site, store))
    records = await read(site.kafka.bootstrap, site.names.timeline)
    is_as_documented(records)
    is_the_journal(records, journal(store))


@pytest.mark.slow
def test_a_worker_that_stood_still_past_its_lease_takes_nothing_back(parts: Parts) -> None:
    """G1: another process publishes meanwhile; awake again, the first one may repeat, and stops."""
    bootstrap, topic = parts.env["CRISIS_KAFKA_BOOTSTRAP"], topics.TIMELINE.name
    name = lease_name(topic, asyncio.run(check(bootstrap, topics.TOPICS)).cluster_id)
    before = asyncio.run(ends(bootstrap, topic))
    parts.start("web", "--org", str(parts.folder / "org"), "--port", str(parts.port))
    parts.until(parts.open, READY_WITHIN_S)
    workers = {str(one.pid): one for one in (parts.start("worker"), parts.start("worker"))}

    def decided(reports: int) -> str:
        """Once so many are decided, and told to others: the process that told them."""
        with closing(open_store(parts.database)) as store:
            parts.until(lambda: parts.journal().count("report.routed") == reports, WAIT_S)
            parts.until(lambda: reached(store, name) is not None, WAIT_S)
            return str(reached(store, name)).split("/")[1]

    parts.report(0)
    holder = decided(1)
    workers[holder].send_signal(signal.SIGSTOP)
    for number in range(1, 6):
        parts.report(number)
    successor = decided(6)
    workers[holder].send_signal(signal.SIGCONT)
    for number in range(6, 11):
        parts.report(number)
    assert {holder, successor} == set(workers)
    assert decided(11) == successor
    with closing(open_store(parts.database)) as store:
        is_the_journal(asyncio.run(read(bootstrap, topic, before)), journal(store))


async def ends(bootstrap: str, topic: str) -> dict[TopicPartition, int]:
    """Where a topic ends now: others have written to it before."""
    async with AIOKafkaConsumer(topic, bootstrap_servers=bootstrap) as consumer:
        return dict(await consumer.end_offsets(consumer.assignment()))
