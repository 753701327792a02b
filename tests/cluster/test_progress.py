"""How far the work is, told by real brokers and a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from crisis.ports import Store
from crisis.runtime.gate import Gate
from crisis.runtime.groups import read_up_to
from crisis.runtime.progress import Progress
from crisis.runtime.watch import Watch, watching
from crisis.store import open_store
from tests.cluster.broker import Kafka
from tests.cluster.site import CLOCK, CLUSTER, WITHIN, Site, report
from tests.postgres import Postgres

pytestmark = pytest.mark.kafka


@pytest.fixture
async def watch(site: Site, store: Store) -> AsyncIterator[Watch]:
    """Somebody who looks."""
    async with watching(store=store, clock=CLOCK, brokers=site.names) as watch:
        yield watch


async def rest(watch: Watch) -> Progress:
    """Wait until nothing is on its way."""
    async with asyncio.timeout(WITHIN.total_seconds()):
        while not (found := await watch.look(ages=False)).at_rest():  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.05)
    return found


async def test_what_waits_is_counted_with_its_age(site: Site, store: Store, watch: Watch) -> None:
    """G1: what a door has kept and nobody has handled is seen; then that all is done."""
    before = await watch.look()
    assert (before.waiting(), before.waits_since(), before.at_rest()) == (0, None, True)
    async with site.door(store) as door:
        for number in range(5):
            await door.keep(report(number))
        kept = await watch.look()
        assert kept.waiting(site.names.reports) == kept.waiting() == 5
        since = kept.waits_since(site.names.reports)
        assert since is not None
        assert timedelta() < CLOCK.real() - since < timedelta(seconds=20)
        assert not kept.at_rest()
        async with site.worker(), site.dispatcher("one"):
            done = await rest(watch)
    with store.read() as view:
        assert view.messages(view.streams("incident")[0].stream_id), "somebody was told"
    assert done.waiting() == 0
    last = [one for one in (await watch.look()).partitions if one.topic == site.names.reports]
    assert {one.waits_since for one in last} == {None}
    assert sum(one.ends for one in last) == 5
    assert max(one.last_at for one in last if one.last_at) >= since


async def test_a_message_of_the_ledger_that_nobody_sends_is_no_rest(
    site: Site, store: Store, watch: Watch
) -> None:
    """Every topic is handled, and the ledger owes: the work is not done."""
    async with site.door(store) as door, site.worker():
        await door.submit(report(0), wait=WITHIN)
        found = await watch.look()
        assert found.owed is not None
        assert found.owed.next_attempt_at is not None
        assert found.owed.ledger_lag > timedelta()
        assert not found.at_rest()


async def test_the_marks_of_a_transaction_are_no_message(
    site: Site, store: Store, watch: Watch
) -> None:
    """Somebody else's producer leaves a mark behind its message: it is not taken for one."""
    producer = AIOKafkaProducer(
        bootstrap_servers=site.kafka.bootstrap, transactional_id=uuid4().hex
    )
    async with producer, producer.transaction():
        await producer.send_and_wait(site.names.receipts, b"x", partition=0)
    store.transact([lambda unit: unit.save_position(CLUSTER, site.names.receipts, 0, 0)])
    async with asyncio.timeout(20):
        while (found := await watch.look()).waiting() == 0:  # noqa: ASYNC110 - a moment later
            await asyncio.sleep(0.05)
    assert found.waiting(site.names.receipts) == 1, "an offset that nobody will handle"
    assert found.waits_since() is None, "and nobody waits"
    mark = TopicPartition(site.names.receipts, 0), 1
    assert mark in watch._kept_at, "it is not asked for again with each look"


async def test_the_store_is_away_and_the_positions_are_known(
    kafka: Kafka, postgres: Postgres, site: Site
) -> None:
    """What waits is counted against the last positions that were known."""
    postgres.only_ours()
    with closing(open_store(site.database)) as store:
        async with (
            watching(store=store, clock=CLOCK, brokers=site.names) as watch,
            site.door(store) as door,
        ):
            await door.keep(report(0))
            store.transact([lambda unit: unit.save_position(CLUSTER, site.names.reports, 0, 0)])
            there = await watch.look()
            postgres.stop()
            try:
                away = await watch.look()
            finally:
                postgres.start()
            assert there.store_away is None
            assert away.store_away is not None
            assert away.owed is None
            assert [one.handled for one in away.partitions] == [
                one.handled for one in there.partitions
            ]
            assert not away.at_rest()
            async with asyncio.timeout(20):
                while (await watch.look()).store_away:  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.1)
    assert kafka.bootstrap


async def test_a_door_that_knows_nothing_asks_the_groups_how_far_they_have_read(
    site: Site, store: Store
) -> None:
    """G1: no store, no copy: years of handled reports are in the log, and one waits."""
    async with site.door(store) as door:
        async with site.worker(), watching(store=store, clock=CLOCK, brokers=site.names) as watch:
            for number in range(5):
                await door.keep(report(number))
            await rest_of_reports(watch, site)
            await committed(site, 5)
        async with watching(store=Gate(store, "gone"), clock=CLOCK, brokers=site.names) as blind:
            nothing = await blind.look()
            assert nothing.store_away == "gone"
            assert nothing.waiting(site.names.reports) == 0
            await door.keep(report(5))
            found = await blind.look()
            assert found.waiting(site.names.reports) == 1
            assert not found.at_least(site.names.reports), "the group knows it"
        async with watching(store=Gate(store, "gone"), clock=CLOCK, brokers=site.names) as later:
            assert (await later.look()).waiting(site.names.reports) == 1, "kept before it began"


async def test_a_door_that_nobody_tells_anything_counts_from_when_it_began(
    site: Site, store: Store
) -> None:
    """G1: no group has ever read: what came since it looks is the least that waits, and said so."""
    async with site.door(store) as door:
        for number in range(5):
            await door.keep(report(number))
        async with watching(store=Gate(store, "gone"), clock=CLOCK, brokers=site.names) as blind:
            before = await blind.look()
            assert (before.waiting(), before.at_least(site.names.reports)) == (0, True)
            began = CLOCK.real()
            for number in range(5, 8):
                await door.keep(report(number))
            found = await blind.look()
            assert (found.waiting(), found.at_least(site.names.reports)) == (3, True)
            since = found.waits_since(site.names.reports)
            assert since is not None
            assert since >= began - timedelta(seconds=1)
            blind.known = {(one.topic, one.partition): one.ends - 2 for one in found.partitions}
            kept = await blind.look()
            assert not kept.at_least(site.names.reports), "a copy of the positions is better"


async def rest_of_reports(watch: Watch, site: Site) -> None:
    """Wait until every report has been handled."""
    async with asyncio.timeout(WITHIN.total_seconds()):
        while (await watch.look(ages=False)).waiting(site.names.reports):  # noqa: ASYNC110 - others
            await asyncio.sleep(0.05)


async def committed(site: Site, reports: int) -> None:
    """Wait until the group of workers says that it has read so many reports."""
    async with asyncio.timeout(WITHIN.total_seconds()):
        while True:
            read = await read_up_to(site.names.bootstrap, site.names.workers)
            found = (at + 1 for (topic, _), at in read.items() if topic == site.names.reports)
            if sum(found) == reports:
                return
            await asyncio.sleep(0.1)
