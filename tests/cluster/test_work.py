"""A worker between real brokers and a real database: what a door kept is decided, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from structlog.testing import capture_logs

from crisis.codec import acknowledgement_bytes
from crisis.core.commands import Actor, Command, SendBrief
from crisis.core.deciding import Decision
from crisis.core.report import incident_id, report_id
from crisis.ports import Store, Unavailable
from tests.cluster.site import CLOCK, CLUSTER, WITHIN, Site, report, until
from tests.postgres import Postgres

pytestmark = pytest.mark.kafka


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
    [(_, ours)] = letter.headers
    told = json.loads(ours)
    assert told["topic"] == site.names.commands
    assert told["reason"]


async def test_what_a_person_answers_reaches_the_ledger_through_its_topic(
    site: Site, store: Store, postgres: Postgres
) -> None:
    """A receipt is safe while the database is away; read twice, it is written once."""
    postgres.only_ours()
    async with site.door(store) as door, site.worker(), site.dispatcher("one") as one:
        await door.submit(report(0), wait=WITHIN)
        await until(lambda: bool(one["email"].handed))
        mail = one["email"].handed[0].outgoing.delivery_id
        with capture_logs() as said:
            await asyncio.to_thread(postgres.stop)
            try:
                kept = await pressed_twice(site, mail)
                await until(lambda: any(line["event"] in TRIED for line in said))
            finally:
                await asyncio.to_thread(postgres.start)
            await until(lambda: acknowledged(store, mail))
            await until(lambda: positions(store).get(kept[-1][:2]) == kept[-1][2])
    assert not [line for line in said if line["event"] == "a message is set aside"]
    with store.read() as view:
        [written] = [view.delivery(mail)]
    assert written is not None
    assert written.done_at == FIRST, "the second time changes nothing"


TRIED = {
    "the store is away; messages wait in their topic",
    "the store is away; streams wait for their positions",
}
"""What is said when it is tried in vain; the second where its stream had only just begun."""
FIRST = CLOCK.now()


async def pressed_twice(site: Site, mail: str) -> list[tuple[str, int, int]]:
    """Somebody says "I have it", and again a minute later: topic, partition and offset of each."""
    kept = []
    async with site.producer() as front:
        for at in (FIRST, FIRST + timedelta(minutes=1)):
            value = acknowledgement_bytes(mail, at)
            found = await front.send_and_wait(site.names.receipts, value, key=mail.encode())
            kept.append((found.topic, found.partition, found.offset))
    return kept


def positions(store: Store) -> Mapping[tuple[str, int], int]:
    """How far each partition is handled."""
    with store.read() as view:
        return view.positions(CLUSTER)


def acknowledged(store: Store, delivery_id: str) -> bool:
    """Whether the ledger says that a person has it; a store that is away says nothing."""
    with suppress(Unavailable), store.read() as view:
        row = view.delivery(delivery_id)
        return row is not None and row.state == "acknowledged"
    return False


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
