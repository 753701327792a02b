"""A crisis of the demo as those who deal with it see it: their mail, the room, the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.proof.people import News, People

if TYPE_CHECKING:
    from crisis.cli.demo import Demo

_LINK = re.compile(r"https?://[^\s\"<>]+/a/[^\s\"<>]+")
_PRESS = re.compile(r'name="press" value="([^"]*)"')


class Room:
    """The flood, or a crisis that it has opened; ``news`` is what the lead reports of it."""

    def __init__(self, demo: Demo, incident_id: str, *, news: News) -> None:
        self.people = People(scene=self, seed=demo.seed, silent_lead=demo.silent_lead, news=news)
        self._demo = demo
        self._id = incident_id
        self._links: dict[str, str] = {}

    def now(self) -> datetime:
        """The time on everyone's watch."""
        return self._demo.now()

    def incident(self) -> Incident | None:
        """What the room shows."""
        return self._demo.service.incident(self._id)

    def pinned(self) -> Pinned:
        """The playbook on the wall."""
        pinned = self._demo.service.pinned(self._id)
        if pinned is None:
            raise LookupError(self._id)
        return pinned

    def offer_links(self) -> Mapping[str, str]:
        """Offer id -> the link that the person found in their mail."""
        with self._demo.service.store.read() as view:
            offers = {
                message.id: message.offer_id
                for message in view.messages(self._id)
                if message.offer_id is not None and message.offer_id not in self._links
            }
            for message_id, offer_id in offers.items():
                for row in view.deliveries(message_id):
                    link = self._link_in_mail(row.id)
                    if link is not None and offer_id is not None:
                        self._links[offer_id] = link
        return self._links

    def _link_in_mail(self, delivery_id: str) -> str | None:
        for mail in self._demo.mailbox.received:
            if delivery_id.encode() in mail.content.partition(b"\r\n\r\n")[0]:
                found = _LINK.search(mail.body())
                return found.group() if found else None
        return None

    async def press(self, link: str, choice: str) -> None:
        """Open the page and press a button."""
        async with self._demo.http.get(link) as page:
            press = _PRESS.search(await page.text())
        form = {"press": press.group(1) if press else "", "choice": choice}
        origin = {"Origin": self._demo.url}
        async with self._demo.http.post(link, data=form, headers=origin) as answer:
            await answer.read()

    async def ask(self, command: str, person: str, **fields: Any) -> bool:
        """Use the command line as a person; False where it was refused."""
        return await self._demo.ask(self._id, command, person, **fields)
