"""One worker, wired: topics to commands, commands to decisions, and the clock; any number may run.

It keeps nothing that another one would miss. What it lets go stands in the ledger, where
dispatchers find it.
"""

from __future__ import annotations

from collections.abc import Mapping

from crisis.codec import command_from, report_from
from crisis.core.deciding import Decision
from crisis.dispatch.desk import forever
from crisis.ports import Abilities, Store, Unit
from crisis.runtime.brokers import Brokers, Producer
from crisis.runtime.carrying import carry
from crisis.runtime.clock import AdvancedClock
from crisis.runtime.dead_letters import shelved
from crisis.runtime.decider import Decider, nobody
from crisis.runtime.listening import Listening
from crisis.runtime.publish import Publisher
from crisis.runtime.worker import Entry, Note
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter


class Work:
    """Decides what the topics bring, and does what is due."""

    def __init__(
        self,
        *,
        store: Store,
        clock: AdvancedClock,
        abilities: Mapping[str, Abilities],
        brokers: Brokers,
        producer: Producer,
        world: World | None = None,
    ) -> None:
        self._store, self._brokers, self._producer = store, brokers, producer
        self._clock = clock
        self.write = GroupWriter(store)
        world = world or World(store)
        self.decider = Decider(
            store=store, write=self.write, organisation=world.organisation, clock=clock,
            abilities=abilities, tell=nobody,
        )  # fmt: skip
        self.news = Publisher(
            store=store, write=self.write, clock=clock, producer=producer,
            topic=brokers.timeline, cluster=brokers.cluster,
        )  # fmt: skip
        self.listening = Listening(store)
        self.listening.follow(clock, world)
        self.listening.upon("clock", self.decider.wake)
        self.listening.upon("journal", self.news.wake)

    def idle(self) -> bool:
        """Whether nothing is being decided, and nothing is due."""
        return self.write.idle() and self.decider.idle()

    async def run(self) -> None:
        """Work until cancelled."""
        brokers = self._brokers
        await carry(
            store=self._store, write=self.write, brokers=brokers, producer=self._producer,
            group=brokers.workers, topics=(brokers.reports, brokers.commands, brokers.dead_letters),
            act=self._act,
            beside=(
                self.listening.run(),
                forever("the clock", self.decider.turn),
                self.news.run(),
            ),
        )  # fmt: skip

    async def _act(self, entry: Entry, note: Note) -> Decision | None:
        if entry.topic == self._brokers.dead_letters:
            await self.write(lambda unit: self._shelve(unit, entry, note))
            return None
        raw = entry.value or b""
        read = report_from if entry.topic == self._brokers.reports else command_from
        return await self.decider.submit(read(raw), also=note)

    def _shelve(self, unit: Unit, entry: Entry, note: Note) -> None:
        """A dead letter is shown to people beside the bodies that no door could read."""
        row = shelved(entry, self._clock.now())
        if row is not None:
            unit.quarantine(row)
        note(unit)
