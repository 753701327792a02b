"""One dispatcher of several, wired: it claims what the ledger holds and brings it to people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from crisis.codec import receipts_from
from crisis.dispatch import Dispatcher, News
from crisis.dispatch.outgoing import Sign
from crisis.ports import Acknowledgement, Channel, Store
from crisis.runtime.brokers import Brokers, Keeping, Producer
from crisis.runtime.carrying import carry
from crisis.runtime.clock import AdvancedClock
from crisis.runtime.listening import Listening
from crisis.runtime.log_inbox import LogInbox
from crisis.runtime.news import note_of
from crisis.runtime.worker import Entry, Note
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter

LEASE = timedelta(minutes=1)
"""A dispatcher that was killed is missed that long; what a slow channel has not sent by then is
given back."""


class Sending:
    """Dispatches, and writes down what providers and people say of deliveries.

    ``owner`` is the name of this dispatcher and of no other: the same after a restart, so that it
    settles what it had claimed.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: AdvancedClock,
        channels: Sequence[Channel],
        sign: Sign,
        brokers: Brokers,
        producer: Producer,
        owner: str,
        lease: timedelta = LEASE,
        world: World | None = None,
    ) -> None:
        self._store, self._brokers, self._producer = store, brokers, producer
        self._inbox = LogInbox(
            Keeping(producer=producer),
            store,
            clock,
            reports=brokers.reports,
            commands=brokers.commands,
        )
        self.write = GroupWriter(store)
        world = world or World(store)
        self.dispatcher = Dispatcher(
            write=self.write, read=store.read, lookup=world, channels=channels, clock=clock,
            sign=sign, report=self._tell, owner=owner, lease=lease, alone=False,
        )  # fmt: skip
        self.listening = Listening(store)
        self.listening.follow(clock, world)
        self.listening.upon("ledger", self.dispatcher.wake)
        self.listening.upon("clock", self.dispatcher.wake)

    def idle(self) -> bool:
        """Whether nothing is due, claimed, in flight or untold."""
        return self.write.idle() and self.dispatcher.idle()

    async def run(self) -> None:
        """Dispatch until cancelled."""
        brokers = self._brokers
        await carry(
            store=self._store, write=self.write, brokers=brokers, producer=self._producer,
            group=brokers.dispatchers, topics=(brokers.receipts,),
            act=self._act,
            beside=(
                self.listening.run(),
                self.dispatcher.run(),
            ),
        )  # fmt: skip

    async def _tell(self, news: News) -> None:
        note = note_of(news, self._store)
        if note is not None:
            await self._inbox.keep(note)

    async def _act(self, entry: Entry, note: Note) -> None:
        told = receipts_from(entry.value or b"")
        if isinstance(told, Acknowledgement):
            await self.dispatcher.acknowledge(told.delivery_id, told.at)
        else:
            await self.dispatcher.receive(told.channel, told.receipts)
        await self.write(note)
