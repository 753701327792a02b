"""The doors and pages of a service whose rules run elsewhere: kept in topics, read from the store.

It holds nothing that another one would miss, so any number may run behind one address.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from crisis.codec import acknowledgement_bytes, receipts_bytes
from crisis.intake.links import Links
from crisis.organisation import Organisation
from crisis.ports import Abilities, Health, QuarantineRow, Receipt, Store, Unavailable, Unit
from crisis.runtime.brokers import Keeping, Producer
from crisis.runtime.clock import AdvancedClock, ServiceClock
from crisis.runtime.dead_letters import DeadLetters
from crisis.runtime.decider import Decider, nobody
from crisis.runtime.listening import Listening
from crisis.runtime.log_inbox import LogInbox
from crisis.runtime.lookout import Lookout
from crisis.runtime.opened import outdated
from crisis.runtime.standing import Standing
from crisis.runtime.topics import DEAD_LETTERS
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter

T = TypeVar("T")

LOOK = 5.0
"""Seconds between two looks at the journal for pages that follow it, should nothing be heard."""


KEPT_WITHIN = 3.0
"""Seconds that the store has to keep a body that could not be read, before the brokers do."""
WRITTEN_WITHIN = 10.0
"""Seconds that somebody at a door waits for the store: longer than one who stands still in the
middle of a batch holds up the others."""


class Front(Standing):
    """What the doors ask of the service, see :class:`crisis.web.service.Service`."""

    def __init__(
        self,
        *,
        store: Store,
        secrets: Mapping[str, str],
        link_secret: str,
        operator_token: str,
        producer: Producer,
        topics: tuple[str, str, str],
        abilities: Mapping[str, Abilities],
        dead_letters: str = DEAD_LETTERS.name,
        public_url: str | None = None,
        clock: AdvancedClock | None = None,
        known: Sequence[Organisation] = (),
        world: World | None = None,
        lookout: Lookout | None = None,
    ) -> None:
        """``topics`` are the names of those of reports, commands and receipts.

        A story brings its own ``clock``; ``known`` are versions that were read already. A
        ``world`` that knows its organisation, and a ``lookout``, let the doors open while the
        store is away.
        """
        self.store = store
        self.secrets = secrets
        self.operator_token = operator_token
        self.clock: AdvancedClock = clock or ServiceClock()
        with suppress(Unavailable), store.read() as view:
            self.clock.offset = view.clock_offset()
        self.world = world or World(store, *known)
        self._lookout, self._began = lookout, self.clock.real()
        self._opened_with = self.world.organisation().settings
        self.links = Links(
            secret=link_secret, clock=self.clock,
            public_url=public_url or self._opened_with.web.public_url,
        )  # fmt: skip
        self.writer = GroupWriter(store)
        reports, commands, self._receipts = topics
        self._keeps = Keeping(producer=producer, gone=self._brokers_gone)
        self._letters = DeadLetters(producer, dead_letters)
        self._listening = Listening(store)
        self._listening.follow(self.clock, self.world)
        self.inbox = LogInbox(self._keeps, store, self.clock, reports=reports, commands=commands)
        self._listening.upon("journal", self.inbox.answers.look)
        self._decider = Decider(
            store=store, write=self.write, organisation=self.world.organisation,
            clock=self.clock, abilities=abilities, tell=nobody,
        )  # fmt: skip

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listening.run())
            group.create_task(self.writer.run())
            if self._lookout is not None:
                group.create_task(self._lookout.run())

    def health(self) -> Health:
        """How the service does, as the lookout saw it last."""
        if self._lookout is not None:
            return self._lookout.health()
        return self.health_of_store(self._began)

    async def quarantine(self, row: QuarantineRow) -> None:
        """Keep a body that could not be read; where the store is away, a worker brings it there."""
        try:
            await self.writer(lambda unit: unit.quarantine(row), within=KEPT_WITHIN)
        except Unavailable:
            await self._letters.keep_body(row)

    async def write(self, job: Callable[[Unit], T], /) -> T:
        """The same, in time for whoever waits at a door.

        Raises Unavailable where nothing was written, InDoubt where it may yet be.
        """
        return await self.writer(job, within=WRITTEN_WITHIN)

    async def acknowledge(self, delivery_id: str, at: datetime) -> None:
        """A person said "I have it": kept, for a dispatcher to write down."""
        value = acknowledgement_bytes(delivery_id, at)
        await self._keeps(self._receipts, value, key=delivery_id.encode())

    async def receive(self, channel: str, receipts: Sequence[Receipt]) -> None:
        """A provider says what became of deliveries: kept, in order of each delivery."""
        for one in receipts:
            value = receipts_bytes(channel, [one])
            key = (one.delivery_id or one.provider_ref).encode()
            await self._keeps(self._receipts, value, key=key)

    def _brokers_gone(self) -> bool:
        return self._lookout is not None and self._lookout.brokers_gone()

    async def unpark(self, incident_id: str) -> str | None:
        """Let an incident that was set aside go on: see :meth:`Decider.unpark`."""
        return await self._decider.unpark(incident_id)

    def outdated(self) -> list[str]:
        """Name the settings that take hold with the next start, of doors and of dispatchers."""
        return outdated(self._opened_with, self.world.organisation().settings)

    async def changed(self, position: int) -> int:
        """Wait until the journal has moved on beyond a position; answer where it stands."""
        while True:
            with self.store.read() as view:
                news = view.since(position, 10_000)
            if news:
                return news[-1].position
            await self._listening.next(LOOK)
