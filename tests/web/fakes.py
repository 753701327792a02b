"""A service that remembers what it was asked, and people who speak HTTP to it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import uvicorn

from crisis.core.commands import Command
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.intake.links import Links
from crisis.ports import (
    Check,
    ConfigurationRow,
    Health,
    Pending,
    QuarantineRow,
    Receipt,
    StreamKind,
)
from crisis.store.memory import MemoryStore
from crisis.web.app import create_app
from crisis.web.service import Service
from tests.unit.intake.senders import FakeSource

TOKEN = "machine-token"
OPERATOR_TOKEN = "operator-token"


class FakeClock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        """Begin on a Sunday afternoon."""
        self.at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)

    def now(self) -> datetime:
        """Business time."""
        return self.at

    def real(self) -> datetime:
        """Real time, the same here."""
        return self.at


@dataclass
class Answered:
    """A decision."""

    accepted: bool = True
    refusal: Any = None
    events: list[Event] = field(default_factory=list)


class FakeInbox:
    """Answers every command, and a repeat as the first time; refuses what the test says."""

    def __init__(self) -> None:
        """Accept everything."""
        self.commands: list[Command] = []
        self.answers: dict[str, Answered] = {}
        self.refuse: tuple[str, Mapping[str, str]] | None = None
        self.broken = False

    async def submit(self, command: Command, *, wait: timedelta | None = None) -> Answered:
        """Decide once for each id."""
        del wait
        if self.broken:
            raise OSError("the store is away")
        if command.id not in self.answers:
            self.commands.append(command)
            refusal = None
            if self.refuse is not None:
                refusal = SimpleNamespace(
                    rule=self.refuse[0], words=self.refuse[1], overridable=True
                )
            self.answers[command.id] = Answered(accepted=refusal is None, refusal=refusal)
        return self.answers[command.id]


class LateInbox:
    """Keeps every command, and answers none of them in time."""

    def __init__(self, at: datetime) -> None:
        """Nothing is kept yet."""
        self.at = at
        self.waiting: list[Command] = []

    async def submit(self, command: Command, *, wait: timedelta | None = None) -> Pending:
        """Say that it is kept."""
        del wait
        self.waiting.append(command)
        return Pending(command_id=command.id, kept_at=self.at)


class TokenSource(FakeSource):
    """A source whose token is the secret of this name."""

    def __init__(self, token: str, by: str = "machine") -> None:
        """Everything is allowed."""
        super().__init__()
        self.token = token
        self.by = by


class FakeDirectory:
    """Two people and one desk."""

    version = 1

    def name(self, person_id: str) -> str:
        """The name that is shown."""
        return {"p1": "Ada Martin", "p2": "Bo <Lind>"}.get(person_id, "?")

    def contact(self, function: str, language: str) -> str:
        """How the desk is reached."""
        return f"{function} ({language}): +33 6 39 98 01 01"


def organisation() -> Any:
    """An organisation of one site, two people and three sources."""
    settings = SimpleNamespace(
        organisation={"fr": "Hôpital Nord", "en": "North Hospital"},
        languages=("fr", "en"),
        default_site="annex",
        contact="desk",
        call_first=("desk",),
        sources={
            "prometheus": TokenSource("prometheus-token"),
            "desk": TokenSource("desk-token", by="person"),
            "unset": TokenSource("missing-token"),
        },
        channels={
            "sms": SimpleNamespace(kind="gateway", own=dict),
            "email": SimpleNamespace(kind="email", own=dict),
        },
    )
    annex = Site.model_validate(
        {"name": "annex", "title": {"fr": "Annexe", "en": "Annex"}, "zone": "Europe/Paris",
         "buildings": {"north": {}}}
    )  # fmt: skip
    return SimpleNamespace(
        version=1,
        settings=settings,
        sites={"annex": annex},
        plan=SimpleNamespace(severities={"S1": {}, "S2": {}, "S3": {}}),
        directory=FakeDirectory(),
        configuration=SimpleNamespace(
            people=SimpleNamespace(
                people={
                    "p1": SimpleNamespace(name="Ada Martin", functions=("duty",)),
                    "p2": SimpleNamespace(name="Bo <Lind>", functions=()),
                }
            )
        ),
        playbooks={},
    )


class FakeService:
    """Everything that the pages ask of a runtime, in memory."""

    def outdated(self) -> list[str]:
        """Nothing waits for a restart."""
        return []

    def __init__(self) -> None:
        """An empty journal."""
        self.inbox: Any = FakeInbox()
        self.clock = FakeClock()
        self.store: Any = MemoryStore()
        self.links = Links(secret="x" * 32, clock=self.clock, public_url="http://crisis.test")
        self.operator_token = OPERATOR_TOKEN
        self.secrets: Mapping[str, str] = {"prometheus-token": TOKEN, "desk-token": "desk-token"}
        self.incidents: dict[str, Incident] = {}
        self.pins: dict[str, Pinned] = {}
        self.journal: dict[tuple[str, str], list[Event]] = {}
        self.acknowledged: list[str] = []
        self.receipts: list[tuple[str, list[Receipt]]] = []
        self.set_aside: list[QuarantineRow] = []
        self.folders: list[Mapping[str, str]] = []
        self.aside: dict[str, str | None] = {}
        self.moved = asyncio.Event()
        self.seen = Health(checks={"store": Check(status="pass")})
        self._organisation = organisation()

    def health(self) -> Health:
        """Well, as long as the store can be read."""
        with self.store.read():
            return self.seen

    def organisation(self) -> Any:
        """The only version."""
        return self._organisation

    def incident(self, incident_id: str) -> Incident | None:
        """What the test put there."""
        return self.incidents.get(incident_id)

    def pinned(self, incident_id: str) -> Pinned | None:
        """What the test put there."""
        return self.pins.get(incident_id)

    def events(self, stream: StreamKind, stream_id: str) -> list[Event]:
        """What the test put there."""
        return self.journal.get((stream, stream_id), [])

    async def acknowledge(self, delivery_id: str, at: datetime) -> None:
        """Remember it."""
        del at
        self.acknowledged.append(delivery_id)

    async def receive(self, channel: str, receipts: list[Receipt]) -> None:
        """Remember them."""
        self.receipts.append((channel, receipts))

    async def quarantine(self, row: QuarantineRow) -> None:
        """Keep it."""
        self.set_aside.append(row)
        self.store.transact([lambda unit: unit.quarantine(row)])

    async def unpark(self, incident_id: str) -> str | None:
        """What the test says of it."""
        return self.aside.pop(incident_id) if incident_id in self.aside else self._none(incident_id)

    def _none(self, incident_id: str) -> str:
        raise LookupError(incident_id)

    async def apply(self, files: Mapping[str, str]) -> ConfigurationRow:
        """Take any folder."""
        self.folders.append(files)
        at = self.clock.now()
        row: ConfigurationRow = self.store.transact(
            [lambda unit: unit.add_configuration(files, at=at)]
        )[0]
        return row

    async def changed(self, position: int) -> int:
        """Wait until the test says that something has happened."""
        while True:
            with self.store.read() as view:
                rows = view.since(0, 10_000)
            at = rows[-1].position if rows else 0
            if at > position:
                return at
            await self.moved.wait()
            self.moved.clear()


@dataclass
class Visitor:
    """Somebody who speaks HTTP to the running application."""

    session: aiohttp.ClientSession
    base: str

    async def log_in(self, person: str | None = None) -> None:
        """Show the operator token, and say as whom one acts."""
        assert (await self.submit("/login", {"token": OPERATOR_TOKEN})).status == 303
        if person is not None:
            assert (await self.submit("/me", {"person": person})).status == 303

    async def post(self, path: str, body: Any = b"", **headers: str) -> Reply:
        """POST raw bytes, or a dictionary as JSON."""
        options: dict[str, Any] = {"data": io.BytesIO(body) if isinstance(body, bytes) else body}
        if isinstance(body, dict):
            options = {"json": body}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._ask("POST", path, headers=named, **options)

    async def get(self, path: str, **headers: str) -> Reply:
        """GET a page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._ask("GET", path, headers=named)

    async def head(self, path: str) -> Reply:
        """Only the headers of a page."""
        return await self._ask("HEAD", path)

    async def submit(self, path: str, fields: Mapping[str, str], **headers: str) -> Reply:
        """Send a form as a browser would."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._ask("POST", path, headers=named, data=fields)

    async def _ask(self, method: str, path: str, **options: Any) -> Reply:
        async with self.session.request(
            method, self.base + path, allow_redirects=False, **options
        ) as response:
            return Reply(response.status, response.headers, await response.text())


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[Visitor]:
    """The application behind a real server on loopback, for as long as the test lasts."""
    config = uvicorn.Config(create_app(service), port=0, log_level="warning", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Visitor(session, f"http://127.0.0.1:{port}")
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await server.shutdown()


@dataclass
class FakeVisitor(Visitor):
    """A visitor to a service that only remembers what it was asked."""

    service: FakeService


@asynccontextmanager
async def running(service: FakeService) -> AsyncIterator[FakeVisitor]:
    """A visitor to this service."""
    async with serving(service) as who:
        yield FakeVisitor(who.session, who.base, service)
