"""From a report at the real HTTP door to the first mail at an SMTP server, one flood at a time."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.benchmarks.disk import synced_writes
from tests.benchmarks.running import Running, service
from tests.benchmarks.sinks import MailSink
from tests.benchmarks.table import Figure, at_most, percentiles

WARM = 10
QUIET = 0.03
"""Seconds without a mail after which the next flood is reported."""
ALERTMANAGER_P50, ALERTMANAGER_P99 = 2.86, 6.14
"""Milliseconds from alert to mail of Alertmanager 0.25 with group_wait 0, which keeps nothing; on
another day's machine: an orientation, not a measurement of this run."""


async def run(folder: Path, floods: int) -> list[Figure]:
    """Report so many floods, each an incident of its own with all its messages."""
    synced = synced_writes(folder)
    async with (
        MailSink(keep=False) as sink,
        service(folder, people=0, buildings=floods + WARM, mail_port=sink.port) as running,
    ):
        cold = await one(running, sink, 0)
        for number in range(1, WARM):
            await one(running, sink, number)
        before = running.cpu()
        samples = [await one(running, sink, WARM + number) for number in range(floods)]
        cpu = (running.cpu() - before) / floods
    synced += synced_writes(folder)
    return _figures(samples, cold, cpu, synced)


async def one(running: Running, sink: MailSink, number: int) -> tuple[float, float]:
    """Seconds to the durable answer and to the first mail; then wait until all is quiet."""
    sink.clear()
    began = time.monotonic()
    async with asyncio.timeout(30):
        await running.report(f"k{number}", f"flood-{number}")
        answered = time.monotonic()
        while not sink.count:  # noqa: ASYNC110 - the sink notes the time itself
            await asyncio.sleep(0.001)
        first = sink.first_at
        while time.monotonic() - sink.last_at < QUIET:  # noqa: ASYNC110 - silence has no event
            await asyncio.sleep(QUIET / 3)
    return answered - began, first - began


def _figures(
    samples: list[tuple[float, float]], cold: tuple[float, float], cpu: float, synced: list[float]
) -> list[Figure]:
    answers, firsts = zip(*samples, strict=True)
    disk50, disk99 = percentiles(synced)
    answer50, answer99 = percentiles(answers)
    first50, first99 = percentiles(firsts)
    number = f"{len(samples)} floods, each with 13 messages"
    return [
        Figure(name="limit: one write with fdatasync, p50", value=disk50 * 1e3, unit="ms"),
        Figure(name="limit: one write with fdatasync, p99", value=disk99 * 1e3, unit="ms"),
        Figure(name="durable answer (202), p50", value=answer50 * 1e3, unit="ms"),
        Figure(name="durable answer (202), p99", value=answer99 * 1e3, unit="ms"),
        at_most("first mail, p50", first50 * 1e3, "ms", 0.8 * ALERTMANAGER_P50, number),
        at_most("first mail, p99", first99 * 1e3, "ms", ALERTMANAGER_P99),
        Figure(
            name="first mail of the first flood after the start", value=cold[1] * 1e3, unit="ms"
        ),
        Figure(
            name="CPU of the service, a flood with all its messages", value=cpu * 1e3, unit="ms"
        ),
    ]
