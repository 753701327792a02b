"""``crisis demo``: one flood from report to review, on the real service, in a minute.

A real SMTP server and a real HTTP gateway on loopback are everyone's mailbox and phone; the flood
is raised through the real door; people answer, decline or stay silent by a seed. Business time
jumps, but only while nothing is being decided, due, or on its way.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import aiohttp

from crisis.channels.credentials import Secrets
from crisis.cli.demo_room import Room
from crisis.cli.folder import SECRETS, checked_folder
from crisis.cli.theatre import Opens, in_this_program
from crisis.config import write_template
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.report import incident_id
from crisis.proof.crew import NEWS as WHATEVER_IT_IS
from crisis.proof.mailbox import Mailbox
from crisis.proof.outcome import outcome
from crisis.proof.people import NEWS
from crisis.proof.phone import Phone
from crisis.runtime.home import Home

HORIZON = timedelta(days=60)
"""Business time after which a demo that has not ended is broken off."""
_MORNING = clock_time(9, 12)
_SETTLE = 0.002
"""Seconds between two looks at whether everything is at rest."""

REPORT = {
    "kind": "flood",
    "site": "hq",
    "building": "a",
    "at": "A, niveau -1",
    "what": "De l'eau coule du plafond devant les ascenseurs.",
}


class Demo:
    """One run, where ``opens`` opens it. ``watch`` is called after each step of the story."""

    def __init__(
        self, *, seed: int = 1, silent_lead: bool = False, opens: Opens | None = None
    ) -> None:
        self.seed = seed
        self.silent_lead = silent_lead
        self.watch: Callable[[Demo], Awaitable[None]] | None = None
        self._opens = opens or in_this_program()
        self.first_notification_ms: float | None = None
        self.refusals: list[dict[str, Any]] = []
        """What people asked and were refused, with the reason that they were given."""
        self._incident_id = ""
        self._rooms: dict[str, Room] = {}
        self._stack = AsyncExitStack()
        self._first = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start mailbox, phone and service."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop everything; nothing stays behind."""
        await self._stack.aclose()

    async def _start(self) -> None:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="crisis-")))
        self.mailbox = await self._stack.enter_async_context(Mailbox(on_mail=self._received))
        self.phone = await self._stack.enter_async_context(Phone(on_call=self._received))
        org = folder / "organisation"
        write_template(org)
        self._point_to_loopback(org)
        self.home = Home.at(folder / "home")
        self.http = await self._stack.enter_async_context(aiohttp.ClientSession())
        self.theatre = await self._stack.enter_async_context(self._opens(org, self.home))
        self.service = self.theatre.service
        self.url = self.theatre.links.public_url
        await self._begin_in_office_hours()

    async def _begin_in_office_hours(self) -> None:
        """Most floods are found in the morning: business time starts when people are there."""
        site = self.service.organisation().sites[REPORT["site"]]
        day = datetime.combine(site.next_workday(self.now()), _MORNING, ZoneInfo(site.zone))
        await self.theatre.advance(day)

    def _point_to_loopback(self, org: Path) -> None:
        """Send every mail and message of the template to this mailbox and this phone."""
        settings = org / "settings.yaml"
        text = settings.read_text(encoding="utf-8")
        text = text.replace("port: 1025", f"port: {self.mailbox.port}")
        text = re.sub(
            r"url: http://127\.0\.0\.1:8081/\S+",
            f"url: http://127.0.0.1:{self.phone.port}/messages",
            text,
        )
        wanted = self.phone.settings()
        body = f"reference: {wanted['reference']}\n    body: {json.dumps(wanted['body'])}"
        text = re.sub(r"body: \{.*\}", body, text)
        settings.write_text(text, encoding="utf-8")
        secrets = org / SECRETS
        secrets.mkdir(mode=0o700, exist_ok=True)
        for name in ("reception-token", "alertmanager-token", "building-token"):
            path = secrets / name
            path.write_text(f"demo-{name}\n", encoding="utf-8")
            path.chmod(0o600)
        checked_folder(org)
        self._token = Secrets.read(secrets, {})["reception-token"]

    # --- the story ---

    async def play(self) -> dict[str, Any]:
        """Let people and time act until the actions are verified."""
        if not self._incident_id:
            await self.begin()
        started_at = self.now()
        while not self._over():
            await self._at_rest()
            self._look_around()
            await self._tell()
            next_at = self._next_at()
            if next_at is None or next_at > started_at + HORIZON:
                break
            if next_at > self.now():
                await self.theatre.advance(next_at)
            for room in self._rooms.values():
                await room.people.act()
        await self._at_rest()
        await self._tell()
        return self.result()

    def page(self) -> str:
        """Give the address of the page that shows the same; it opens without a password."""
        return self.theatre.links.watching(self._incident_id)

    def result(self) -> dict[str, Any]:
        """Give what it came to, as one object."""
        incident = self.incident()
        if incident is None:
            msg = "the report has not opened an incident"
            raise LookupError(msg)
        with self.service.store.read() as view:
            object_ = outcome(view, incident, self.pinned(), self.service.organisation().directory)
        return {
            "incident_id": incident.id,
            "seed": self.seed,
            "first_notification_ms": self.first_notification_ms,
            **object_,
        }

    async def begin(self) -> None:
        """Raise the flood through the door, and wait for the first notification."""
        self._started = time.monotonic()
        async with self.http.post(
            f"{self.url}/reports",
            json={**REPORT, "id": f"demo-{self.seed}"},
            headers={"Authorization": f"Bearer {self._token}"},
        ) as answer:
            body = await answer.json()
            if answer.status != 202:  # noqa: PLR2004 - accepted
                raise RuntimeError(str(body))
        self._incident_id = incident_id(body["report_id"])
        self._rooms[self._incident_id] = Room(self, self._incident_id, news=NEWS)
        await asyncio.wait_for(self._first.wait(), 10)

    def _received(self, _received: Any) -> None:
        if not self._first.is_set():
            self.first_notification_ms = round((time.monotonic() - self._started) * 1000, 1)
            self._first.set()

    async def _at_rest(self) -> None:
        """Wait until nothing is being decided, due or on its way."""
        while not await self.theatre.at_rest():  # noqa: ASYNC110 - many parts must be at rest at once
            await asyncio.sleep(_SETTLE)

    async def _tell(self) -> None:
        if self.watch is not None:
            await self.watch(self)

    def _over(self) -> bool:
        incident = self.incident()
        return (
            incident is not None
            and incident.closed_at is not None
            and bool(incident.actions)
            and all(action.state == "verified" for action in incident.actions.values())
        )

    # --- what people see and do ---

    def now(self) -> datetime:
        """The time on everyone's watch."""
        return self.service.clock.now()

    def incident(self) -> Incident | None:
        """What the room of the flood shows."""
        return self.service.incident(self._incident_id)

    def pinned(self) -> Pinned:
        """The flood's playbook on the wall."""
        return self._rooms[self._incident_id].pinned()

    def _look_around(self) -> None:
        """Let people see what is new; a crisis that the flood has opened has a room of its own."""
        incident = self.incident()
        for opened in incident.related if incident is not None else ():
            if opened not in self._rooms:
                self._rooms[opened] = Room(self, opened, news=WHATEVER_IT_IS)
        for room in self._rooms.values():
            room.people.look()

    def _next_at(self) -> datetime | None:
        """The next instant at which somebody acts, or anything happens by itself."""
        times = [self.theatre.next_at(), *(one.people.next_at() for one in self._rooms.values())]
        return min((at for at in times if at is not None), default=None)

    async def ask(self, incident_id: str, command: str, person: str, **fields: Any) -> bool:
        """Use the command line as a person."""
        async with self.http.post(
            f"{self.url}/commands",
            json={"type": command, "incident": incident_id, "fields": fields, "as": person},
            headers={"Authorization": f"Bearer {self.home.operator_token()}"},
        ) as answer:
            refused = answer.status >= 400  # noqa: PLR2004 - as HTTP says it
            if refused:
                self.refusals.append({"command": command, "as": person, **await answer.json()})
        return not refused


async def once(seed: int, *, silent_lead: bool) -> dict[str, Any]:
    """Play it to the end, without a terminal."""
    async with Demo(seed=seed, silent_lead=silent_lead) as demo:
        return await demo.play()
