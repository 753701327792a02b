"""Write docs/walk.md: one report, followed through the real files from the door to the mail.

Run the service on its own, with a real mailbox and a real phone on loopback and a clock that
stands still; knock at the door; note which functions are passed. Every stop below must have been
passed, in this order, or the page is not written. ``--check`` writes nothing and fails when the
page in the repository is not what a run gives.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

import aiohttp
from page import keep

import crisis
from crisis.cli.serving import listen, open_service, running
from crisis.config import write_template
from crisis.proof.mailbox import Mailbox, ReceivedMail
from crisis.proof.phone import Phone
from crisis.runtime.clock import ServiceClock
from crisis.runtime.embedded import Embedded
from crisis.runtime.home import Home
from crisis.web import record

PAGE = Path(__file__).with_name("walk.md")
STOPS = Path(__file__).with_name("walk.toml")
SOURCE = Path(crisis.__file__).parent
AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
"""A Tuesday, 14:05 in Paris: the clock stands here, so that every run gives the same page."""
PUBLIC_URL = "http://127.0.0.1:8420"
_LONGEST = 100
"""Seconds after which a run has gone wrong."""

REPORT = {
    "kind": "flood",
    "site": "hq",
    "building": "a",
    "at": "A, level -1",
    "what": "Water runs from the ceiling in front of the lifts.",
}
KEY = "reception-0001"
_SHOWN = ("incident.declared", "incident.roles-offered", "incident.message-released")
"""Types of the events whose line in the timeline is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One function that the report passes, and what it is there for."""

    part: str
    """A folder of the product, or a file of its top without its ending."""
    name: str
    says: str

    def found(self, passed: Mapping[tuple[str, str], int]) -> tuple[int, str]:
        """When it was passed, and its line of the page; LookupError where it was not."""
        inside = (f"{self.part}/", f"{self.part}.py")
        places = [(path, n) for path, n in passed if n == self.name and path.startswith(inside)]
        if len(places) != 1:
            raise LookupError(f"{self.part} {self.name}: passed in {places or 'no file'}")
        path = places[0][0]
        return passed[places[0]], f"- [`{path}`](../crisis/{path}) `{self.name}`: {self.says}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A part of the way: its stops are passed in the order in which they stand here."""

    title: str
    stops: tuple[Stop, ...]
    shows: str
    """Which of the things that the run left behind is printed after it."""


def legs() -> list[Leg]:
    """Read them from ``walk.toml``."""
    return [
        Leg(
            title=leg["title"],
            shows=leg["shows"],
            stops=tuple(Stop(part=part, name=name, says=says) for part, name, says in leg["stops"]),
        )
        for leg in tomllib.loads(STOPS.read_text(encoding="utf-8"))["leg"]
    ]


INTRODUCTION = """\
# One report, from the door to the mail

The receptionist reports water in front of the lifts. This page follows that report through the
files that it passes, until the duty officer has the mail. It was written by a run of the service
([`walk.py`](walk.py), `make docs`), and a test fails when a run gives another page.
"""

ENDING = """\
## And then

Nothing above starts a timer. What the incident owes next stands in its state, and the next instant
at which anything is due stands in a column:
[`core/due.py`](../crisis/core/due.py) says what is owed, the loop in
[`runtime/embedded.py`](../crisis/runtime/embedded.py) looks at the clock, and the command that
falls due takes the same way as the report did: decided, recorded, sent, on the record. Audiences
of many people are expanded a thousand at a time by
[`dispatch/expand.py`](../crisis/dispatch/expand.py); a delivery that nobody answers climbs to the
next medium in [`dispatch/climb.py`](../crisis/dispatch/climb.py). `crisis why INCIDENT SEQ` prints
the rule, the facts and the line of the playbook behind any entry of the timeline.
"""


