"""The timeline topic on real brokers: it is what the document for other systems says."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord
from jsonschema import Draft7Validator

from crisis.codec.cloudevents import HEADERS
from crisis.ports import Recorded, Store
from crisis.runtime.publish import lease_name
from tests.cluster.site import CLUSTER, WITHIN, Site, report, until
from tests.house.source import ROOT

pytestmark = pytest.mark.kafka

LAST = 1_000_000


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


def told(site: Site, store: Store) -> bool:
    """Whether the topic has come as far as the journal."""
    with store.read() as view:
        row = view.leased(lease_name(site.names.timeline, CLUSTER))
        rows = view.since(0, LAST)
    return row is not None and bool(rows) and row.reached == rows[-1].position


async def read(site: Site, topic: str) -> list[ConsumerRecord[bytes, bytes]]:
    """All that stands in a topic, each partition in its order."""
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=site.kafka.bootstrap, auto_offset_reset="earliest"
    ) as consumer:
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
    records = await read(site, site.names.timeline)
    is_the_journal(records, journal(store))
    assert len(records) == len(journal(store)), "nobody took over: nothing is repeated"
    kept = await read(site, site.names.reports)
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
    is_the_journal(await read(site, site.names.timeline), journal(store))
