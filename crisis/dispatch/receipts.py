"""What channels and people answer, written down: receipts, call-backs, acknowledgements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from crisis.core.course import Course
from crisis.core.delivery import Change
from crisis.core.ladder import settle
from crisis.core.receipt import after
from crisis.dispatch.desk import Desk
from crisis.dispatch.ground import Trip
from crisis.dispatch.news import Acknowledged
from crisis.ledger import changed, count_by_hand, ends_again, ids_of
from crisis.marks import mark
from crisis.ports import MAY_HAVE_BEEN_SENT, DeliveryRow, Receipt, Unavailable, Unit

log = structlog.get_logger(__name__)

Verdict = Receipt | Change
"""What a batch made of a row: a channel's answer, or a change without one."""

EARLY = timedelta(minutes=1)
"""How long (real time) a call-back is kept whose delivery has not been written down yet."""


class Receipts:
    """Writes answers into the ledger; tells ``touched`` whose messages they concern."""

    def __init__(
        self,
        desk: Desk,
        report: Callable[[Acknowledged], Awaitable[None]],
        touched: Callable[[set[str], datetime], None],
    ) -> None:
        self._desk = desk
        self._report = report
        self._touched = touched
        self._early: list[tuple[datetime, str, Receipt]] = []

    async def commit(self, batch: Sequence[tuple[DeliveryRow, Trip | None, Verdict]]) -> None:
        """Make a batch's outcome durable, and let go of its rows. Does not give up."""
        desk = self._desk
        now = desk.clock.now()

        def job(unit: Unit) -> list[DeliveryRow]:
            fresh = desk.again(unit, [row for row, _, _ in batch])
            saved = []
            for held, trip, verdict in batch:
                row = fresh.get(held.id, held if desk.alone else None)
                if row is None:
                    judged = None  # the store has gone back to before it was
                elif not (_arrived(verdict) or _is_ours(row, held)):
                    judged = None  # it is another's by now, who will say what became of it
                elif isinstance(verdict, Change):
                    judged = changed(row, verdict)
                else:
                    judged = _judged(row, trip.course, verdict, now) if trip else None
                if judged is not None:
                    saved.append(judged)
            unit.save_deliveries(saved)
            count_by_hand(unit, saved)
            return saved

        mark("receipts.before-commit")
        saved = await desk.certain(job, "receipts")
        mark("receipts.after-commit")
        desk.release([row for row, _, _ in batch])
        self._touched({row.message_id for row, _, _ in batch}, now)
        if any(row.state == "queued" or row.fallback_at is not None for row in saved):
            desk.pulse.set()
        await self.match_early()

    async def receive(self, channel: str, receipts: Sequence[Receipt]) -> int:
        """A provider calls back; answers how many of its receipts found their delivery.

        One that comes before its delivery was written down, which another dispatcher may be about
        to do, is kept in mind for a minute. A crash in it forgets a confirmation, and so the next
        way is tried: once too often rather than never.
        """
        left = await self._match(channel, receipts)
        real = self._desk.clock.real()
        self._early += [(real, channel, receipt) for receipt in left]
        return len(receipts) - len(left)

    def expects(self) -> bool:
        """Whether a call-back waits for its delivery to be written down."""
        return bool(self._early)

    async def match_early(self) -> None:
        """Call-backs that came too early, once more; those that are too old are let go."""
        waiting, self._early = self._early, []
        real = self._desk.clock.real()
        for channel in sorted({channel for _, channel, _ in waiting}):
            mine = [(since, one) for since, other, one in waiting if other == channel]
            try:
                left = await self._match(channel, [one for _, one in mine])
            except Unavailable:
                self._early += [(since, channel, one) for since, one in mine]
                continue
            for since, one in mine:
                if one in left and real - since < EARLY:
                    self._early.append((since, channel, one))
                elif one in left:
                    log.warning("a call-back speaks of no delivery of ours", channel=channel)

    async def acknowledge(self, delivery_id: str, at: datetime) -> bool:
        """A person answered a delivery: the incident is told, and the ladder ends everywhere.

        False where there is no such delivery. Durable in the incident first, then in the ledger.
        """
        with self._desk.read() as view:
            row = view.delivery(delivery_id)
        if row is None:
            return False
        await self._settle(row.message_id, row.recipient_id, row, at)
        return True

    async def settle(self, message_id: str, recipient_id: str, at: datetime) -> None:
        """The same, where the person answered by another door (command line, proxy, page)."""
        await self._settle(message_id, recipient_id, None, at)

    async def _settle(
        self, message_id: str, recipient_id: str, answered: DeliveryRow | None, at: datetime
    ) -> None:
        desk = self._desk
        with desk.read() as view:
            trip = desk.trips.of(view, message_id)
        ids = ids_of(message_id, recipient_id, trip.ground.pinned)
        said_on = answered.id if answered else None
        if answered is None or answered.state != "acknowledged":
            await self._report(
                Acknowledged(
                    message_id=message_id,
                    incident_id=trip.message.incident_id,
                    recipient_id=recipient_id,
                    delivery_id=said_on or "",
                    at=at,
                )
            )

        def job(unit: Unit) -> None:
            rows = sorted(unit.ledger(ids).values(), key=lambda row: row.rung)
            for row, change in settle(rows, said_on, at):
                self._stands(unit, row, changed(row, change))

        mark("acknowledge.before-commit")
        await desk.certain(job, "an acknowledgement")
        self._touched({message_id}, desk.clock.now())
        desk.pulse.set()

    def _stands(self, unit: Unit, was: DeliveryRow, row: DeliveryRow) -> None:
        """Within a job: save it; whoever has it after all hears the end of it too (G7)."""
        self._desk.save(unit, [row])
        if row.state in MAY_HAVE_BEEN_SENT and was.state not in MAY_HAVE_BEEN_SENT:
            ends_again(unit, row.incident_id, row.message_id)
            self._desk.reopened = True

    async def _match(self, channel: str, receipts: Sequence[Receipt]) -> list[Receipt]:
        """Write down those that speak of a delivery; answer the others."""
        desk = self._desk
        found: list[tuple[str, Trip, Receipt]] = []
        left: list[Receipt] = []
        with desk.read() as view:
            for receipt in receipts:
                row = receipt.provider_ref and view.delivery_by_ref(channel, receipt.provider_ref)
                row = row or view.delivery(receipt.delivery_id)
                trip = desk.trip(view, row.message_id) if row else None
                if row and trip:
                    found.append((row.id, trip, receipt))
                else:
                    left.append(receipt)
        if not found:
            return left
        now = desk.clock.now()

        def job(unit: Unit) -> None:
            for delivery_id, trip, receipt in found:
                row = unit.delivery(delivery_id)
                judged = row and _judged(row, trip.course, receipt, now)
                if row and judged:
                    self._stands(unit, row, judged)

        await desk.certain(job, "call-backs")
        self._touched({trip.message.id for _, trip, _ in found}, now)
        desk.pulse.set()
        return left


def _arrived(verdict: Verdict) -> bool:
    """Whether it is there now: true whoever says it, and however late."""
    return isinstance(verdict, Receipt) and verdict.state in {"sent", "delivered"}


def _is_ours(row: DeliveryRow, held: DeliveryRow) -> bool:
    """Whether the row still stands as we claimed it."""
    return row.state == "sending" and row.lease_until == held.lease_until


def _judged(
    row: DeliveryRow, course: Course, receipt: Receipt, now: datetime
) -> DeliveryRow | None:
    """The row after a channel's answer; None when it says nothing new."""
    change = after(row, receipt, course, now)
    if change is not None:
        return changed(row, change, provider_ref=receipt.provider_ref)
    if receipt.provider_ref and not row.provider_ref:
        return replace(row, provider_ref=receipt.provider_ref)
    return None
