"""What all parts of the dispatcher share: the store, the clock, and which rows are in its hands."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog

from crisis.dispatch.ground import Trip, Trips
from crisis.ledger import count_by_hand
from crisis.ports import Channel, Clock, DeliveryRow, Unavailable, Unit, View

T = TypeVar("T")

log = structlog.get_logger(__name__)

PAUSE = 1.0
"""Seconds before something that failed through no fault of its own is tried again."""

HINDERED = timedelta(minutes=1)
"""How long a row waits when its message cannot be looked up (a fault, see the log)."""


class Writer(Protocol):
    """The runtime's group commit."""

    def __call__(self, job: Callable[[Unit], T], /) -> Awaitable[T]:
        """The job's value once it is durable; raises what the job or the commit raised."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """Shared between the parts; lives on one event loop.

    Jobs, which run one after the other on the writer's thread, touch ``in_hand`` and ``moved``
    only.
    """

    write: Writer
    read: Callable[[], AbstractContextManager[View]]
    trips: Trips
    channels: Mapping[str, Channel]
    clock: Clock
    owner: str
    """This dispatcher's name: the same after a restart, and no other's."""
    lease: timedelta
    """Longer than any channel takes for a batch."""
    alone: bool
    """No other process writes this ledger: then only ``moved`` rows are read again."""
    held: dict[str, DeliveryRow] = field(default_factory=dict)
    """Rows that were claimed and whose receipt is not committed."""
    of_message: Counter[str] = field(default_factory=Counter)
    """How many of those a message has."""
    in_hand: set[str] = field(default_factory=set)
    """The same rows by id, from within the claim on."""
    moved: set[str] = field(default_factory=set)
    """Those of them that something else has changed meanwhile."""
    pulse: asyncio.Event = field(default_factory=asyncio.Event)
    """There may be something to do earlier than was known."""
    reopened: bool = False
    """An end goes out once more: at the next pulse fan-outs are looked at."""

    def until(self, row: DeliveryRow) -> datetime | None:
        """Real time until which a claimed row may be handed over: a little less than its lease."""
        return row.lease_until and row.lease_until - self.lease / 20

    def hold(self, rows: Iterable[DeliveryRow]) -> None:
        """These are claimed by us."""
        for row in rows:
            if row.id not in self.held:
                self.of_message[row.message_id] += 1
            self.held[row.id] = row
            self.in_hand.add(row.id)

    def release(self, rows: Iterable[DeliveryRow]) -> None:
        """Their receipts are durable, or the claim is given up."""
        for row in rows:
            if self.held.pop(row.id, None) is not None:
                self.of_message[row.message_id] -= 1
                if not self.of_message[row.message_id]:
                    del self.of_message[row.message_id]
            self.in_hand.discard(row.id)
            self.moved.discard(row.id)

    def again(self, unit: Unit, rows: Iterable[DeliveryRow]) -> dict[str, DeliveryRow]:
        """Within a job: rows as they stand by now, those that may have changed."""
        ids = [row.id for row in rows if not self.alone or row.id in self.moved]
        return unit.ledger(ids) if ids else {}

    def save(self, unit: Unit, rows: list[DeliveryRow]) -> None:
        """Within a job: write rows that a connection may be busy with."""
        self.mind(rows)
        unit.save_deliveries(rows)
        count_by_hand(unit, rows)

    def mind(self, rows: Iterable[DeliveryRow]) -> None:
        """Within a job: these were written; read them again before their receipts."""
        self.moved.update([row.id for row in rows if row.id in self.in_hand])

    def trip(self, view: View, message_id: str) -> Trip | None:
        """The message's trip; None, with a line in the log, where it cannot be had (G13).

        Raises Unavailable: a store that is away is no fault of the message, and hinders nobody
        once it is back.
        """
        try:
            return self.trips.of(view, message_id)
        except Unavailable:
            raise
        except Exception:
            log.exception("a message cannot be looked up; its recipients wait", message=message_id)
            return None

    async def certain(self, job: Callable[[Unit], T], why: str) -> T:
        """Commit what must not be lost, however long the store is away."""
        while True:
            try:
                return await self.write(job)
            except Unavailable as error:
                log.warning("the store is away; trying again", what=why, why=str(error))
            except Exception:
                log.exception("the store does not take it yet; trying again", what=why)
            await asyncio.sleep(PAUSE)


async def forever(what: str, step: Callable[[], Awaitable[Any]]) -> None:
    """Repeat a step until cancelled: a fault costs a line in the log and a pause (G13)."""
    while True:
        try:
            await step()
        except Unavailable as error:
            log.warning("the store is away; trying again", part=what, why=str(error))
            await asyncio.sleep(PAUSE)
        except Exception:
            log.exception("a part failed; it goes on", part=what)
            await asyncio.sleep(PAUSE)


async def at_last(what: str, step: Callable[[], Awaitable[T]]) -> T:
    """Do something once, as soon as the store is there for it."""
    while True:
        try:
            return await step()
        except Unavailable as error:
            log.warning("the store is away; trying again", part=what, why=str(error))
            await asyncio.sleep(PAUSE)
