"""The duty team, called by the doors themselves while nobody else can: once, whoever calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import structlog
from aiokafka import AIOKafkaConsumer
from uuid_utils import uuid7

from crisis.codec import CannotRead
from crisis.codec.shapes import shape_of
from crisis.core.break_glass import Call, Glass, Line
from crisis.dispatch.desk import forever
from crisis.ports import Clock
from crisis.runtime.brokers import Brokers, Producer

_log = structlog.get_logger(__name__)

SEEN_WITHIN = 10.0
"""Seconds within which a door reads its own line, or leaves the turn to another."""

LAPSES_AFTER = timedelta(minutes=1)
"""A claim that led to nothing by then is nobody's: its door died, or reached nobody. It is also
the pause before people are tried again, and longer than a call takes."""

Reach = Callable[[Call], Awaitable[int]]
"""Calls the people, and answers how many were reached by any channel."""


class Duty:
    """Follows what the doors have told the duty team, and calls when it is this door's turn."""

    def __init__(self, producer: Producer, topic: str, clock: Clock) -> None:
        self.glass = Glass()
        self._producer = producer
        self._topic = topic
        self._clock = clock
        self._door = str(uuid7())
        self._next = 0
        self._moved = asyncio.Condition()

    async def follow(self, lines: AIOKafkaConsumer) -> None:
        """Read the topic until cancelled; a line that cannot be read is passed over."""
        async for record in lines:
            try:
                line = shape_of(Line).load(record.value or b"")
            except CannotRead as error:
                _log.error("a line of the duty topic cannot be read", why=str(error))
            else:
                self.glass = self.glass.after(line, lapses_after=LAPSES_AFTER)
            async with self._moved:
                self._next = record.offset + 1
                self._moved.notify_all()

    async def call(
        self,
        wanted: Callable[[Glass, datetime], Call | None],
        reach: Reach,
        *,
        waiting: int,
        since: datetime | None,
    ) -> None:
        """Call people for what is ``wanted``, if it still is once it is this door's turn.

        ``since`` is when the store went away. Nobody reached: the claim lapses, and any door tries
        again.
        """
        now = self._clock.real()
        taken = self.glass.taken(now, lapses_after=LAPSES_AFTER)
        if taken or (call := wanted(self.glass, now)) is None:
            return
        claim = Line(what="claim", at=now, door=self._door, waiting=waiting)
        await self._write(claim)
        if self.glass.claim != claim or wanted(self.glass, now) != call:
            return
        reached = await reach(call)
        _log.critical("the duty team is called", call=call, waiting=waiting, reached=reached)
        if reached:
            at = self._clock.real()
            told = Line(
                what="told" if call == "tell" else "cleared", at=at, door=self._door,
                waiting=waiting, since=since,
            )  # fmt: skip
            await self._write(told)

    async def _write(self, line: Line) -> None:
        """Write a line, and answer once it has been read like everybody's."""
        value = shape_of(Line).dump(line).encode()
        written = await self._producer.send_and_wait(self._topic, value, key=b"")
        async with asyncio.timeout(SEEN_WITHIN), self._moved:
            await self._moved.wait_for(lambda: self._next > written.offset)


@asynccontextmanager
async def on_duty(producer: Producer, brokers: Brokers, clock: Clock) -> AsyncIterator[Duty]:
    """What the doors tell, followed for the time of the block."""
    async with AIOKafkaConsumer(
        brokers.duty, bootstrap_servers=brokers.bootstrap, auto_offset_reset="earliest",
        enable_auto_commit=False,
    ) as lines:  # fmt: skip
        duty = Duty(producer, brokers.duty, clock)
        following = asyncio.create_task(forever("the duty topic", lambda: duty.follow(lines)))
        try:
            yield duty
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def outages(brokers: Brokers, now: datetime) -> list[tuple[datetime, datetime]]:
    """When the store was away and people were told, as far as the topic goes back; real times."""
    found: list[tuple[datetime, datetime]] = []
    away_since: datetime | None = None
    async with AIOKafkaConsumer(
        brokers.duty, bootstrap_servers=brokers.bootstrap, auto_offset_reset="earliest",
        enable_auto_commit=False,
    ) as lines:  # fmt: skip
        [partition] = lines.assignment()
        ends = (await lines.end_offsets([partition]))[partition]
        while await lines.position(partition) < ends:
            record = await lines.getone()
            with suppress(CannotRead):
                line = shape_of(Line).load(record.value or b"")
                if line.what == "told":
                    away_since = away_since or line.since
                elif line.what == "cleared" and away_since is not None:
                    found.append((away_since, line.at))
                    away_since = None
    return found if away_since is None else [*found, (away_since, now)]
