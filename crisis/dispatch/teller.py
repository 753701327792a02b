"""Tells the incident, once, when a message was sent or could not be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from crisis.core.delivery import Reason
from crisis.core.ladder import left_over
from crisis.core.turning import Turning, turning
from crisis.dispatch.desk import PAUSE, Desk
from crisis.dispatch.news import LeftOver, Turned
from crisis.ledger import direct_fanout
from crisis.marks import mark
from crisis.ports import (
    Conflict,
    DeliveryRow,
    FanoutRow,
    MessageRow,
    Unavailable,
    Unit,
    View,
)

log = structlog.get_logger(__name__)

_LOOKED_AT = 500
"""Incidents, the newest first, whose messages are looked at after a start."""
_LARGE, _A_WHILE = 2000, timedelta(minutes=1)
"""Rows of a message from which on they are not looked through each time; and how often then."""


def turning_of(
    view: View,
    fanout: FanoutRow,
    tally: Mapping[str, int],
    *,
    night: Callable[[], bool] = lambda: True,
) -> Turning | None:
    """What may be told of a message by now; None for not yet.

    ``tally`` is the message's. Its rows are read only where the counts do not say it; ``night``
    says whether some of the untried may wait for the end of quiet hours.
    """
    found = turning(tally, asleep=0, climbing=True, ended=fanout.closed)
    if found is not None or tally["sending"] or (tally["untried"] and not night()):
        return found
    rows = view.deliveries(fanout.message_id)
    asleep = sum(row.reason == Reason.QUIET_HOURS and row.attempts == 0 for row in rows)
    climbing = any(row.fallback_at is not None for row in rows)
    return turning(tally, asleep=asleep, climbing=climbing, ended=fanout.closed)


class Teller:
    """Looks at messages whose rows have moved, and reports their turning points.

    The report comes first and the durable mark (``FanoutRow.told``) after it: a crash between the
    two repeats the report, and loses none. A message to named people should have a fan-out row too
    (:func:`crisis.ledger.direct_fanout`): without one it gets it with the mark, and a crash before
    that may lose the report.
    """

    def __init__(
        self,
        desk: Desk,
        report: Callable[[Turned | LeftOver], Awaitable[None]],
        has_more: Callable[[str], bool],
    ) -> None:
        self._desk = desk
        self._report = report
        self._has_more = has_more
        self._touched: dict[str, None] = {}
        """In the order in which they were touched: the same causes, the same order of telling."""
        self._moved_at: dict[str, datetime] = {}
        self._asleep: set[str] = set()
        self._left: dict[str, tuple[int, int]] = {}
        self._counted_at: dict[str, datetime] = {}
        self._wake = asyncio.Event()
        self._telling = False

    def touch(self, message_ids: Iterable[str], at: datetime | None = None) -> None:
        """Something about these messages changed; their rows moved at this business time."""
        for message_id in sorted(message_ids):
            self._touched[message_id] = None
            if at is not None:
                self._moved_at[message_id] = at
        self._wake.set()

    def idle(self) -> bool:
        """Nothing waits to be told."""
        return not (self._wake.is_set() or self._telling or self._touched)

    def find_untold(self, view: View) -> None:
        """After a start: everything that the incident may not have been told."""
        self.touch(row.message_id for row in view.untold())
        for stream in view.streams("incident", limit=_LOOKED_AT):
            if stream.key is not None:
                self.touch(row.id for row in view.messages(stream.stream_id))

    async def step(self) -> None:
        """Tell what there is to tell, all at once so that it shares commits; then wait for more."""
        await self._wake.wait()
        self._wake.clear()
        self._telling = True
        try:
            # Rows that are in our hands will say so when they have moved.
            ready = [one for one in self._touched if not self._in_hand(one)]
            for one in ready:
                del self._touched[one]
            await asyncio.gather(*map(self._tell_or_later, ready))
        finally:
            self._telling = False

    def _in_hand(self, message_id: str) -> bool:
        return self._desk.of_message[message_id] > 0 or self._has_more(message_id)

    async def _tell_or_later(self, message_id: str) -> None:
        try:
            await self._tell(message_id)
        except (Unavailable, Conflict):
            log.exception("an incident could not be told; tried again", message=message_id)
            self._touched[message_id] = None
            asyncio.get_running_loop().call_later(PAUSE, self._wake.set)
        except Exception:
            # Its rules have broken: until it is set aside, or mended, nobody need wait for it.
            log.exception("an incident could not be told; tried again", message=message_id)
            asyncio.get_running_loop().call_later(PAUSE, self.touch, [message_id])

    async def _tell(self, message_id: str) -> None:
        await self._tell_left_over(message_id)
        await self._tell_turning(message_id)

    async def _tell_left_over(self, message_id: str) -> None:
        """Whom only a person can tell, once all that machines can do is done.

        The mark (``FanoutRow.by_hand_told``) follows the report, as with the turning points.
        """
        with self._desk.read() as view:
            fanout, message = view.fanout(message_id), view.message(message_id)
            if fanout is None or message is None or fanout.by_hand == fanout.by_hand_told:
                return
            if fanout.closed or message.offer_id is not None:
                left = None  # nobody waits for it
            elif not fanout.finished or self._under_way(view, fanout):
                return
            else:
                left = self._left_over(view, message)
                if left is None:
                    return
        told = self._left.get(message_id)
        news = told is not None or fanout.by_hand_told or (left is not None and left.count)
        if left is not None and news and told != (left.count, left.of):
            mark("left-over.before-report")
            await self._report(left)
            mark("left-over.after-report")
            self._left[message_id] = (left.count, left.of)

        def job(unit: Unit) -> None:
            stands = unit.fanout(message_id)
            if stands is not None:
                unit.save_fanout(replace(stands, by_hand_told=fanout.by_hand))

        await self._desk.certain(job, "what is left to people")

    def _under_way(self, view: View, fanout: FanoutRow) -> bool:
        """Whether machines are still at it; those who sleep wait for the morning."""
        tally = view.tally(fanout.message_id)
        return bool(tally["sending"] or (tally["untried"] and not self._night(view, fanout)))

    def _left_over(self, view: View, message: MessageRow) -> LeftOver | None:
        """How many they are; a large audience is counted once a minute at most: None until then."""
        if self._counted_lately(message.id, sum(view.tally(message.id).values())):
            return None
        trip = self._desk.trip(view, message.id)
        if trip is None:
            return None
        rows: dict[str, list[DeliveryRow]] = {}
        for row in view.deliveries(message.id):
            rows.setdefault(row.recipient_id, []).append(row)
        hands = {way.medium for stage in trip.course.stages for way in stage.ways if way.person}
        of = sum(any(row.medium in hands for row in theirs) for theirs in rows.values())
        count = sum(left_over(theirs, trip.course) for theirs in rows.values())
        return LeftOver(
            message_id=message.id,
            incident_id=message.incident_id,
            kind=message.kind,
            audience=message.audience,
            count=count,
            of=of,
        )

    def _counted_lately(self, message_id: str, size: int) -> bool:
        """Whether a large audience was just looked through: then it is again in a minute."""
        if size <= _LARGE:
            return False
        real = self._desk.clock.real()
        last = self._counted_at.get(message_id)
        if last is not None and real - last < _A_WHILE:
            loop = asyncio.get_running_loop()
            loop.call_later(_A_WHILE.total_seconds(), self.touch, [message_id])
            return True
        self._counted_at[message_id] = real
        return False

    async def _tell_turning(self, message_id: str) -> None:
        with self._desk.read() as view:
            message = view.message(message_id)
            if message is None:
                return
            fanout = view.fanout(message_id) or direct_fanout(message)
            if fanout.told or not (fanout.finished or fanout.closed):
                return
            turned = self._turned(view, fanout)
        if turned is None or (turned.turning is Turning.ASLEEP and message_id in self._asleep):
            return
        mark("turning.before-report")
        await self._report(turned)
        mark("turning.after-report")
        if turned.turning is Turning.ASLEEP:
            self._asleep.add(message_id)
            return

        def job(unit: Unit) -> None:
            stands = unit.fanout(message_id)
            if stands is None:
                unit.add_fanouts([direct_fanout(message, told=True)])
            else:
                unit.save_fanout(replace(stands, told=True))

        await self._desk.certain(job, "what the incident was told")
        self._asleep.discard(message_id)
        self._moved_at.pop(message_id, None)

    def _turned(self, view: View, fanout: FanoutRow) -> Turned | None:
        """What there is to tell. The rows are read only where their counts do not say it."""
        tally = view.tally(fanout.message_id)
        found = turning_of(view, fanout, tally, night=lambda: self._night(view, fanout))
        if found is None:
            return None
        at = self._moved_at.get(fanout.message_id)
        if at is None:
            rows = view.deliveries(fanout.message_id)
            times = (row.sent_at for row in rows if row.sent_at is not None)
            at = max(times, default=self._desk.clock.now())
        return Turned(
            turning=found,
            message_id=fanout.message_id,
            incident_id=fanout.incident_id,
            at=at,
            tally=tally,
        )

    def _night(self, view: View, fanout: FanoutRow) -> bool:
        """Whether some of the untried may wait for the end of quiet hours."""
        trip = self._desk.trip(view, fanout.message_id)
        quiet = trip.course.quiet if trip else None
        return quiet is not None and quiet.until(self._desk.clock.now()) is not None
