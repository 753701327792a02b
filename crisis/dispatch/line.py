"""One channel's loops: claim what is due, hand it to connections, write down the answers.

Each channel has its own: a dead or slow one stops nobody else (G13).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil

import structlog

from crisis.core.delivery import (
    Avoid,
    Change,
    Final,
    Reason,
    Send,
    Wait,
    avoided,
    deferred,
    dropped,
    given_back,
    impossible,
    next_step,
)
from crisis.dispatch.desk import HINDERED, Desk, forever
from crisis.dispatch.ground import Trip
from crisis.dispatch.outgoing import Sign, outgoing
from crisis.dispatch.receipts import Receipts, Verdict
from crisis.marks import mark
from crisis.ports import (
    LANES,
    Channel,
    DeliveryRow,
    Outgoing,
    Receipt,
    Unavailable,
    Unit,
    View,
    in_time,
)

log = structlog.get_logger(__name__)

AHEAD = 2
"""Batches claimed per connection where a repeat does no harm: one to send and one to wait."""


class Line:
    """The way of deliveries through one channel.

    In flight, that is handed over without a committed receipt, are at most ``connections × depth``.
    Where a repeat does harm, nothing is claimed that is not handed over at once: after a crash
    nobody could tell a claimed row from one in flight.
    """

    def __init__(
        self,
        desk: Desk,
        channel: Channel,
        receipts: Receipts,
        sign: Sign,
        drained: Callable[[str], None],
    ) -> None:
        self.channel = channel
        self._desk = desk
        self._receipts = receipts
        self._sign = sign
        self._drained = drained
        self._ready = {lane: deque[DeliveryRow]() for lane in LANES}
        self._filled = asyncio.Event()
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._woken = False
        self._claims = asyncio.Lock()
        self._resting = False
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._sending = 0
        self._idle_connections = channel.abilities.connections
        self.more: str | None = None
        """The message at which the last claim was cut off: it has more that is due."""

    def wake(self) -> None:
        """There may be new rows: look at once, even where the buffer is full."""
        self._woken = True
        self._wake.set()

    def take(self, rows: Sequence[DeliveryRow]) -> None:
        """Rows that are claimed for this dispatcher already."""
        self._desk.hold(rows)
        for row in rows:
            self._ready[row.lane].append(row)
        if rows:
            self._filled.set()

    def idle(self) -> bool:
        """Nothing claimed, in flight, or about to be looked for."""
        busy = self._woken or self._claims.locked() or self._sending
        return not (busy or self.buffered() or self.more)

    def buffered(self) -> int:
        """Claimed and not handed over yet."""
        return sum(map(len, self._ready.values()))

    async def rest(self) -> None:
        """Claim no more, give back what was not handed over, wait for what was."""
        self._resting = True
        async with self._claims:
            now = self._desk.clock.now()
        waiting = [row for lane in LANES for row in self._ready[lane]]
        for ready in self._ready.values():
            ready.clear()
        if waiting:
            await self._receipts.commit([(row, None, given_back(row, now)) for row in waiting])
        await self._quiet.wait()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(forever(f"{self.channel.name} claims", self._claim))
            for number in range(self.channel.abilities.connections):
                what = f"{self.channel.name} connection {number + 1}"
                group.create_task(forever(what, self._carry))

    # --- claiming ---

    def _room(self) -> int:
        """How many rows to claim now."""
        can = self.channel.abilities
        if not can.repeat_safe:
            return self._idle_connections * can.depth - self.buffered()
        full = can.connections * can.depth * AHEAD  # half of it is claimed at a time
        room = full - self.buffered()
        if self._woken:  # what is urgent must not wait behind a full buffer
            return max(room, min(can.depth, room + full))
        return room if room >= full // 2 else 0

    async def _claim(self) -> None:
        self._wake.clear()
        limit = self._room()
        if self._resting or limit <= 0 or not (self._woken or self.more):
            await self._wake.wait()
            return
        self._woken = False
        async with self._claims:
            claimed: list[DeliveryRow] = []
            try:
                rows = await self._desk.write(self._claim_job(limit, claimed))
            except Exception:
                self._woken = True
                await self._unclaim(claimed)
                raise
            mark("claim.after-commit")
            self.take(rows)
        before, self.more = self.more, rows[-1].message_id if len(rows) == limit else None
        if before and before != self.more:
            self._drained(before)

    async def _unclaim(self, claimed: list[DeliveryRow]) -> None:
        """Give back a claim of which nobody knows whether it stands: lost at its commit, it may.

        Where it does, it would keep its rows until the end of their lease.
        """
        if claimed:
            now = self._desk.clock.now()
            self._desk.hold(claimed)
            await self._receipts.commit([(row, None, given_back(row, now)) for row in claimed])

    def _claim_job(
        self, limit: int, claimed: list[DeliveryRow]
    ) -> Callable[[Unit], list[DeliveryRow]]:
        desk = self._desk

        def job(unit: Unit) -> list[DeliveryRow]:
            rows = unit.claim(
                channel=self.channel.name,
                now=desk.clock.now(),
                real=desk.clock.real(),
                owner=desk.owner,
                lease=desk.lease,
                limit=limit,
            )
            claimed[:] = rows
            desk.in_hand.update([row.id for row in rows])
            return rows

        return job

    # --- handing over ---

    async def _batch(self) -> list[DeliveryRow]:
        """The next rows for a connection, the most urgent first; waits for some.

        The connections take turns, and the first to begin leaves the others their share: it has
        written before the next composes.
        """
        async with self._turn:
            while not self.buffered():
                self._filled.clear()
                await self._filled.wait()
            most = self.channel.abilities.depth
            if not self._sending:
                most = min(most, ceil(self.buffered() / self._idle_connections))
            batch: list[DeliveryRow] = []
            for lane in LANES:
                ready = self._ready[lane]
                while ready and len(batch) < most:
                    batch.append(ready.popleft())
            return batch

    async def _carry(self) -> None:
        batch = await self._batch()
        self._sending += 1
        self._quiet.clear()
        self._idle_connections -= 1
        self._wake.set()
        try:
            await self._receipts.commit(await self._hand_over(batch))
        except Exception:
            self._desk.release(batch)  # their lease runs out, and they are found again
            raise
        finally:
            self._sending -= 1
            if not self._sending:
                self._quiet.set()
            self._idle_connections += 1
            self._wake.set()

    async def _hand_over(
        self, batch: list[DeliveryRow]
    ) -> list[tuple[DeliveryRow, Trip | None, Verdict]]:
        """Send what may go; answer what became of each row.

        Where nobody can say what may go, nothing has left: it is given back, not left in doubt.
        """
        try:
            verdicts, sending = self._chosen(batch)
        except Exception:
            now = self._desk.clock.now()
            await self._receipts.commit([(row, None, given_back(row, now)) for row in batch])
            raise
        if sending:
            mark("send.before-hand-over")
            receipts = await self._send([one for _, _, one in sending])
            mark("send.after-hand-over")
            verdicts += [(row, trip, receipts[row.id]) for row, trip, _ in sending]
        return verdicts

    def _chosen(
        self, batch: list[DeliveryRow]
    ) -> tuple[
        list[tuple[DeliveryRow, Trip | None, Verdict]], list[tuple[DeliveryRow, Trip, Outgoing]]
    ]:
        """What becomes of rows that do not go, and what goes. Raises as reading does."""
        desk = self._desk
        verdicts: list[tuple[DeliveryRow, Trip | None, Verdict]] = []
        sending: list[tuple[DeliveryRow, Trip, Outgoing]] = []
        now, real = desk.clock.now(), desk.clock.real()
        with desk.read() as view:
            for row in batch:
                trip = desk.trip(view, row.message_id)
                ready = self._ready_to_go(row, trip, view, now, real)
                if isinstance(ready, Change):
                    verdicts.append((row, trip, ready))
                elif trip is not None:
                    sending.append((row, trip, ready))
        return verdicts, sending

    def _ready_to_go(
        self, row: DeliveryRow, trip: Trip | None, view: View, now: datetime, real: datetime
    ) -> Outgoing | Change:
        until = self._desk.until(row)
        if until is None or not in_time(until, real):
            return given_back(row, now)
        if trip is not None:
            try:
                return self._step(row, trip, view, now)
            except Unavailable:
                raise
            except Exception:
                log.exception("a delivery cannot be composed; it waits", delivery=row.id)
        return deferred(row, Wait(now + HINDERED, Reason.HINDERED), now)

    def _step(self, row: DeliveryRow, trip: Trip, view: View, now: datetime) -> Outgoing | Change:
        to = self._desk.trips.recipient(row.recipient_id, row.language)
        match next_step(row, trip.course, now, place=to.place):
            case Wait() as wait:
                return deferred(row, wait, now)
            case Avoid() as avoid:
                return avoided(row, avoid, trip.course, now)
            case Final(reason):
                return dropped(row, reason, now)
            case Send():
                going = outgoing(row, to, trip, self._sign, view, until=self._desk.until(row))
                if isinstance(going, str):
                    return impossible(row, going, trip.course, now)
                return going

    async def _send(self, batch: list[Outgoing]) -> dict[str, Receipt]:
        """The channel's receipts; what it says nothing about is unknown."""
        answered: list[Receipt] = []
        why = "the channel said nothing about it"
        try:
            answered = await self.channel.send(batch)
        except Exception as error:
            log.exception("a channel broke its promise never to raise", channel=self.channel.name)
            why = f"the channel failed ({type(error).__name__})"
        at = self._desk.clock.now()
        unknown = {
            one.delivery_id: Receipt(
                delivery_id=one.delivery_id, state="unknown", at=at, reason=why
            )
            for one in batch
        }
        return unknown | {one.delivery_id: one for one in answered}
