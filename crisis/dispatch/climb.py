"""When a rung's time is over: the next one's rows, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from crisis.core.ladder import after_wait
from crisis.dispatch.desk import HINDERED, Desk
from crisis.dispatch.ground import Trip
from crisis.ledger import changed, count_by_hand, ids_of, rows_of
from crisis.marks import mark
from crisis.ports import DeliveryRow, Recipient, Unit

CHUNK = 200
"""Rows looked at in one transaction."""


class Climb:
    """Works off the fallbacks that are due."""

    def __init__(
        self,
        desk: Desk,
        written: Callable[[Sequence[DeliveryRow]], None],
        touched: Callable[[set[str], datetime], None],
    ) -> None:
        self._desk = desk
        self._written = written
        self._touched = touched

    async def all_due(self) -> None:
        """Every fallback that is due by now."""
        desk = self._desk
        while True:
            now = desk.clock.now()
            rows = await desk.write(_due(now))
            if rows:
                await self._climb(rows, now)
            if len(rows) < CHUNK:
                return

    async def _climb(self, rows: Sequence[DeliveryRow], now: datetime) -> None:
        desk = self._desk
        asked = []
        with desk.read() as view:
            for row in rows:
                trip = desk.trip(view, row.message_id)
                asked.append((row, trip, desk.trips.recipient(row.recipient_id, row.language)))

        def job(unit: Unit) -> list[DeliveryRow]:
            added: list[DeliveryRow] = []
            for row, trip, to in asked:
                added += self._one(unit, row, trip, to, now)
            return added

        mark("fallback.before-commit")
        added = await desk.write(job)
        mark("fallback.after-commit")
        self._written(added)
        self._touched({row.message_id for row in rows}, now)

    def _one(
        self, unit: Unit, asking: DeliveryRow, trip: Trip | None, to: Recipient, now: datetime
    ) -> list[DeliveryRow]:
        """Within a job: what the rules say to one row that asks for the next rung."""
        if trip is None:
            self._desk.save(unit, [replace(asking, fallback_at=now + HINDERED)])
            return []
        ids = ids_of(asking.message_id, asking.recipient_id, trip.ground.pinned)
        rows = unit.ledger([*ids, asking.id])
        row = rows[asking.id]
        if row.fallback_at is None or row.fallback_at > now:
            return []
        fanout = unit.fanout(row.message_id)  # by now: a trip is read up to a second ago
        course = replace(trip.course, ended=fanout is not None and fanout.closed)
        fallback = after_wait(row, list(rows.values()), course, to, now)
        self._desk.save(unit, [changed(rows[one.id], change) for one, change in fallback.changes])
        added = rows_of(trip.message, row.recipient_id, row.language, fallback.planned)
        unit.add_deliveries(added)
        count_by_hand(unit, added)
        return added


def _due(now: datetime) -> Callable[[Unit], list[DeliveryRow]]:
    return lambda unit: unit.due_fallbacks(now, CHUNK)
