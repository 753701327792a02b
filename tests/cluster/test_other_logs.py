"""Log and store no longer fit each other: what was lost or comes again is named, loudly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, MutableMapping, Sequence
from contextlib import asynccontextmanager, closing
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from sqlalchemy import make_url
from structlog.testing import capture_logs

from crisis.core.report import report_id
from crisis.ports import Store
from crisis.store import open_store
from tests.cluster.broker import Kafka
from tests.cluster.site import CLUSTER, WITHIN, Site, report
from tests.postgres import Postgres

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

Logs = Sequence[MutableMapping[str, Any]]


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """What a door reads."""
    with closing(open_store(site.database)) as opened:
        yield opened


@asynccontextmanager
async def admin(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    """Whoever may change topics."""
    client = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def decided(site: Site, store: Store, *numbers: int) -> None:
    """Report, and wait until each is decided; the group commits what it has read."""
    async with site.door(store) as door:
        for number in numbers:
            await door.submit(report(number), wait=WITHIN)
    await asyncio.sleep(1.0)


async def kept(site: Site, store: Store, *numbers: int) -> None:
    """Report while nobody works."""
    async with site.door(store) as door:
        for number in numbers:
            await door.keep(report(number))


def alarms(logs: Logs, site: Site, trouble: str) -> dict[int, tuple[int, int]]:
    """Partition of the reports' topic -> the range that an alarm names."""
    return {
        one["partition"]: (one["first"], one["last"]) for one in logs
        if one.get("trouble") == trouble and one["topic"] == site.names.reports
    }  # fmt: skip


def routed(store: Store) -> list[str]:
    """The reports that ended in an incident, in order."""
    with store.read() as view:
        return [one.stream_id for one in view.since(0, 10_000) if one.type == "report.routed"]


def ids(*numbers: int) -> set[str]:
    """The ids of reports."""
    return {report_id("reception", str(one)) for one in numbers}


async def test_topics_made_anew_are_read_from_their_beginning(site: Site, store: Store) -> None:
    """G1: also where they are longer by now than the old ones were; what was skipped is named."""
    async with site.worker():
        await decided(site, store, *range(4))
    async with admin(site.kafka) as client:
        await client.delete_topics([site.names.reports])
        for _ in range(100):
            made = await client.create_topics([NewTopic(site.names.reports, 2, 1)])
            if made.topic_errors[0][1] == 0:
                break
            await asyncio.sleep(0.1)
    await kept(site, store, *range(10, 30))
    with store.read() as view:
        before = view.positions(CLUSTER)
    with capture_logs() as logs:
        async with site.worker():
            await decided(site, store, 30)

    assert set(routed(store)) == ids(*range(4), *range(10, 31)), "not one of them is lost"
    assert len(routed(store)) == 25
    assert alarms(logs, site, "unsure") == {
        partition: (0, offset) for (topic, partition), offset in before.items()
        if topic == site.names.reports and offset >= 0
    }  # fmt: skip


async def test_partitions_that_were_added_are_read_and_named(site: Site, store: Store) -> None:
    """G1: what stood in them before a worker knew of them is handled; the order is not sure."""
    async with site.worker():
        await decided(site, store, *range(4))
    async with admin(site.kafka) as client:
        await client.create_partitions({site.names.reports: NewPartitions(3)})
        await asyncio.sleep(0.5)
    await kept(site, store, *range(10, 30))
    with capture_logs() as logs:
        async with site.worker():
            await decided(site, store, 30)

    assert set(routed(store)) == ids(*range(4), *range(10, 31))
    assert len(routed(store)) == 25
    [(partition, (first, last))] = alarms(logs, site, "new-partition").items()
    assert (partition, first) == (2, 0)
    assert last >= 0, "reports stood in it"


async def test_yesterday_s_database_handles_again_what_came_since(
    site: Site, postgres: Postgres
) -> None:
    """G1: nothing that was reported since is lost; the alarm says what people may get twice."""
    with closing(open_store(site.database)) as store:
        async with site.worker():
            await decided(site, store, 0)
    yesterday = f"crisis_test_{uuid4().hex}"
    postgres.execute(f"CREATE DATABASE {yesterday} TEMPLATE {make_url(site.database).database}")
    with closing(open_store(site.database)) as store:
        async with site.worker():
            await decided(site, store, *range(1, 9))
        with store.read() as view:
            stood = view.positions(CLUSTER)
    site.database = postgres.address(yesterday)
    with closing(open_store(site.database)) as store:
        with store.read() as view:
            back = view.positions(CLUSTER)
        with capture_logs() as logs:
            async with site.worker():
                await decided(site, store, 9)
        with store.read() as view:
            opened = [row.stream_id for row in view.streams("incident")]
        assert set(routed(store)) == ids(*range(10))
        assert len(routed(store)) == 10
    postgres.execute(f"DROP DATABASE {yesterday} WITH (FORCE)")

    assert len(opened) == 2
    assert alarms(logs, site, "older-store") == {
        partition: (back[topic, partition] + 1, offset)
        for (topic, partition), offset in stood.items()
        if topic == site.names.reports and offset > back[topic, partition]
    }  # fmt: skip
    said = next(one["event"] for one in logs if one.get("trouble") == "older-store")
    assert "may be sent again" in said