class Footprints:
    """Notes each function of the product at its first call."""

    def __init__(self) -> None:
        self.order: dict[tuple[str, str], int] = {}
        self._ours: dict[CodeType, tuple[str, str] | None] = {}

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """Be told of a call."""
        if event != "call":
            return
        code = frame.f_code
        if code not in self._ours:
            path = Path(code.co_filename)
            inside = path.is_relative_to(SOURCE)
            self._ours[code] = (
                (path.relative_to(SOURCE).as_posix(), code.co_qualname) if inside else None
            )
        passed = self._ours[code]
        if passed is not None:
            self.order.setdefault(passed, len(self.order))

    async def follow(self, service: Embedded) -> None:
        """Look from now on, at the thread that writes to the store too."""
        await service.writer(lambda _: sys.setprofile(self))
        sys.setprofile(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run left behind."""

    passed: dict[tuple[str, str], int]
    shown: dict[str, str]


@asynccontextmanager
async def house() -> AsyncIterator[tuple[Embedded, str, Mailbox, str]]:
    """The service, its address, everyone's mailbox, and the token of the reception."""
    async with Mailbox() as mailbox, Phone() as phone:
        with tempfile.TemporaryDirectory(prefix="crisis-walk-") as place:
            org = Path(place) / "organisation"
            write_template(org)
            _point_to(org / "settings.yaml", mailbox, phone)
            listener = listen("127.0.0.1", 0)
            url = "http://{}:{}".format(*listener.getsockname())
            service = open_service(Home.at(Path(place) / "home"), org, public_url=PUBLIC_URL)
            async with running(service, listener):
                token = (org / "secrets" / "reception-token").read_text(encoding="utf-8").strip()
                yield service, url, mailbox, token


def _point_to(settings: Path, mailbox: Mailbox, phone: Phone) -> None:
    """Let every channel of the template send to this mailbox and this phone."""
    text = settings.read_text(encoding="utf-8").replace("port: 1025", f"port: {mailbox.port}")
    wanted = phone.settings()
    text = re.sub(r"url: http://127\.0\.0\.1:8081/\S+", f"url: {wanted['url']}", text)
    text = re.sub(r"body: \{.*\}", f"body: {json.dumps(wanted['body'])}", text)
    settings.write_text(text, encoding="utf-8")


async def run() -> Found:
    """Play it, and note what was passed."""
    footprints = Footprints()
    try:
        with patch.object(ServiceClock, "real", lambda _: AT):
            async with asyncio.timeout(_LONGEST), house() as (service, url, mailbox, token):
                await _rest(service)
                await footprints.follow(service)
                answer = await _knock(url, token)
                await _rest(service)
                shown = _shown(service, answer, mailbox)
    finally:
        sys.setprofile(None)
    return Found(passed=footprints.order, shown=shown)


async def _rest(service: Embedded) -> None:
    """Wait until all is decided, sent and noted."""
    quiet = 0
    while quiet < 5:  # noqa: PLR2004 - looks in a row, between which nothing has stirred
        quiet = quiet + 1 if service.idle() else 0
        await asyncio.sleep(0.02)


async def _knock(url: str, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": KEY}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/reports", json=REPORT, headers=headers) as answer,
    ):
        return {"status": answer.status, **await answer.json()}


def _shown(service: Embedded, answer: dict[str, Any], mailbox: Mailbox) -> dict[str, str]:
    incident_id = "i-" + answer["report_id"].removeprefix("r-")
    told = record.timeline(service, incident_id)
    with service.store.read() as view:
        message = next(one for one in view.messages(incident_id) if one.kind == "role_offer")
        row = next(one for one in view.deliveries(message.id) if one.channel == "email")
        decision = view.decision(f"submit-{answer['report_id']}")
        types = {event.seq: event.type for event in view.events("incident", incident_id)}
    if decision is None:
        raise LookupError(answer["report_id"])
    mail = next(one for one in mailbox.received if row.id.encode() in one.content)
    opened = {
        "report_id": answer["report_id"],
        "tracking": answer["tracking"],
    }
    columns = {
        name: getattr(decision, name)
        for name in ("command_id", "actor", "authority", "door", "exercise", "accepted")
    }
    delivery = {
        name: getattr(row, name)
        for name in ("id", "message_id", "recipient_id", "medium", "lane", "state", "attempts")
    }
    line = {types[entry["seq"]]: entry["line"]["en"] for entry in reversed(told["entries"])}
    return {
        "request": "\n".join(
            (
                "POST /reports",
                f"Idempotency-Key: {KEY}",
                json.dumps(REPORT),
                "",
                f"{answer['status']} Accepted, once it is durable",
                json.dumps(opened),
            )
        ),
        "decided": "\n".join((json.dumps(columns), *(line[one] for one in _SHOWN))),
        "mail": _mail(mail),
        "ledger": json.dumps(delivery),
    }


def _mail(mail: ReceivedMail) -> str:
    """The head of the mail, and its first words; the link is signed and differs each time."""
    message = mail.message
    names = ("To", "Subject", "Message-ID", "Importance", "Auto-Submitted", "Expires")
    head = [f"{name}: {message[name]}" for name in names]
    body = re.sub(r"/a/\S+", "/a/…", mail.body()).strip().splitlines()
    link = next(line for line in body if "/a/…" in line)
    return "\n".join([*head, "", *body[:6], "…", link])


def written(found: Found) -> str:
    """Give the page; LookupError names a stop that was not passed, or not in its order."""
    parts = [INTRODUCTION]
    for number, leg in enumerate(legs(), 1):
        passed = [stop.found(found.passed) for stop in leg.stops]
        if passed != sorted(passed):
            in_order = "\n".join(line for _, line in sorted(passed))
            raise LookupError(f"the order of {leg.title!r} is:\n{in_order}")
        stops = "\n".join(line for _, line in passed)
        shown = f"```text\n{found.shown[leg.shows]}\n```"
        parts.append(f"## {number}. {leg.title}\n\n{stops}\n\n{shown}\n")
    return "\n".join([*parts, ENDING])


if __name__ == "__main__":
    sys.exit(keep(PAGE, written(asyncio.run(run()))))
