"""The record beside a service: its store, or a copy of it, opened for reading what it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

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

    def digest(self) -> str:
        """The digest of the content of that version; LookupError where there is none."""
        with self.store.read() as view:
            row = view.configuration()
        if row is None:
            raise LookupError("-")
        return row.digest

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
def opened(where: str | Path) -> Iterator[StoreReader]:
    """The store of a service that does not run; StoreRefused where one owns it after all."""
    store = open_store(where, upgrading=False)
    try:
        yield StoreReader(store)
    finally:
        store.close()


@contextmanager
def copied(home: Path) -> Iterator[Store]:
    """A copy of the store of this data folder, as of one moment, whether a service runs or not.

    OSError where there is none, or it cannot be read.
    """
    with TemporaryDirectory(prefix="crisis-") as folder:
        copy = Path(folder) / "crisis.db"
        try:
            with (
                closing(sqlite3.connect(f"{(home / 'crisis.db').resolve().as_uri()}?mode=ro",
                                        uri=True)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):  # fmt: skip
                source.backup(target)
        except sqlite3.Error as error:
            raise OSError(f"{home / 'crisis.db'}: {error}") from error
        with closing(open_store(copy)) as store:
            yield store
