"""Everything in one process: doors, rules, clock and dispatch, on one SQLite file.

No infrastructure: it runs on a laptop during a power failure. All that is owed stands in the
store; this file only looks at the clock and carries things from one part to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from crisis.coordinator import Released, fresh_salt
from crisis.dispatch import Dispatcher, News
from crisis.dispatch.desk import forever
from crisis.intake.links import Links
from crisis.organisation import Organisation
from crisis.ports import (
    Channel,
    Health,
    Receipt,
    Store,
)
from crisis.runtime.clock import AdvancedClock, ServiceClock
from crisis.runtime.decider import Decider
from crisis.runtime.news import note_of
from crisis.runtime.opened import open_channels, outdated
from crisis.runtime.standing import Standing
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter

_log = structlog.get_logger(__name__)


class Embedded(Standing):
    """The service: doors, rules, clock and dispatch."""

    def __init__(
        self,
        *,
        store: Store,
        secrets: Mapping[str, str],
        link_secret: str,
        operator_token: str,
        public_url: str | None = None,
        clock: AdvancedClock | None = None,
        channels: Sequence[Channel] | None = None,
        known: Sequence[Organisation] = (),
        salt: Callable[[], str] = fresh_salt,
        beside: bool = True,
    ) -> None:
        """Wire the parts. A story brings its own ``clock`` and ``channels``, a service neither.

        ``known`` are versions of the organisation that were read already. A story that has to come
        out the same each time brings its ``salt`` and no thread ``beside`` the loop.
        """
        self.store = store
        self.secrets = secrets
        self.operator_token = operator_token
        self.clock: AdvancedClock = clock or ServiceClock()
        with store.read() as view:
            self.clock.offset = view.clock_offset()
        self.world = World(store, *known)
        settings = self._opened_with = self.world.organisation().settings
        self.links = Links(
            secret=link_secret, clock=self.clock, public_url=public_url or settings.web.public_url
        )
        self.writer = GroupWriter(store, beside=beside)
        self._channels = list(channels) if channels is not None else self._opened()
        self.dispatcher = Dispatcher(
            write=self.writer,
            read=store.read,
            lookup=self.world,
            channels=self._channels,
            clock=self.clock,
            sign=self.links.of_delivery,
            report=self._news,
            owner="embedded",
        )
        self.decider = Decider(
            store=store,
            write=self.writer,
            organisation=self.world.organisation,
            clock=self.clock,
            abilities=self.dispatcher.abilities,
            stamp=self.dispatcher.stamp,
            tell=self._let_go,
            salt=salt,
        )
        self._moved = asyncio.Condition()
        self._began = self.clock.real()

    @property
    def inbox(self) -> Decider:
        """The one door into the rules."""
        return self.decider

    # --- life ---

    async def run(self) -> None:
        """Serve until cancelled: decide, look at the clock, dispatch."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.writer.run())
            group.create_task(forever("the clock", self.decider.turn))
            group.create_task(self.dispatcher.run())

    async def close(self) -> None:
        """Give back connections, thread and file."""
        for channel in self._channels:
            await channel.close()
        self.writer.close()
        self.store.close()

    def health(self) -> Health:
        """How the service does now; raises Unavailable while nothing can be read."""
        return self.health_of_store(self._began)

    def idle(self) -> bool:
        """Whether nothing is being decided, due, or on its way: business time may be moved."""
        return self.writer.idle() and self.dispatcher.idle() and self.decider.idle()

    def next_at(self) -> datetime | None:
        """Give the next instant of business time at which anything happens by itself."""
        with self.store.read() as view:
            next_due = view.next_due_at()
        times = [at for at in (next_due, self.dispatcher.next_at()) if at is not None]
        return min(times, default=None)

    async def advance(self, to: datetime) -> None:
        """Move business time ahead; never back. For demo, drill and tests."""
        offset = self.clock.offset + max(to - self.clock.now(), timedelta())
        await self.writer(lambda unit: unit.set_clock_offset(offset))
        self.clock.offset = offset
        self.decider.wake()
        self.dispatcher.wake()

    # --- doors ---

    async def acknowledge(self, delivery_id: str, at: datetime) -> None:
        """A person said "I have it": the ladder of this delivery stops."""
        await self.dispatcher.acknowledge(delivery_id, at)

    async def receive(self, channel: str, receipts: Sequence[Receipt]) -> None:
        """A provider says what became of deliveries."""
        await self.dispatcher.receive(channel, receipts)

    async def unpark(self, incident_id: str) -> str | None:
        """Let an incident that was set aside go on: see :meth:`Decider.unpark`."""
        return await self.decider.unpark(incident_id)

    def outdated(self) -> list[str]:
        """Name the settings that take hold with the next start: channels, where doors listen."""
        return outdated(self._opened_with, self.world.organisation().settings)

    # --- what pages read ---

    async def changed(self, position: int) -> int:
        """Wait until the journal has moved on beyond a position; answer where it stands."""
        while True:
            with self.store.read() as view:
                news = view.since(position, 10_000)
            if news:
                return news[-1].position
            async with self._moved:
                await self._moved.wait()

    # --- inside ---

    async def _let_go(self, released: Released) -> None:
        if released.media_changed:
            self.dispatcher.forget()
        self.dispatcher.take(released.rows)
        if released.messages:
            channels = {row.channel for row in released.rows if row.state == "queued"}
            self.dispatcher.wake(channels)
        async with self._moved:
            self._moved.notify_all()

    async def _news(self, news: News) -> None:
        """The ledger's turning points go back to the incident as commands."""
        note = note_of(news, self.store)
        if note is not None:
            await self.decider.submit(note)

    def _opened(self) -> list[Channel]:
        return open_channels(self.world.organisation(), self.secrets, self.clock)
