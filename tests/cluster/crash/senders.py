"""Those who report, and those who answer: they send again until they are told that it is kept."""

from __future__ import annotations

import asyncio
import quopri
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from crisis.core.report import report_id
from tests.cluster.crash.house import BUILDINGS, House

SENDERS = 24
"""Connections that reports come by."""
TWICE = 0.04
"""The share of reports that are sent a second time, by whoever is not sure."""
WITHIN_S = 120.0
"""A sender gives up after so long: then a report is lost, and the run says so."""
PAUSE_S = 0.3
MEASURES = 20
"""Notes written down in each incident, one after the other."""
PRESSED = 40
"""People who press the button in their mail."""

_LINK = re.compile(r"https?://[^\s\"<>/]+(/a/[^\s\"<>]+)")


@dataclass
class Town:
    """Everyone outside, and what they were told."""

    url: str
    house: House
    chance: random.Random
    answered: dict[str, str] = field(default_factory=dict)
    """Report -> building, of each that a door answered with 202."""
    given_up: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    """Attempts by the status of their answer; ``-`` where there was none."""
    noted: dict[str, list[str]] = field(default_factory=dict)
    """Incident -> the commands that were sent to it, in order."""
    pressed: int = 0
    open: set[str] = field(default_factory=set)
    """Buildings from which somebody has reported."""
    _links: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    _seen: set[str] = field(default_factory=set)

    def saw(self, address: str, content: bytes) -> None:
        """Somebody has a mail; a few of those who are asked will answer."""
        if address.startswith("g") or len(self._seen) >= PRESSED or address in self._seen:
            return
        found = _LINK.search(quopri.decodestring(content).decode("utf-8", "replace"))
        if found:
            self._seen.add(address)
            self._links.put_nowait(found[1])

    async def report(self, count: int, within: float) -> None:
        """Send so many reports in these seconds, one building after the other joining in."""
        began = time.monotonic()
        numbers = iter(range(count))

        async def sender(session: aiohttp.ClientSession) -> None:
            for number in numbers:
                await asyncio.sleep(max(0.0, began + number / count * within - time.monotonic()))
                reached = 1 + int(number / count * 1.25 * BUILDINGS)
                building = f"k{self.chance.randrange(min(reached, BUILDINGS))}"
                await self._one(session, f"n{number}", building)
                if self.chance.random() < TWICE:
                    await self._one(session, f"n{number}", building)

        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
            await asyncio.gather(*(sender(session) for _ in range(SENDERS)))

    async def _one(self, session: aiohttp.ClientSession, key: str, building: str) -> None:
        self.open.add(building)
        told = await self._post(
            session, "/reports", {"kind": "flood", "site": "hq", "building": building},
            token=self.house.token, key=key,
        )  # fmt: skip
        if told is None:
            self.given_up.append(key)
        else:
            self.answered[str(told["report_id"])] = building
            assert told["report_id"] == report_id("reception", key)

    async def note(self, incident: str) -> None:
        """Write down what is done in an incident, each once the one before it is kept."""
        sent = self.noted.setdefault(incident, [])
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
            for number in range(MEASURES):
                command = f"note-{incident}-{number:03}"
                body = {
                    "type": "record-measure", "incident": incident, "id": command,
                    "as": "e101", "fields": {"measure": f"Measure {number}"},
                }  # fmt: skip
                sent.append(command)
                if await self._post(session, "/commands", body, token=self.house.operator) is None:
                    self.given_up.append(command)
                await asyncio.sleep(self.chance.uniform(0.0, 0.5))

    async def press(self) -> None:
        """Press the button in each mail that is found; until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
            while True:
                link = await self._links.get()
                try:
                    await self._press(session, link)
                except (aiohttp.ClientError, TimeoutError):
                    await asyncio.sleep(PAUSE_S)
                    self._links.put_nowait(link)

    async def _press(self, session: aiohttp.ClientSession, link: str) -> None:
        async with session.get(self.url + link) as page:
            found = re.search(r'name="press" value="([^"]*)"', await page.text())
            choice = "accept" if found else "read"
        form = {"press": found[1] if found else "", "choice": choice}
        headers = {"Origin": self.url}
        async with session.post(self.url + link, data=form, headers=headers) as answer:
            if answer.status >= 500:
                raise aiohttp.ClientError(answer.status)
            self.pressed += 1

    async def _post(
        self, session: aiohttp.ClientSession, path: str, body: object, *, token: str, key: str = ""
    ) -> dict[str, object] | None:
        """Send until it is answered that it is kept; None where nobody says so in time."""
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            try:
                async with session.post(self.url + path, json=body, headers=headers) as answer:
                    self.sent[str(answer.status)] += 1
                    if answer.status in {200, 202}:
                        told: dict[str, object] = await answer.json()
                        return told
                    if answer.status < 500:
                        raise AssertionError(f"{path}: {answer.status} {await answer.text()}")
            except (aiohttp.ClientError, TimeoutError):
                self.sent["-"] += 1
            await asyncio.sleep(PAUSE_S)
        return None
