"""The record of a service that does not run: its store, opened for reading what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crisis.codec import from_recorded
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.organisation import Organisation
from crisis.ports import Store, StreamKind
from crisis.runtime.world import World
from crisis.store import open_store


class StoreReader:
    """Reads a store as the service would."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._world = World(store)

    def organisation(self) -> Organisation:
        """The newest version."""
        return self._world.organisation()

    def incident(self, incident_id: str) -> Incident | None:
        """Where an incident stands."""
        return self._world.incident(incident_id)

    def pinned(self, incident_id: str) -> Pinned | None:
        """What an incident is pinned to."""
        incident = self.incident(incident_id)
        with self.store.read() as view:
            row = view.stream("incident", incident_id)
        if incident is None or row is None:
            return None
        organisation = self._world.organisation(row.config_version)
        return organisation.pinned(incident.playbook, incident.site)

    def events(self, stream: StreamKind, stream_id: str) -> list[Event]:
        """What has happened in a stream."""
        with self.store.read() as view:
            return [from_recorded(recorded) for recorded in view.events(stream, stream_id)]


@contextmanager
def opened(home: Path) -> Iterator[StoreReader]:
    """The store of this data folder; StoreRefused where a service owns it after all."""
    store = open_store(home / "crisis.db")
    try:
        yield StoreReader(store)
    finally:
        store.close()
