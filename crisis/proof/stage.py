"""What a story plays on: any runtime, opened and opened again on what is durable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from crisis.core.deciding import Decision
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.organisation import Organisation
from crisis.ports import Channel, Inbox, QuarantineRow, Receipt, Store, StreamKind
from crisis.proof.fakes import StoryClock


class Runtime(Protocol):
    """The service, as a story needs it: every runtime can be told a story."""

    store: Store

    async def run(self) -> None:
        """Serve until cancelled."""

    def idle(self) -> bool:
        """Whether nothing is being decided, due, or on its way."""

    def next_at(self) -> datetime | None:
        """The next instant of business time at which anything happens by itself."""

    async def advance(self, to: datetime) -> None:
        """Move business time ahead."""

    @property
    def inbox(self) -> Inbox[Decision]:
        """The one door into the rules."""

    async def acknowledge(self, delivery_id: str, at: datetime) -> None:
        """A person said "I have it"."""

    async def receive(self, channel: str, receipts: list[Receipt]) -> None:
        """A provider calls back."""

    async def quarantine(self, row: QuarantineRow) -> None:
        """Keep a body that could not be read."""

    async def apply(self, files: Mapping[str, str]) -> Any:
        """A new version of the organisation."""

    async def unpark(self, incident_id: str) -> str | None:
        """Let an incident that was set aside go on; why it stands still all the same."""

    def organisation(self, /) -> Organisation:
        """The newest version."""

    def incident(self, incident_id: str) -> Incident | None:
        """An incident as it is durable now."""

    def pinned(self, incident_id: str) -> Pinned | None:
        """What an incident is pinned to."""

    def events(self, stream: StreamKind, stream_id: str) -> list[Event]:
        """What has happened in a stream."""


class Stage(Protocol):
    """Where a story plays: opens the service on one store, and opens it again after a stop."""

    def open(self, clock: StoryClock, channels: Iterable[Channel]) -> Runtime:
        """Wire a service that is not running yet."""

    async def shut(self, runtime: Runtime) -> None:
        """Let go of a service that was cancelled; what is durable stays for the next one."""
