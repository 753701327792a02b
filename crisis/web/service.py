"""What the doors and pages ask of the running service; a runtime fulfils it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.intake.links import Links
from crisis.ports import (
    Clock,
    ConfigurationRow,
    Directory,
    Inbox,
    QuarantineRow,
    Receipt,
    Store,
    StreamKind,
)


class Refusal(Protocol):
    """Why the rules said no."""

    @property
    def rule(self) -> str:
        """The rule that said no."""

    @property
    def words(self) -> Mapping[str, str]:
        """The reason, and what can be done: language -> text."""


class Decision(Protocol):
    """What the rules answered."""

    @property
    def accepted(self) -> bool:
        """Whether it was done."""

    @property
    def refusal(self) -> Refusal | None:
        """Why not, if it was not."""

    @property
    def events(self) -> Sequence[Event]:
        """What has happened by it."""


class Settings(Protocol):
    """What the doors look at in the settings."""

    @property
    def organisation(self) -> Mapping[str, str]:
        """The organisation's name, language -> text."""

    @property
    def languages(self) -> Sequence[str]:
        """Its languages; the first is what is spoken where nobody asks for another."""

    @property
    def default_site(self) -> str:
        """Where a report is about if nothing says so."""

    @property
    def contact(self) -> str:
        """The function that answers where nothing else names one."""

    @property
    def channels(self) -> Mapping[str, Any]:
        """The ways to reach people, each with the kind that it uses and its own settings."""

    @property
    def sources(self) -> Mapping[str, Any]:
        """Who may send reports: each a ``Source`` of the intake, with the name of its ``token``."""


class Organisation(Protocol):
    """One version of the organisation's content."""

    @property
    def settings(self) -> Settings:
        """How it runs Crisis."""

    @property
    def sites(self) -> Mapping[str, Site]:
        """Its places."""

    @property
    def plan(self) -> CommunicationPlan:
        """Whom it tells, by what, how fast."""

    @property
    def directory(self) -> Directory:
        """Its people and rota."""

    @property
    def configuration(self) -> Any:
        """Its files, typed: ``configuration.people.people`` is everyone who may act, by id."""

    @property
    def playbooks(self) -> Mapping[str, Any]:
        """Its playbooks by name, each with its typed ``playbook``."""


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

    async def acknowledge(self, delivery_id: str, at: datetime) -> None:
        """A person said "I have it": the ladder of this delivery stops."""

    async def receive(self, channel: str, receipts: list[Receipt]) -> None:
        """A provider says what became of deliveries."""

    async def quarantine(self, row: QuarantineRow) -> None:
        """Keep a body that could not be read where a person sees it."""

    async def apply(self, files: Mapping[str, str]) -> ConfigurationRow:
        """Check an organisation folder and put a numbered version into the store."""

    async def changed(self, position: int) -> int:
        """Wait until the journal has moved on beyond this position; answer where it stands.

        With -1 it answers at once. May be cancelled at any time.
        """
