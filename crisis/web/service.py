"""What the doors and pages ask of the running service; a runtime fulfils it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from crisis.core.deciding import Decision
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.intake.links import Links
from crisis.organisation import Organisation
from crisis.ports import (
    Clock,
    ConfigurationRow,
    Health,
    Inbox,
    QuarantineRow,
    Receipt,
    Store,
    StreamKind,
)


class Service(Protocol):
    """The running service."""

    @property
    def inbox(self) -> Inbox[Decision]:
        """The one door into the rules."""

    @property
    def clock(self) -> Clock:
        """Business and real time."""

    @property
    def store(self) -> Store:
        """What may be read."""

    @property
    def links(self) -> Links:
        """Makes and reads signed links."""

    @property
    def operator_token(self) -> str:
        """Whoever shows it runs the service: command line, room, configuration."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Tokens of sources and channels, by the names that the settings give them."""

    def organisation(self) -> Organisation:
        """The newest version."""

    def incident(self, incident_id: str) -> Incident | None:
        """Where an incident stands."""

    def pinned(self, incident_id: str) -> Pinned | None:
        """What an incident is pinned to."""

    def events(self, stream: StreamKind, stream_id: str) -> list[Event]:
        """What has happened in a stream, in order."""

    def health(self) -> Health:
        """How the service does, at once; raises Unavailable while nothing at all can be said."""

    async def acknowledge(self, delivery_id: str, at: datetime) -> None:
        """A person said "I have it": the ladder of this delivery stops."""

    async def receive(self, channel: str, receipts: list[Receipt]) -> None:
        """A provider says what became of deliveries."""

    async def quarantine(self, row: QuarantineRow) -> None:
        """Keep a body that could not be read where a person sees it."""

    async def unpark(self, incident_id: str) -> str | None:
        """Try an incident again that was set aside; why it stands still, None when it goes on.

        Raises LookupError where it is not set aside.
        """

    async def apply(self, files: Mapping[str, str]) -> ConfigurationRow:
        """Check an organisation folder and put a numbered version into the store."""

    def outdated(self) -> list[str]:
        """Settings that were applied and take hold with the next start only."""

    async def changed(self, position: int) -> int:
        """Wait until the journal has moved on beyond this position; answer where it stands.

        May be cancelled at any time.
        """
