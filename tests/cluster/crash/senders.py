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
ANSWERED, OFTEN = 60, 0.4
"""Mails that somebody answers, at the most, and the share of those that can be answered."""
PRESSED = ("accept", "read")
"""What people press, where the page offers it."""

_LINK = re.compile(r"https?://[^\s\"<>/]+(/a/[^\s\"<>]+)")
_HIDDEN = re.compile(r'name="press" value="([^"]*)"')
_CHOICE = re.compile(r'name="choice" value="([a-z]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What somebody answered to a mail, and was told is kept."""

    delivery: str
    choice: str
    commands: tuple[str, ...] = ()
    """By which of these it is decided, one for each time that they had to press."""


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
    pressed: dict[str, Pressed] = field(default_factory=dict)
    """Delivery -> what was answered to it; a door has said that it is kept."""
    turned_away: list[str] = field(default_factory=list)
    """Links in mails, and buttons of their pages, that were refused for good."""
    open: set[str] = field(default_factory=set)
    """Buildings from which somebody has reported."""
    _links: asyncio.Queue[tuple[str, str]] = field(default_factory=asyncio.Queue)
    _seen: set[str] = field(default_factory=set)
    _tried: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Delivery -> the commands of what was pressed in it, answered or not."""

    def saw(self, delivery: str, address: str, content: bytes) -> None:
        """Somebody has a mail; a few of those who are asked will answer."""
        if address.startswith("g") or len(self._seen) >= ANSWERED or delivery in self._seen:
            return
        found = _LINK.search(quopri.decodestring(content).decode("utf-8", "replace"))
        if found and self.chance.random() < OFTEN:
            self._seen.add(delivery)
            self._links.put_nowait((delivery, found[1]))

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
        """Press a button in each mail that is found; until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
            while True:
                delivery, link = await self._links.get()
                try:
                    await self._press(session, delivery, link)
                except (aiohttp.ClientError, TimeoutError):
                    await asyncio.sleep(PAUSE_S)
                    self._links.put_nowait((delivery, link))
                self._links.task_done()

    async def all_answered(self) -> None:
        """Wait until every mail that somebody wants to answer is."""
        try:
            async with asyncio.timeout(WITHIN_S):
                await self._links.join()
        except TimeoutError:
            self.given_up.append("an answer to a mail")

    async def _press(self, session: aiohttp.ClientSession, delivery: str, link: str) -> None:
        """Look at the page, and press what it offers; raises where no door says that it is kept."""
        async with session.get(self.url + link) as page:
            form = await page.text()
            if page.status >= 500:
                raise aiohttp.ClientError(page.status)
            if page.status >= 400:
                self.turned_away.append(f"the link of {delivery} is answered with {page.status}")
                return
        choice = next((one for one in PRESSED if one in _CHOICE.findall(form)), None)
        if choice is None:  # nothing is asked any more: what was pressed before stands, if it does
            return
        [press] = _HIDDEN.findall(form)
        if choice == "accept":
            command = f"link-{delivery}-{choice}-{press}"
            self._tried[delivery] = (*self._tried.get(delivery, ()), command)
        async with session.post(
            self.url + link, data={"press": press, "choice": choice},
            headers={"Origin": self.url}, allow_redirects=False,
        ) as answer:  # fmt: skip
            if answer.status >= 500:
                raise aiohttp.ClientError(answer.status)
            if answer.status >= 400:
                self.turned_away.append(f"{choice!r} of {delivery} is answered {answer.status}")
                return
        self.pressed[delivery] = Pressed(
            delivery=delivery, choice=choice, commands=self._tried.get(delivery, ())
        )

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
