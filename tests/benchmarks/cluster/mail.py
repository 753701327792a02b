"""From a report at the door to the first mail: on a cluster, and in one process, in turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aiohttp
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from crisis.cli.folder import SECRETS
from tests.benchmarks.first_mail import WARM, one
from tests.benchmarks.house import write_house
from tests.benchmarks.running import Running, service
from tests.benchmarks.sinks import MailSink, PhoneSink
from tests.benchmarks.table import Figure, at_most, percentiles
from tests.cluster.ground import ground

MORE_MS = 15.0
"""The goal: what a cluster may take longer than one process."""
TURN = 20
"""Floods in a row on one of them."""


async def run(folder: Path, *, bootstrap: str, database: str, floods: int) -> list[Figure]:
    """Report as many floods to each, an incident each; then a broker's round trips."""
    buildings = floods + WARM
    (folder / "embedded").mkdir()
    (folder / "cluster").mkdir()
    async with (
        MailSink(keep=False) as here,
        MailSink(keep=False) as there,
        service(
            folder / "embedded", people=0, buildings=buildings, mail_port=here.port
        ) as embedded,
        _cluster(
            folder / "cluster", bootstrap, database, buildings=buildings, mail_port=there.port
        ) as cluster,
    ):
        samples = await _in_turns(((embedded, here), (cluster, there)), floods)
    trips = await _round_trips(bootstrap)
    return _figures(samples, trips)


async def _in_turns(
    pairs: tuple[tuple[Running, MailSink], ...], floods: int
) -> list[list[tuple[float, float]]]:
    for running, sink in pairs:
        for number in range(WARM):
            await one(running, sink, number)
    samples: list[list[tuple[float, float]]] = [[] for _ in pairs]
    for begin in range(WARM, WARM + floods, TURN):
        for (running, sink), found in zip(pairs, samples, strict=True):
            for number in range(begin, min(begin + TURN, WARM + floods)):
                found.append(await one(running, sink, number))
    return samples


@asynccontextmanager
async def _cluster(
    folder: Path, bootstrap: str, database: str, *, buildings: int, mail_port: int
) -> AsyncIterator[Running]:
    """Doors, two workers and two dispatchers, all on this machine."""
    org = folder / "org"
    async with (
        PhoneSink.listening() as port,
        aiohttp.ClientSession() as session,
        ground(folder, bootstrap=bootstrap, database=database) as found,
    ):
        write_house(org, people=0, buildings=buildings, mail_port=mail_port, gateway_port=port)
        found.crew.share(org / SECRETS)
        url = await found.open_doors(org)
        await found.start_workers(2)
        await found.start_dispatchers(2)
        token = (folder / "home" / "operator-token").read_text("utf-8").strip()
        pid = found.crew.started[0].pid
        yield Running(folder=folder, url=url, token=token, pid=pid, session=session)


async def _round_trips(bootstrap: str, number: int = 300) -> list[float]:
    """Seconds from a message to whoever reads its topic, where each is written to the disk."""
    name = f"trial-{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        made = NewTopic(name, 1, 1, topic_configs={"flush.messages": "1"})
        await admin.create_topics([made])
        trips = []
        async with (
            AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer,
            AIOKafkaConsumer(name, bootstrap_servers=bootstrap) as consumer,
        ):
            for _ in range(number):
                began = time.monotonic()
                await asyncio.gather(producer.send_and_wait(name, b"x" * 1000), consumer.getone())
                trips.append(time.monotonic() - began)
        await admin.delete_topics([name])
    finally:
        await admin.close()
    return trips[WARM:]


def _figures(samples: list[list[tuple[float, float]]], trips: list[float]) -> list[Figure]:
    trip50, trip99 = percentiles(trips)
    figures = [
        Figure(name="limit: round trip of a message, p50", value=trip50 * 1e3, unit="ms"),
        Figure(name="limit: round trip of a message, p99", value=trip99 * 1e3, unit="ms"),
    ]
    embedded, cluster = samples
    for who, found in (("one process", embedded), ("cluster", cluster)):
        answers, _ = zip(*found, strict=True)
        figures += _both(f"durable answer (202), {who}", list(answers))
    here50, here99 = percentiles([first for _, first in embedded])
    there50, there99 = percentiles([first for _, first in cluster])
    number = f"{len(cluster)} floods each, in turns"
    return [
        *figures,
        Figure(name="first mail, one process, p50", value=here50 * 1e3, unit="ms"),
        Figure(name="first mail, one process, p99", value=here99 * 1e3, unit="ms"),
        at_most("first mail, cluster, p50", there50 * 1e3, "ms", here50 * 1e3 + MORE_MS, number),
        Figure(name="first mail, cluster, p99", value=there99 * 1e3, unit="ms"),
        Figure(name="cluster to one process, p50", value=there50 / here50, unit="×"),
    ]


def _both(name: str, samples: list[float]) -> list[Figure]:
    p50, p99 = percentiles(samples)
    return [
        Figure(name=f"{name}, p50", value=p50 * 1e3, unit="ms"),
        Figure(name=f"{name}, p99", value=p99 * 1e3, unit="ms"),
    ]
