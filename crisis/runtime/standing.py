"""How things stand, as it is durable: what pages read, in every runtime."""

from __future__ import annotations

from crisis.codec import from_recorded
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.organisation import Organisation
from crisis.ports import Store, StreamKind
from crisis.runtime.world import World


class Standing:
    """What the store says now."""

    store: Store
    world: World

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
