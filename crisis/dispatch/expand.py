"""From a message to an audience to one row for each recipient and medium, a thousand at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from math import ceil
from operator import itemgetter

import structlog

from crisis.core.delivery import Reason
from crisis.dispatch.desk import HINDERED, PAUSE, Desk
from crisis.dispatch.ground import Trip
from crisis.ledger import count_by_hand, first_rows, rows_again, withdraw
from crisis.marks import mark
from crisis.ports import LANES, DeliveryRow, FanoutRow, Unavailable, Unit

log = structlog.get_logger(__name__)

CHUNK = 1000
"""Recipients expanded in one transaction, their rows and the cursors together."""


class Expansion:
    """Works off the open fan-outs: the most urgent first, those that are as urgent together."""

    def __init__(
        self,
        desk: Desk,
        written: Callable[[Sequence[DeliveryRow]], None],
        finished: Callable[[str], None],
    ) -> None:
        self._desk = desk
        self._written = written
        self._finished = finished
        self._wake = asyncio.Event()
        self._wake.set()
        self._hindered: dict[str, datetime] = {}

    def wake(self) -> None:
        """There may be a new fan-out."""
        self._wake.set()

    def idle(self) -> bool:
        """Nothing to expand."""
        return not self._wake.is_set()

    async def step(self) -> None:
        """Everything that is open; then wait to be woken."""
        await self._wake.wait()
        while chosen := self._first():
            share = ceil(CHUNK / len(chosen))
            await asyncio.gather(*(self._chunk(fanout, trip, share) for fanout, trip in chosen))
        self._wake.clear()

    def _first(self) -> list[tuple[FanoutRow, Trip]]:
        """The fan-outs whose turn it is, with their trips."""
        desk = self._desk
        real = desk.clock.real()
        found: list[tuple[FanoutRow, Trip]] = []
        with desk.read() as view:
            for fanout in view.fanouts():
                if self._hindered.get(fanout.message_id, real) > real:
                    continue
                trip = desk.trip(view, fanout.message_id)
                if trip is None:
                    self._hindered[fanout.message_id] = real + HINDERED
                else:
                    found.append((fanout, trip))
        first = min((_turn(trip) for _, trip in found), default=0)
        return [(fanout, trip) for fanout, trip in found if _turn(trip) == first]

    async def _chunk(self, fanout: FanoutRow, trip: Trip, limit: int) -> None:
        """Expand a chunk; where that fails, the other fan-outs go on (G13)."""
        try:
            await self._expand(fanout, trip, limit)
        except Unavailable:
            log.warning("the store is away; an audience waits", message=fanout.message_id)
            await asyncio.sleep(PAUSE)  # no longer: what was owed meanwhile is late already
        except Exception:
            log.exception("an audience cannot be expanded; it waits", message=fanout.message_id)
            self._hindered[fanout.message_id] = self._desk.clock.real() + HINDERED

    async def _expand(self, fanout: FanoutRow, trip: Trip, limit: int) -> None:
        desk = self._desk
        if trip.message.ends and not fanout.cursor:
            await self._close_ended(trip)
        if trip.message.ends:
            rows, cursor, finished = self._ended_chunk(fanout, trip)
        else:
            rows, cursor, finished = self._audience_chunk(fanout, trip, limit)

        def job(unit: Unit) -> bool:
            stands = unit.fanout(fanout.message_id)
            if stands is None or stands.closed or stands.cursor != fanout.cursor:
                return False  # ended meanwhile, or another dispatcher was faster
            unit.add_deliveries(rows)
            unit.save_fanout(replace(stands, cursor=cursor, finished=finished))
            count_by_hand(unit, rows)
            return True

        mark("expand.before-commit")
        done = await desk.write(job)
        mark("expand.after-commit")
        if done:
            self._written(rows)
        if finished:
            self._finished(fanout.message_id)

    def _audience_chunk(
        self, fanout: FanoutRow, trip: Trip, limit: int
    ) -> tuple[list[DeliveryRow], str, bool]:
        """The next rows of an audience, as it was when the message was released."""
        message, ground, now = trip.message, trip.ground, self._desk.clock.now()
        directory = self._desk.trips.directory(fanout.directory_version)
        people = directory.audience(
            fanout.audience,
            ground.told,
            ground.scope,
            message.released_at,
            after=fanout.cursor,
            limit=limit,
        )
        rows = [row for to in people for row in first_rows(message, to, trip.course, now)]
        return rows, people[-1].id if people else fanout.cursor, len(people) < limit

    def _ended_chunk(self, fanout: FanoutRow, trip: Trip) -> tuple[list[DeliveryRow], str, bool]:
        """The next rows for exactly those who may have what this message ends (G7)."""
        now = self._desk.clock.now()
        with self._desk.read() as view:
            sent = view.sent_to(trip.message.ends)
        by_recipient = groupby((one for one in sent if one[0] > fanout.cursor), key=itemgetter(0))
        taken = [
            (recipient_id, [one[1:] for one in media])
            for recipient_id, media in islice(by_recipient, CHUNK)
        ]
        rows: list[DeliveryRow] = []
        for recipient_id, took in taken:
            to = self._desk.trips.recipient(recipient_id, took[0][2])
            rows += rows_again(trip.message, to, took, trip.course, now)
        return rows, taken[-1][0] if taken else fanout.cursor, len(taken) < CHUNK

    async def _close_ended(self, trip: Trip) -> None:
        """First of all nobody further is sent what is ended; only then is it known who was."""
        desk, now = self._desk, self._desk.clock.now()
        await desk.write(
            lambda unit: desk.mind(withdraw(unit, trip.message.ends, now, reason=Reason.ENDED))
        )
        desk.trips.forget()
        for message_id in trip.message.ends:
            self._finished(message_id)


def _turn(trip: Trip) -> int:
    return LANES.index(trip.message.lane)
