"""Faust: streams carried to a worker, spread over any number of them. The only file that knows it.

Faust and Kafka order and spread the work; they are never asked to remember. Positions come from
the store, where each is written with what its message came to, and what Faust commits to its group
is only for people to look at. Faust acknowledges a message whose agent has raised, and goes on: so
nothing is raised here, and what must not happen ends the process, whose partitions move on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar, cast

import faust
import structlog
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP

from crisis.runtime.positions import resume
from crisis.runtime.worker import Entry

_log = structlog.get_logger(__name__)

SESSION = 6.0
"""Seconds after which a worker that is silent has lost its partitions: Apache's least."""
GONE = 70
"""Exit code of a process that has met what must not happen (EX_SOFTWARE)."""

Handle = Callable[[Entry], Awaitable[None]]
Handled = Callable[[], Mapping[tuple[str, int], int]]
"""Topic and partition -> the last offset that the store has handled."""


class FromTheStore(Consumer):
    """A consumer that goes on where the store says."""

    async def perform_seek(self) -> None:
        """Hold each stored position against the log, and seek there."""
        partitions = self.assignment()
        if not partitions:
            return
        begins = await self.earliest_offsets(*partitions)
        ends = await self.highwaters(*partitions)
        handled = await asyncio.to_thread(cast("Streams", self.app).handled)
        seek: dict[TP, int] = {}
        for tp in partitions:
            found = resume(handled.get((tp.topic, tp.partition)), begins=begins[tp], ends=ends[tp])
            seek[tp] = found.offset
            if found.trouble is not None:
                _log.critical(
                    "messages were lost" if found.trouble == "lost" else "this is another log",
                    topic=tp.topic, partition=tp.partition, first=found.first, last=found.last,
                    goes_on_at=found.offset,
                )  # fmt: skip
        await self.seek_wait(seek)
        for tp, offset in seek.items():
            self._read_offset[tp] = self._committed_offset[tp] = offset or None


class StoreTransport(Transport):
    """Brings the consumer in."""

    Consumer: ClassVar[type] = FromTheStore


class Streams(faust.App):
    """The streams of one worker."""

    handled: Handled


def streams(
    *, brokers: str, group: str, topics: Iterable[str], handle: Handle, handled: Handled
) -> Streams:
    """Streams that bring every message to ``handle``, in order of each partition."""
    app = Streams(
        group,
        broker=f"kafka://{brokers}",
        value_serializer="raw",
        key_serializer="raw",
        broker_session_timeout=SESSION,
        broker_heartbeat_interval=SESSION / 4,
        broker_rebalance_timeout=20.0,
        broker_commit_interval=0.5,
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        stream_wait_empty=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )
    app.handled = handled
    app.transport = StoreTransport(app.conf.broker, app, loop=None)
    for name in topics:
        _agent(app, name, handle)
    return app


@asynccontextmanager
async def flowing(app: Streams) -> AsyncIterator[None]:
    """Let the streams flow for the time of the block; they end in order, also in mid-start."""
    app.finalize()
    starting = asyncio.ensure_future(app.start())
    try:
        await asyncio.shield(starting)
        yield
    finally:
        await asyncio.gather(starting, return_exceptions=True)
        await app.stop()


def _agent(app: Streams, name: str, handle: Handle) -> None:
    topic = app.topic(name, key_type=bytes, value_type=bytes, value_serializer="raw")

    async def carry(stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            entry = Entry(
                message.topic, message.partition, message.offset, message.key, message.value
            )
            try:
                await handle(entry)
            except Exception as error:  # noqa: BLE001 - Faust would pass over the message
                _log.critical("the worker ends", why=f"{type(error).__name__}: {error}")
                os._exit(GONE)

    app.agent(topic, name=name, concurrency=1, isolated_partitions=True)(carry)
