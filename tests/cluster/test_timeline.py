"""The timeline topic on real brokers: it is what the document for other systems says."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord
from jsonschema import Draft7Validator

from crisis.codec.cloudevents import HEADERS
from crisis.ports import Recorded, Store
from crisis.runtime import topics
from crisis.runtime.provision import check
from crisis.runtime.publish import lease_name
from crisis.store import open_store
from tests.cluster.parts import READY_WITHIN_S, TAKEN_OVER_WITHIN_S, Parts
from tests.cluster.site import CLUSTER, WITHIN, Site, report, until
from tests.house.source import ROOT

pytestmark = pytest.mark.kafka

LAST = 1_000_000
WAIT_S = TAKEN_OVER_WITHIN_S


@cache
def messages() -> Any:
    """Type -> how its whole message must look."""
    document = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))
    shared = document["components"]
    return {
        name: Draft7Validator({**one["payload"], "components": shared})
        for name, one in shared["messages"].items()
    }


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


async def read(
    bootstrap: str, topic: str, begin: Mapping[TopicPartition, int] | None = None
) -> list[ConsumerRecord[bytes, bytes]]:
    """All that stands in a topic from there on, each partition in its order."""
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        for tp, offset in (begin or {}).items():
            consumer.seek(tp, offset)
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[ConsumerRecord[bytes, bytes]] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            batch = await asyncio.wait_for(consumer.getmany(timeout_ms=1000), 10)
            found += [one for records in batch.values() for one in records]
        return found


def is_the_journal(records: list[ConsumerRecord[bytes, bytes]], rows: list[Recorded]) -> None:
    """Each message is as documented; repeats dropped, each key has its stream in order."""
    of_key: dict[str, dict[str, str]] = {}
    for one in records:
        event = json.loads(one.value or b"")
        messages()[event["type"]].validate(event)
        assert list(one.headers) == HEADERS
        assert (one.key or b"").decode() == event["subject"]
        of_key.setdefault(event["subject"], {}).setdefault(event["id"], event["sequence"])
    expected: dict[str, list[str]] = {}
    for row in rows:
        expected.setdefault(row.stream_id, []).append(f"{row.stream}/{row.stream_id}/{row.seq}")
    assert {key: list(ids) for key, ids in of_key.items()} == expected
    assert all(sorted(ids.values()) == list(ids.values()) for ids in of_key.values())


async def test_what_is_published_is_what_the_document_says(site: Site, store: Store) -> None:
    """G11: two workers, one publishes; nothing is missing, and reports are marked alike."""
    async with site.door(store) as door, site.worker(), site.worker():
        for number in range(4):
            await door.submit(report(number), wait=WITHIN)
        await until(lambda: told(site, store))
    records = await read(site.kafka.bootstrap, site.names.timeline)
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
    is_the_journal(await read(site.kafka.bootstrap, site.names.timeline), journal(store))


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
