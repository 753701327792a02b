"""The dispatcher: every part of it, wired by hand, and the doors by which others reach it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from crisis.core.receipt import recovered
from crisis.dispatch.climb import Climb
from crisis.dispatch.desk import PAUSE, Desk, Writer, at_last, forever
from crisis.dispatch.expand import Expansion
from crisis.dispatch.gone import GoneChannel, GoneLine
from crisis.dispatch.ground import Lookup, Trips
from crisis.dispatch.line import Line
from crisis.dispatch.news import News
from crisis.dispatch.outgoing import Sign
from crisis.dispatch.receipts import Receipts
from crisis.dispatch.teller import Teller
from crisis.ledger import changed
from crisis.ports import Abilities, Channel, Clock, DeliveryRow, Receipt, Unit, View

log = structlog.get_logger(__name__)


class Dispatcher:
    """Brings what was released to people, and loses nobody on the way (G2, G7, G12, G13).

    Row first, send after, receipt last: after a crash only what was in flight may repeat.
    ``write`` is the runtime's group commit; ``read`` opens a view of the store; ``report`` tells
    the incident (at least once); ``sign`` makes the link by which a person answers. ``owner`` is
    this dispatcher's name, the same after a restart. ``lease`` is longer than any channel takes
    for a batch. ``alone`` says that no other process writes this ledger.
    """

    def __init__(
        self,
        *,
        write: Writer,
        read: Callable[[], AbstractContextManager[View]],
        lookup: Lookup,
        channels: Sequence[Channel],
        clock: Clock,
        sign: Sign,
        report: Callable[[News], Awaitable[None]],
        owner: str,
        lease: timedelta = timedelta(minutes=5),
        alone: bool = True,
    ) -> None:
        self.abilities: Mapping[str, Abilities] = {one.name: one.abilities for one in channels}
        self._desk = Desk(
            write=write,
            read=read,
            trips=Trips(lookup, self.abilities, clock),
            channels={one.name: one for one in channels},
            clock=clock,
            owner=owner,
            lease=lease,
            alone=alone,
        )
        self._teller = Teller(self._desk, report, self._has_more)
        self._receipts = Receipts(self._desk, report, self._teller.touch)
        self._sign = sign
        self._lines = {one.name: self._line(Line, one) for one in channels}
        self._expansion = Expansion(self._desk, self._written, self._drained)
        self._climb = Climb(self._desk, self._written, self._teller.touch)
        self._pulsing = False
        self._swept_at = clock.real()

    # --- life ---

    async def run(self) -> None:
        """Recover what a former life left, then dispatch until cancelled.

        Being cancelled is as good as a crash: what is in flight may repeat.
        """
        await at_last("the recovery", self.recover)
        async with asyncio.TaskGroup() as group:
            group.create_task(forever("the pulse", self._pulse))
            group.create_task(forever("the expansion", self._expansion.step))
            group.create_task(forever("the teller", self._teller.step))
            for line in self._lines.values():
                group.create_task(line.run())

    async def rest(self) -> None:
        """Before a planned stop: finish what is in flight, give back what is only claimed.

        Nothing is sent after it, and nothing is left in doubt; then cancel :meth:`run`.
        """
        await asyncio.gather(*(line.rest() for line in self._lines.values()))

    async def recover(self) -> None:
        """Settle what a former life of this dispatcher had claimed; look at everything anew."""
        await self._settle_lost(self._desk.owner)
        with self._desk.read() as view:
            self._teller.find_untold(view)
            gone = [name for name in view.queued_channels() if name not in self._lines]
        for name in gone:
            log.warning("a channel is gone; what waits for it goes the next way", channel=name)
            self._lines[name] = self._line(GoneLine, GoneChannel(name, self._desk.clock))
        self.wake()

    def wake(self, channels: Collection[str] | None = None) -> None:
        """New messages, fan-outs or rows are durable, or business time was moved: look at once.

        Naming the channels of the new rows saves the others a look.
        """
        self._expansion.wake()
        for name, line in self._lines.items():
            if channels is None or name in channels:
                line.wake()
        self._desk.pulse.set()

    def idle(self) -> bool:
        """Nothing is due, claimed, in flight or untold: business time may be moved."""
        lines = all(line.idle() for line in self._lines.values())
        others = self._expansion.idle() and self._teller.idle()
        if self._pulsing or self._desk.pulse.is_set() or not (lines and others):
            return False
        with self._desk.read() as view:
            due_at = view.next_attempt_at()
        return due_at is None or due_at > self._desk.clock.now()

    def next_at(self) -> datetime | None:
        """The business time at which there is something to do again."""
        with self._desk.read() as view:
            return view.next_attempt_at()

    def in_flight_bound(self) -> dict[str, int]:
        """Channel -> how many deliveries may repeat after a crash, at most."""
        return {name: can.connections * can.depth for name, can in self.abilities.items()}

    # --- doors ---

    def stamp(self, rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
        """Rows that are about to be committed, claimed for this dispatcher where that is safe.

        Saves the first notification a transaction; after the commit, call :meth:`take` with them.
        """
        now = self._desk.clock.now()
        until = self._desk.clock.real() + self._desk.lease
        return [
            replace(
                row,
                state="sending",
                owner=self._desk.owner,
                lease_until=until,
                attempts=row.attempts + 1,
            )
            if self._may_stamp(row, now)
            else row
            for row in rows
        ]

    def take(self, rows: Sequence[DeliveryRow]) -> None:
        """Rows that :meth:`stamp` answered are durable: send them now.

        Give it those that it did not claim too: where nothing can be sent, the incident is told.
        """
        for name, line in self._lines.items():
            line.take([one for one in rows if one.channel == name and one.state == "sending"])
        self._teller.touch({row.message_id for row in rows})

    def forget(self) -> None:
        """How messages travel has changed: read everything anew before the next hand-over."""
        self._desk.trips.forget()

    async def receive(self, channel: str, receipts: Sequence[Receipt]) -> int:
        """A provider calls back; answers how many of its receipts found their delivery."""
        return await self._receipts.receive(channel, receipts)

    async def acknowledge(self, delivery_id: str, at: datetime) -> bool:
        """A person said "I have it" to this delivery; False where there is no such delivery."""
        return await self._receipts.acknowledge(delivery_id, at)

    async def settle(self, message_id: str, recipient_id: str, at: datetime) -> None:
        """A person said "I have it" by another door than the link of a delivery."""
        await self._receipts.settle(message_id, recipient_id, at)

    # --- inside ---

    def _line(self, kind: type[Line], channel: Channel) -> Line:
        return kind(self._desk, channel, self._receipts, self._sign, self._drained)

    def _may_stamp(self, row: DeliveryRow, now: datetime) -> bool:
        can = self.abilities.get(row.channel)
        due = row.next_attempt_at is not None and row.next_attempt_at <= now
        return row.state == "queued" and due and can is not None and can.repeat_safe

    def _has_more(self, message_id: str) -> bool:
        return any(line.more == message_id for line in self._lines.values())

    def _drained(self, message_id: str) -> None:
        self._teller.touch([message_id])

    def _written(self, rows: Sequence[DeliveryRow]) -> None:
        for name in sorted({row.channel for row in rows if row.state == "queued"}):
            if name in self._lines:
                self._lines[name].wake()
        self._desk.pulse.set()

    async def _pulse(self) -> None:
        """What comes with time: fallbacks, retries, the end of a night, leases of the dead."""
        desk = self._desk
        desk.pulse.clear()
        self._pulsing = True
        try:
            due_at = self.next_at()
            if due_at is not None and due_at <= desk.clock.now():
                await self._climb.all_due()
                for line in self._lines.values():
                    line.wake()
                due_at = self.next_at()
            await self._receipts.match_early()
            if desk.reopened:
                desk.reopened = False
                self._expansion.wake()
            swept = desk.clock.real() - self._swept_at >= desk.lease / 4
            if swept:
                await self._settle_lost(None)
                self._expansion.wake()
            if not desk.alone:
                self._look_for_untold(everything=swept)
        finally:
            self._pulsing = False
        await self._sleep(due_at)

    def _look_for_untold(self, *, everything: bool) -> None:
        """What another has written and not told: it may have fallen; at once, if people wait."""
        with self._desk.read() as view:
            self._teller.touch(
                row.message_id for row in view.untold()
                if everything or row.by_hand > row.by_hand_told
            )  # fmt: skip

    async def _sleep(self, due_at: datetime | None) -> None:
        """Until something is due, at most a quarter of a lease; what is due now is under way."""
        longest = self._desk.lease.total_seconds() / 4
        if self._receipts.expects():
            longest = min(longest, PAUSE)
        if due_at is not None:
            left = (due_at - self._desk.clock.now()).total_seconds()
            longest = min(longest, left if left > 0 else PAUSE)
        try:
            async with asyncio.timeout(longest):
                await self._desk.pulse.wait()
        except TimeoutError:
            return

    async def _settle_lost(self, owner: str | None) -> None:
        """Claims that nobody holds any more: sent again, or known to be unknown."""
        desk = self._desk
        self._swept_at, now = desk.clock.real(), desk.clock.now()

        def found(unit: Unit) -> list[DeliveryRow]:
            rows = unit.leased_out(owner=owner, real=self._swept_at)
            return [row for row in rows if row.id not in desk.in_hand]

        lost = await desk.write(found)
        with desk.read() as view:
            trips = {row.message_id: desk.trip(view, row.message_id) for row in lost}

        def job(unit: Unit) -> None:
            stand = unit.ledger([row.id for row in lost])
            still = [row for row in lost if stand.get(row.id) == row]  # nobody was faster
            rows = [
                changed(row, recovered(row, trip.course, now))
                for row in still
                if (trip := trips[row.message_id]) is not None
            ]
            desk.save(unit, rows)

        if lost:
            await desk.write(job)
            self._teller.touch(Counter(row.message_id for row in lost))
            self.wake()
