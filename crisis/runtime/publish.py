"""The timeline topic: the journal as other systems hear of it, published from the journal alone.

Any number of processes stand ready, one publishes: whoever holds the lease. Each event is told at
least once, and its ``id`` is the same whenever it is told; who listens drops by it. What is told
twice is told in order twice, so what a listener has left is in the order of the journal, for each
incident and each report. How far the topic has come is stored for the cluster of its brokers:
another cluster is told everything, from the beginning.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from aiokafka.errors import KafkaError
from uuid_utils import uuid7

from crisis.codec import CannotRead, UnknownEvent, to_cloudevent
from crisis.codec.cloudevents import HEADERS
from crisis.dispatch.desk import forever
from crisis.ports import Clock, Conflict, LeaseRow, Recorded, Store, Unavailable, Unit, View
from crisis.runtime.brokers import Producer
from crisis.runtime.writer import GroupWriter

_log = structlog.get_logger(__name__)

T = TypeVar("T")
X = TypeVar("X")

AT_ONCE = 500
"""Events in one go: what is told again, at the most, when another takes over."""
LEASE = timedelta(seconds=6)
"""Real time after which another takes over from one that is silent: as with its partitions."""
LOOK = LEASE.total_seconds() / 3
"""Seconds between two looks, at the lease of another, or at a journal that nobody was heard of."""
ASIDE = 30.0
"""Seconds for which a release that cannot read what comes next leaves the lease to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What comes next: for each stream, in order, and how far the journal is told with it."""

    of_stream: dict[str, list[bytes]]
    reached: int
    unknown: UnknownEvent | None = None
    """What stands right behind it, and is of a newer release."""


class Publisher:
    """Publishes while it holds the lease; stands ready while another does."""

    def __init__(
        self,
        *,
        store: Store,
        write: GroupWriter,
        clock: Clock,
        producer: Producer,
        topic: str,
        cluster: str,
    ) -> None:
        self._store = store
        self._write = write
        self._clock = clock
        self._producer = producer
        self._topic = topic
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{uuid7()}"
        self._held: LeaseRow | None = None
        self._away = False
        self._moved_on = asyncio.Event()
        self.name = lease_name(topic, cluster)

    async def run(self) -> None:
        """Publish until cancelled."""
        await forever("the timeline", self.turn)

    def wake(self) -> None:
        """The journal has moved on."""
        self._moved_on.set()

    async def turn(self) -> None:
        """Publish what there is, or wait until there may be more."""
        try:
            held = await self._mine()
            if held is not None:
                await self._go_on(held)
        except Conflict:
            _log.warning("another one publishes the timeline", lease=self.name)
            self._held = None
        except (KafkaError, Unavailable) as error:
            if not self._away:
                _log.warning("the timeline waits", why=f"{type(error).__name__}: {error}")
            self._away, self._held = True, None
            await asyncio.sleep(LOOK)
        else:
            self._away = False

    # --- inside ---

    async def _mine(self) -> LeaseRow | None:
        """The lease, renewed where it is time to; None, after a while, where it is another's."""
        real = self._clock.real()
        if self._held is not None and real < self._held.until - LEASE + timedelta(seconds=LOOK):
            return self._held
        if self._held is None and await _read_whole(self._taken, real):
            await asyncio.sleep(LOOK)
        else:
            self._held = await self._write(lambda unit: self._lease(unit, LEASE))
        return self._held

    def _taken(self, real: datetime) -> bool:
        with self._store.read() as view:
            row = view.leased(self.name)
        return row is not None and row.owner != self._owner and row.until > real

    def _lease(self, unit: Unit, span: timedelta) -> LeaseRow | None:
        return unit.lease(self.name, owner=self._owner, real=self._clock.real(), span=span)

    async def _go_on(self, held: LeaseRow) -> None:
        self._moved_on.clear()
        told = await _read_whole(self._read, held.reached)
        await self._send(told.of_stream)
        if told.reached > held.reached:
            self._held = await self._write(lambda unit: self._reach(unit, held, told.reached))
        elif told.unknown is None:
            await self._more()
        if told.unknown is not None:
            await self._stand_aside(told.unknown)

    def _read(self, reached: int) -> _Told:
        """What comes next, in the words of the document for other systems."""
        of_stream: dict[str, list[bytes]] = {}
        exercises: dict[str, bool] = {}
        with self._store.read() as view:
            for row in view.since(reached, AT_ONCE):
                try:
                    value = _message(row, exercise=_exercise(view, row, exercises))
                except UnknownEvent as newer:
                    return _Told(of_stream=of_stream, reached=reached, unknown=newer)
                except CannotRead as damaged:
                    _log.error(
                        "an event cannot be told to others", stream=row.stream,
                        id=row.stream_id, seq=row.seq, why=str(damaged),
                    )  # fmt: skip
                else:
                    of_stream.setdefault(row.stream_id, []).append(value)
                reached = row.position
        return _Told(of_stream=of_stream, reached=reached)

    async def _send(self, of_stream: dict[str, list[bytes]]) -> None:
        """Each stream in its order: none goes before the one before it is durable."""
        sent = (self._send_stream(key.encode(), values) for key, values in of_stream.items())
        failed = [one for one in await asyncio.gather(*sent, return_exceptions=True) if one]
        if failed:
            raise failed[0]

    async def _send_stream(self, key: bytes, values: Sequence[bytes]) -> None:
        for value in values:
            await self._producer.send_and_wait(self._topic, value, key=key, headers=HEADERS)

    async def _more(self) -> None:
        """Wait until the journal has moved on, or for as long as nobody minds."""
        try:
            async with asyncio.timeout(LOOK):
                await self._moved_on.wait()
        except TimeoutError:
            return

    def _reach(self, unit: Unit, held: LeaseRow, reached: int) -> LeaseRow | None:
        unit.reach(self.name, expected=held.reached, reached=reached)
        return self._lease(unit, LEASE)

    async def _stand_aside(self, unknown: UnknownEvent) -> None:
        """During an upgrade the newer release publishes; alone, the timeline waits for it."""
        _log.error("the timeline goes on with a newer release", lease=self.name, why=str(unknown))
        await self._write(lambda unit: self._lease(unit, timedelta()))
        self._held = None
        await asyncio.sleep(ASIDE)


def lease_name(topic: str, cluster: str) -> str:
    """What the lease is called under which a topic of a cluster is published."""
    return f"{topic} of {cluster}"


async def _read_whole(read: Callable[[X], T], what: X) -> T:
    """Read on a thread; who is cancelled meanwhile waits for it, for it holds a connection."""
    reading = asyncio.ensure_future(asyncio.to_thread(read, what))
    try:
        return await asyncio.shield(reading)
    except asyncio.CancelledError:
        await asyncio.wait([reading])
        raise


def _message(row: Recorded, *, exercise: bool) -> bytes:
    envelope = to_cloudevent(row, exercise=exercise)
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def _exercise(view: View, row: Recorded, known: dict[str, bool]) -> bool:
    """Whether the stream of an event is a drill."""
    if row.stream_id not in known:
        stream = view.stream(row.stream, row.stream_id)
        known[row.stream_id] = stream is not None and stream.exercise
    return known[row.stream_id]
