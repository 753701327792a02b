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
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import aiohttp

from crisis.channels.credentials import Secrets
from crisis.cli.folder import SECRETS, checked_folder
from crisis.cli.theatre import Opens, in_this_program
from crisis.config import write_template
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.report import incident_id
from crisis.proof.mailbox import Mailbox
from crisis.proof.outcome import outcome
from crisis.proof.people import People
from crisis.proof.phone import Phone
from crisis.runtime.home import Home

HORIZON = timedelta(days=60)
"""Business time after which a demo that has not ended is broken off."""
_MORNING = clock_time(9, 12)
_SETTLE = 0.002
"""Seconds between two looks at whether everything is at rest."""
_LINK = re.compile(r"https?://[^\s\"<>]+/a/[^\s\"<>]+")
_PRESS = re.compile(r'name="press" value="([^"]*)"')

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
        self.people = People(scene=self, seed=seed, silent_lead=silent_lead)
        self.watch: Callable[[Demo], Awaitable[None]] | None = None
        self._opens = opens or in_this_program()
        self.first_notification_ms: float | None = None
        self.refusals: list[dict[str, Any]] = []
        """What people asked and were refused, with the reason that they were given."""
        self._incident_id = ""
        self._links: dict[str, str] = {}
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
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession())
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
            self.people.look()
            await self._tell()
            times = [at for at in (self.people.next_at(), self.theatre.next_at()) if at]
            if not times or min(times) > started_at + HORIZON:
                break
            if min(times) > self.now():
                await self.theatre.advance(min(times))
            await self.people.act()
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
        async with self._http.post(
            f"{self.url}/reports",
            json={**REPORT, "id": f"demo-{self.seed}"},
            headers={"Authorization": f"Bearer {self._token}"},
        ) as answer:
            body = await answer.json()
            if answer.status != 202:  # noqa: PLR2004 - accepted
                raise RuntimeError(str(body))
        self._incident_id = incident_id(body["report_id"])
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
        """What the room shows."""
        return self.service.incident(self._incident_id)

    def pinned(self) -> Pinned:
        """The playbook on the wall."""
        pinned = self.service.pinned(self._incident_id)
        if pinned is None:
            raise LookupError(self._incident_id)
        return pinned

    def offer_links(self) -> Mapping[str, str]:
        """Offer id -> the link that the person found in their mail."""
        with self.service.store.read() as view:
            offers = {
                message.id: message.offer_id
                for message in view.messages(self._incident_id)
                if message.offer_id is not None and message.offer_id not in self._links
            }
            for message_id, offer_id in offers.items():
                for row in view.deliveries(message_id):
                    link = self._link_in_mail(row.id)
                    if link is not None and offer_id is not None:
                        self._links[offer_id] = link
        return self._links

    def _link_in_mail(self, delivery_id: str) -> str | None:
        for mail in self.mailbox.received:
            if delivery_id.encode() in mail.content.partition(b"\r\n\r\n")[0]:
                found = _LINK.search(mail.body())
                return found.group() if found else None
        return None

    async def press(self, link: str, choice: str) -> None:
        """Open the page and press a button."""
        async with self._http.get(link) as page:
            press = _PRESS.search(await page.text())
        form = {"press": press.group(1) if press else "", "choice": choice}
        async with self._http.post(link, data=form, headers={"Origin": self.url}) as answer:
            await answer.read()

    async def ask(self, command: str, person: str, **fields: Any) -> bool:
        """Use the command line as a person."""
        async with self._http.post(
            f"{self.url}/commands",
            json={
                "type": command,
                "incident": self._incident_id,
                "fields": fields,
                "as": person,
            },
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
