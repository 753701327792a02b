"""Everything in one process: doors, rules, clock and dispatch, on one SQLite file.

No infrastructure: it runs on a laptop during a power failure. All that is owed stands in the
store; this file only looks at the clock and carries things from one part to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from crisis.channels import open_channel
from crisis.channels.checks import channel_findings
from crisis.channels.page import PageChannel
from crisis.codec import CannotRead, from_recorded
from crisis.compose import Composer
from crisis.coordinator import Coordinator, Parked, Released
from crisis.core.commands import Actor, Command, NoteSent
from crisis.core.deciding import Decision
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.turning import Turning
from crisis.dispatch import Acknowledged, Dispatcher, News
from crisis.dispatch.desk import forever
from crisis.intake.links import Links
from crisis.marks import mark
from crisis.organisation import Organisation
from crisis.ports import (
    OWN_PAGES,
    Channel,
    ConfigurationRow,
    Conflict,
    DeliveryRow,
    MessageRow,
    QuarantineRow,
    Receipt,
    Store,
    StreamKind,
    Unavailable,
    Unit,
)
from crisis.runtime.clock import AdvancedClock, ServiceClock
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter
from crisis.yamlfile import NotAcceptable

_log = structlog.get_logger(__name__)

AT_ONCE = 64
"""Incidents looked at in one turn of the clock."""
AGAIN = 5
"""How often a command is decided again when somebody else decided first."""
LONGEST_SLEEP = 1.0
"""Seconds: how long the clock sleeps at most, should a wake be missed."""


class Embedded:
    """The service. ``inbox`` of the doors is itself: :meth:`submit`."""

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
    ) -> None:
        """Wire the parts. A story brings its own ``clock`` and ``channels``, a service neither.

        ``known`` are versions of the organisation that were read already.
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
        self._writer = GroupWriter(store)
        self._channels = self._open_channels() if channels is None else list(channels)
        self.dispatcher = Dispatcher(
            write=self._writer,
            read=store.read,
            lookup=self.world,
            channels=self._channels,
            clock=self.clock,
            sign=self._sign,
            report=self._news,
            owner="embedded",
        )
        self._coordinator = Coordinator(
            organisation=self.world.organisation,
            words=Composer(),
            abilities=self.dispatcher.abilities,
            stamp=self.dispatcher.stamp,
        )
        self._moved = asyncio.Condition()
        self._tick = asyncio.Event()
        self._ticking = False
        self._submitted = 0

    @property
    def inbox(self) -> Embedded:
        """The one door into the rules."""
        return self

    # --- life ---

    async def run(self) -> None:
        """Serve until cancelled: decide, look at the clock, dispatch."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._writer.run())
            group.create_task(forever("the clock", self._clockwork))
            group.create_task(self.dispatcher.run())

    async def close(self) -> None:
        """Give back connections, thread and file."""
        for channel in self._channels:
            await channel.close()
        self._writer.close()
        self.store.close()

    def idle(self) -> bool:
        """Whether nothing is being decided, due, or on its way: business time may be moved."""
        if self._ticking or self._submitted or not self._writer.idle():
            return False
        return self.dispatcher.idle() and not self._due_now()

    def next_at(self) -> datetime | None:
        """Give the next instant of business time at which anything happens by itself."""
        with self.store.read() as view:
            next_due = view.next_due_at()
        times = [at for at in (next_due, self.dispatcher.next_at()) if at is not None]
        return min(times, default=None)

    async def advance(self, to: datetime) -> None:
        """Move business time ahead; never back. For demo, drill and tests."""
        offset = self.clock.offset + max(to - self.clock.now(), timedelta())
        await self._writer(lambda unit: unit.set_clock_offset(offset))
        self.clock.offset = offset
        self._tick.set()
        self.dispatcher.wake()

    # --- doors ---

    async def submit(self, command: Command, *, wait: timedelta | None = None) -> Decision:
        """Answer with the decision once it is durable; a repeat gets the first answer again."""
        del wait  # decided in this process: the answer never waits for another one
        self._submitted += 1
        try:
            for _ in range(AGAIN):
                try:
                    # Shielded: what was committed is taken to the dispatcher, whoever hung up.
                    return await asyncio.shield(self._decided(command))
                except Conflict:
                    continue
            raise Conflict(command.id)
        finally:
            self._submitted -= 1

    async def _decided(self, command: Command) -> Decision:
        decision, released = await self._writer(lambda unit: self._decide(unit, command))
        mark("decide.after-commit")
        await self._committed(released)
        return decision

    async def acknowledge(self, delivery_id: str, at: datetime) -> None:
        """A person said "I have it": the ladder of this delivery stops."""
        await self.dispatcher.acknowledge(delivery_id, at)

    async def receive(self, channel: str, receipts: Sequence[Receipt]) -> None:
        """A provider says what became of deliveries."""
        await self.dispatcher.receive(channel, receipts)

    async def quarantine(self, row: QuarantineRow) -> None:
        """Keep a body that could not be read where a person sees it."""
        await self._writer(lambda unit: unit.quarantine(row))

    async def apply(self, files: Mapping[str, str]) -> ConfigurationRow:
        """Check an organisation folder and put a numbered version into the store.

        It is read on a thread: nobody at another door waits for it. Raises NotAcceptable.
        """
        now = self.clock.now()
        read = await asyncio.to_thread(Organisation.from_files, files, now=now)
        found = channel_findings(read.configuration, self.secrets)
        if any(one.severity == "error" for one in found):
            raise NotAcceptable(found)
        row = await self._writer(lambda unit: unit.add_configuration(files, at=now))
        self.world.take(Organisation.from_files(files, version=row.version))
        return row

    async def unpark(self, incident_id: str) -> str | None:
        """Let an incident that was set aside go on; answers why it stands still all the same.

        None when it goes on. Raises LookupError where it is not set aside.
        """
        _log.warning("an incident is tried again", incident=incident_id)
        try:
            await self._writer(
                lambda unit: self._coordinator.unpark(unit, incident_id, self.clock.now())
            )
        except (CannotRead, Parked) as reason:
            return str(reason)
        except (Conflict, Unavailable):
            raise  # nothing is wrong with the incident: it may be tried again
        except Exception as fault:
            if type(fault) is LookupError:  # not set aside; a KeyError is a fault in a fold
                raise
            _log.exception("an incident cannot be folded", incident=incident_id)
            return f"the rules failed ({type(fault).__name__})"
        await self._one_tick(incident_id)
        with self.store.read() as view:
            row = view.stream("incident", incident_id)
        return row.parked if row is not None else None

    def outdated(self) -> list[str]:
        """Name the settings that take hold with the next start: channels, where doors listen."""
        opened, now = self._opened_with, self.world.organisation().settings
        names = opened.channels.keys() | now.channels.keys()
        changed = [one for one in names if opened.channels.get(one) != now.channels.get(one)]
        web = ["web"] if opened.web != now.web else []
        return sorted(f"channels.{one}" for one in changed) + web

    # --- what pages read ---

    def organisation(self) -> Organisation:
        """Give the newest version."""
        return self.world.organisation()

    def incident(self, incident_id: str) -> Incident | None:
        """Give an incident as it is durable now."""
        return self.world.incident(incident_id)

    def pinned(self, incident_id: str) -> Pinned | None:
        """Give what an incident is pinned to."""
        with self.store.read() as view:
            row = view.stream("incident", incident_id)
        incident = self.world.incident(incident_id)
        if row is None or incident is None:
            return None
        organisation = self.world.organisation(row.config_version)
        return organisation.pinned(incident.playbook, incident.site)

    def events(self, stream: StreamKind, stream_id: str) -> list[Event]:
        """Give what has happened in a stream, in order."""
        with self.store.read() as view:
            return [from_recorded(recorded) for recorded in view.events(stream, stream_id)]

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

    def _decide(self, unit: Unit, command: Command) -> tuple[Decision, Released]:
        self._coordinator.released = Released()
        decision = self._coordinator.handle(unit, command, self.clock.now())
        return decision, self._coordinator.released

    def _fulfil(self, unit: Unit, incident_id: str) -> Released:
        self._coordinator.released = Released()
        self._coordinator.tick(unit, incident_id, self.clock.now())
        return self._coordinator.released

    async def _committed(self, released: Released) -> None:
        self.dispatcher.take(released.rows)
        if released.messages:
            channels = {row.channel for row in released.rows if row.state == "queued"}
            self.dispatcher.wake(channels)
        self._tick.set()
        async with self._moved:
            self._moved.notify_all()

    def _due_now(self) -> bool:
        with self.store.read() as view:
            at = view.next_due_at()
        return at is not None and at <= self.clock.now()

    async def _clockwork(self) -> None:
        """Do what is owed by now, then wait; an incident that cannot be done stops no other."""
        self._tick.clear()
        self._ticking = True
        try:
            with self.store.read() as view:
                next_due = view.next_due_at()
                ids = view.due(self.clock.now(), AT_ONCE)
            await asyncio.gather(*(self._one_tick(incident_id) for incident_id in ids))
        finally:
            self._ticking = False
        if ids:
            return
        left = (next_due - self.clock.now()).total_seconds() if next_due else LONGEST_SLEEP
        try:
            async with asyncio.timeout(min(max(left, 0.001), LONGEST_SLEEP)):
                await self._tick.wait()
        except TimeoutError:
            return

    async def _one_tick(self, incident_id: str) -> None:
        try:
            released = await self._writer(lambda unit: self._fulfil(unit, incident_id))
        except Conflict:
            return
        except Unavailable:
            raise  # nothing is wrong with the incident: it is done once the store is back
        except CannotRead as unreadable:
            await self._set_aside(incident_id, str(unreadable))
        except Exception as error:  # noqa: BLE001 - one incident never stops the others (G13)
            _log.exception("the rules failed", incident=incident_id)
            await self._set_aside(incident_id, f"the rules failed ({type(error).__name__})")
        else:
            await self._committed(released)

    async def _set_aside(self, incident_id: str, reason: str) -> None:
        """People are called, and have to look at it; the others go on."""
        _log.error("an incident is set aside", incident=incident_id, reason=reason)
        await self._committed(
            await self._writer(lambda unit: self._park(unit, incident_id, reason))
        )

    def _park(self, unit: Unit, incident_id: str, reason: str) -> Released:
        self._coordinator.released = Released()
        self._coordinator.park(unit, incident_id, reason, self.clock.now())
        return self._coordinator.released

    async def _news(self, news: News) -> None:
        """The ledger's turning points go back to the incident as commands."""
        if isinstance(news, Acknowledged):
            return
        command = Command(
            id=f"{news.message_id}/{news.turning}",
            stream="incident",
            stream_id=news.incident_id,
            body=NoteSent(
                message_id=news.message_id,
                sent=news.turning is not Turning.FAILED,
                sent_at=news.at,
                tally={state: count for state, count in news.tally.items() if count},
            ),
            actor=Actor(kind="rule", id="ledger"),
            authority="ledger",
            door="dispatch",
            exercise=self._exercise(news.message_id),
        )
        await self.submit(command)

    def _exercise(self, message_id: str) -> bool:
        with self.store.read() as view:
            message = view.message(message_id)
        return message is not None and message.exercise

    def _sign(self, row: DeliveryRow, message: MessageRow) -> str:
        return self.links.acknowledgement(row.id, message.offer_id)

    def _open_channels(self) -> list[Channel]:
        opened: list[Channel] = [PageChannel(name, self.clock) for name in sorted(OWN_PAGES)]
        for name, settings in self.world.organisation().settings.channels.items():
            opened.append(
                open_channel(name, settings.kind, settings.own(), self.secrets, self.clock)
            )
        return opened
