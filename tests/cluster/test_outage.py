"""PostgreSQL is stopped: reports go on, people are told, and nothing is lost.

``make outage`` plays it for a whole minute (``CRISIS_OUTAGE_S``: seconds, at least).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from crisis.proof.phone import Phone
from crisis.store import open_store
from tests.cluster.parts import READY_WITHIN_S, TAKEN_OVER_WITHIN_S, Parts
from tests.postgres import Postgres

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

OUTAGE_S = float(os.environ.get("CRISIS_OUTAGE_S", "6"))
GATEWAY = (
    "    url: http://127.0.0.1:8081/sms        # your provider, or your own gateway\n"
    '    body: {to: "{address}", text: "{short_and_link}", reference: "{delivery_id}"}\n'
)
AT_ONCE_S = 5.0
"""Seconds within which a door answers, on a machine that runs other tests beside."""


@dataclass
class Doors:
    """One or two doors, and whoever knocks at them."""

    session: aiohttp.ClientSession
    token: str
    port: int
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    slowest: float = 0.0

    async def report(self, number: int, *, token: str | None = None, port: int = 0) -> int:
        """Somebody reports; the answer is remembered by its number."""
        began = time.monotonic()
        async with self.session.post(
            f"http://127.0.0.1:{port or self.port}/reports",
            json={"kind": "flood", "site": "hq", "what": "Water"},
            headers={
                "Authorization": f"Bearer {token or self.token}", "Accept-Language": "en",
                "Idempotency-Key": f"desk-{number}",
            },
        ) as answer:  # fmt: skip
            self.slowest = max(self.slowest, time.monotonic() - began)
            told = json.loads(await answer.read())
            if answer.status == 202:
                first = self.answered.setdefault(str(number), told)
                assert told["report_id"] == first["report_id"], "the same report, the same id"
            return answer.status

    async def health(self, port: int = 0) -> tuple[int, dict[str, Any]]:
        """What monitoring sees, at once."""
        began = time.monotonic()
        async with self.session.get(f"http://127.0.0.1:{port or self.port}/healthz") as answer:
            told = json.loads(await answer.read())
            assert time.monotonic() - began < AT_ONCE_S
            return answer.status, told

    async def page(self, path: str) -> tuple[int, str]:
        """What a person sees."""
        async with self.session.get(
            f"http://127.0.0.1:{self.port}{path}",
            headers={"Accept": "text/html", "Accept-Language": "en"}, allow_redirects=False,
        ) as answer:  # fmt: skip
            return answer.status, await answer.text()


@pytest.fixture
async def phone() -> AsyncIterator[Phone]:
    """The phones of the duty team; every other channel of the organisation is down."""
    async with Phone() as phone:
        yield phone


async def until(seen: Callable[[], bool], parts: Parts, within: float = READY_WITHIN_S) -> None:
    """Wait until something is seen, while the phones go on ringing."""
    await asyncio.to_thread(parts.until, seen, within)


async def told(doors: Doors, parts: Parts, port: int = 0) -> dict[str, Any]:
    """Wait until a door says that the duty team was told; what it says of it."""
    began = time.monotonic()
    while True:
        status, health = await doors.health(port)
        if any("duty told at" in one for one in health["notes"]):
            assert status == 200
            return health
        assert time.monotonic() - began < READY_WITHIN_S, (health, parts.logs())
        await asyncio.sleep(0.2)


def settings(folder: Path, phone: Phone) -> None:
    """The duty team is called after two seconds, by text message alone."""
    path = folder / "org" / "settings.yaml"
    written = path.read_text(encoding="utf-8")
    assert GATEWAY in written
    own = json.dumps({
        "to": "{address}", "text": "{short}", "language": "{language}", "urgency": "{urgency}",
        "id": "{delivery_id}", "answer_at": "{ack_url}",
    })  # fmt: skip
    gateway = f"    url: http://127.0.0.1:{phone.port}/messages\n    body: {own}\n"
    changed = written.replace(GATEWAY, gateway).replace("after: 30s ", "after: 2s ")
    assert "after: 2s " in changed
    path.write_text(changed, encoding="utf-8")


async def test_reports_go_on_without_a_database(
    parts: Parts, postgres: Postgres, phone: Phone
) -> None:
    """G1: kept, said, told to the duty team once, and all handled when it is back, exactly once."""
    postgres.only_ours()
    settings(parts.folder, phone)
    parts.start("web", "--org", str(parts.folder / "org"), "--port", str(parts.port))
    await until(parts.open, parts)
    parts.start("worker")
    parts.start("dispatch", "--name", "one")
    token = (parts.folder / "org" / "secrets" / "reception-token").read_text().strip()
    async with aiohttp.ClientSession() as session:
        doors = Doors(session, token, parts.port)
        assert await doors.report(0) == 202
        await until(lambda: "report.routed" in parts.journal(), parts)
        kept = parts.folder / "home" / "last-organisation.json"
        await until(kept.exists, parts)
        await until(lambda: any(one.ack_url for one in phone.received), parts)

        postgres.stop()
        try:
            numbers, pressed = await _outage(parts, doors, phone)
            slowest = doors.slowest
        finally:
            postgres.start()

        await until(
            lambda: parts.journal().count("report.routed") == numbers, parts, TAKEN_OVER_WITHIN_S
        )
        await until(
            lambda: any("all clear" in one.text or "fin d'alerte" in one.text
                        for one in phone.received), parts,
        )  # fmt: skip
        await until(lambda: _acknowledged(parts, pressed), parts)
        journal = parts.journal()
        assert journal.count("incident.roles-accepted") == list(pressed.values()).count("accept")
        assert journal.count("report.accepted") == journal.count("report.routed") == numbers
        assert journal.count("incident.declared") == 1
        assert len({one["report_id"] for one in doors.answered.values()}) == numbers
        assert slowest < AT_ONCE_S
        alarms = Counter(one.address for one in phone.received if _alarms(one.text))
        assert set(alarms.values()) == {1}, "two doors, and each of the duty team is told once"
        while (await doors.health())[1]["status"] != "pass":  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
        well = await asyncio.to_thread(parts.run, "doctor", "--json")
        found = json.loads(well.stdout)
        ill_still = [one for one in found["findings"] if one["severity"] == "error"]
        assert not ill_still, json.dumps(ill_still, indent=1)
        assert found["incidents"]
        print(f"{numbers} reports, the slowest answer took {slowest:.2f} s while it was away")  # noqa: T201


async def _outage(parts: Parts, doors: Doors, phone: Phone) -> tuple[int, dict[str, str]]:
    """While it is away; how many reports there are by then, and what was answered: see below."""
    began, doors.slowest = time.monotonic(), 0.0
    second = parts.port + 1
    parts.start("web", "--port", str(second))
    assert await doors.report(1) == 202
    assert await doors.report(1) == 202, "the same again is the same report"
    assert await doors.report(2, token="nobody") == 401
    over = asyncio.Event()
    storm = asyncio.create_task(_storm(doors, over))
    health = await told(doors, parts)
    assert health["status"] == "warn"
    pressed = await _pressed(doors, phone)
    await until(lambda: any(_alarms(one.text) for one in phone.received), parts)
    for path in ("/t/r-unknown", "/status"):
        status, page = await doors.page(path)
        assert status == 503
        assert "What was reported is kept" in page
        assert "duty told at" in page
    await until(lambda: _listens(second), parts)
    assert await doors.report(-1, port=second) == 202, "opened while nothing could be read"
    assert await doors.report(-2, token="nobody", port=second) == 401
    await told(doors, parts, second)
    ill = await asyncio.to_thread(parts.run, "doctor", "--json")
    assert ill.returncode == 1, ill.stderr
    found = json.loads(ill.stdout)
    assert "store" in {one["where"] for one in found["findings"]}
    assert len(found["partitions"]) == 36
    await asyncio.sleep(max(0.0, OUTAGE_S - (time.monotonic() - began)))
    over.set()
    await storm
    assert all(one["pending"] for number, one in doors.answered.items() if number != "0")
    return len(doors.answered), pressed


async def _pressed(doors: Doors, phone: Phone) -> dict[str, str]:
    """Somebody answers by the link in a message: delivery -> the button that the page offered."""
    call = next(one for one in phone.received if one.ack_url)
    path = urlsplit(call.ack_url).path
    status, page = await doors.page(path)
    assert status == 200, "the link alone says what can be pressed"
    [press] = re.findall(r'name="press" value="([^"]*)"', page)
    choice = re.findall(r'name="choice" value="([^"]*)"', page)[0]
    assert choice in {"accept", "read"}
    async with doors.session.post(
        f"http://127.0.0.1:{doors.port}{path}", data={"press": press, "choice": choice},
        headers={"Accept": "text/html", "Accept-Language": "en"},
    ) as answer:  # fmt: skip
        assert answer.status == 200
        said = await answer.text()
        assert "It is kept" in said or "Noted. Thank you." in said, said
    return {call.delivery_id: choice}


def _acknowledged(parts: Parts, pressed: dict[str, str]) -> bool:
    """Whether the ledger has every answer."""
    with closing(open_store(parts.database)) as store, store.read() as view:
        rows = view.ledger(list(pressed))
    return [rows[one].state for one in pressed] == ["acknowledged"] * len(pressed)


async def _storm(doors: Doors, over: asyncio.Event) -> None:
    """Reports come in all the time, each answered before the next."""
    for number in count(10):
        if over.is_set():
            return
        assert await doors.report(number) == 202
        await asyncio.sleep(0.1)


def _alarms(text: str) -> bool:
    return "undecided" in text or "sans décision" in text


def _listens(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0
