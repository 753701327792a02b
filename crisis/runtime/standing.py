"""What doors and pages read from the store, and write to it, in every runtime."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from crisis.channels.checks import channel_findings
from crisis.codec import from_recorded
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.organisation import Organisation
from crisis.ports import ConfigurationRow, Health, QuarantineRow, Store, StreamKind, Unit
from crisis.runtime.clock import AdvancedClock
from crisis.runtime.health import Outlook, health_of
from crisis.runtime.progress import Progress, owed
from crisis.runtime.world import World
from crisis.runtime.writer import GroupWriter
from crisis.yamlfile import NotAcceptable

T = TypeVar("T")


class Standing:
    """How things stand, as it is durable; what comes in beside commands."""

    store: Store
    world: World
    writer: GroupWriter
    clock: AdvancedClock
    secrets: Mapping[str, str]

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

    def health_of_store(self, began: datetime) -> Health:
        """How the service does by what its store says; ``began`` is real time.

        Raises Unavailable while nothing can be read.
        """
        with self.store.read() as view:
            now = self.clock.real()
            progress = Progress(at=now, owed=owed(view, self.clock.now(), now))
        rules = self.organisation().settings.break_glass
        return health_of(progress, Outlook(there_since=began), now=now, told=None, rules=rules)

    async def write(self, job: Callable[[Unit], T], /) -> T:
        """Answer once a job of a door is durable; raises as it did."""
        return await self.writer(job)

    async def quarantine(self, row: QuarantineRow) -> None:
        """Keep a body that could not be read where a person sees it."""
        await self.writer(lambda unit: unit.quarantine(row))

    async def apply(self, files: Mapping[str, str]) -> ConfigurationRow:
        """Check an organisation folder and put a numbered version into the store.

        It is read on a thread: nobody at another door waits for it. Raises NotAcceptable.
        """
        now = self.clock.now()
        read = await asyncio.to_thread(Organisation.from_files, files, now=now)
        found = channel_findings(read.configuration, self.secrets)
        if any(one.severity == "error" for one in found):
            raise NotAcceptable(found)
        row = await self.write(lambda unit: unit.add_configuration(files, at=now))
        self.world.take(Organisation.from_files(files, version=row.version))
        return row
