"""The real service in a process of its own, with light sinks behind every channel."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.benchmarks.house import write_house
from tests.benchmarks.sinks import PhoneSink

READY_WITHIN = 60.0
"""Seconds for the service to read its organisation and to answer."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service that answers, and a session that speaks to it."""

    folder: Path
    url: str
    token: str
    pid: int
    session: aiohttp.ClientSession

    async def report(self, building: str, native_id: str) -> str:
        """A flood in a building: an incident of its own. Answers the id of the report."""
        async with self.session.post(
            f"{self.url}/reports",
            json={"kind": "flood", "site": "hq", "building": building, "id": native_id},
            headers={"Authorization": f"Bearer {self.token}"},
        ) as response:
            body = await response.json()
            if response.status != 202:
                raise RuntimeError(f"the report was not taken: {response.status} {body}")
            return str(body["report_id"])

    @property
    def store(self) -> Path:
        """The file that the service keeps everything in."""
        return self.folder / "home" / "crisis.db"

    def cpu(self) -> float:
        """Seconds of CPU that the service has used."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / _TICKS


@asynccontextmanager
async def service(
    folder: Path, *, people: int, buildings: int, mail_port: int
) -> AsyncIterator[Running]:
    """Run ``crisis serve`` on a house of that size until the block ends."""
    org, home = folder / "org", folder / "home"
    async with PhoneSink.listening() as port, aiohttp.ClientSession() as session:
        write_house(org, people=people, buildings=buildings, mail_port=mail_port, gateway_port=port)
        child = await start(org, home)
        try:
            url = await ready(home, session, child)
            token = (home / "operator-token").read_text(encoding="utf-8").strip()
            yield Running(folder=folder, url=url, token=token, pid=child.pid, session=session)
        finally:
            if child.returncode is None:
                child.terminate()
            await child.wait()


async def start(org: Path, home: Path) -> asyncio.subprocess.Process:
    """Start ``crisis serve`` on any free port; what it logs goes to ``serve.log`` beside it."""
    with (home.parent / "serve.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "crisis", "serve", "--port", "0",
            "--org", str(org), "--home", str(home), stdout=log, stderr=log,
        )  # fmt: skip


async def ready(
    home: Path, session: aiohttp.ClientSession, child: asyncio.subprocess.Process
) -> str:
    """Wait until this service answers; its address."""
    async with asyncio.timeout(READY_WITHIN):
        while True:
            if child.returncode is not None:
                log = (home.parent / "serve.log").read_text(encoding="utf-8")[-2000:]
                raise RuntimeError(f"the service has stopped:\n{log}")
            url = await _answers(home, session, child.pid)
            if url is not None:
                return url
            await asyncio.sleep(0.05)


async def _answers(home: Path, session: aiohttp.ClientSession, pid: int) -> str | None:
    """The address on the card of the service, where it is this one's and it answers."""
    card = home / "service.json"
    if not card.exists():
        return None
    written = await asyncio.to_thread(card.read_text, encoding="utf-8")
    if f'"pid": {pid}' not in written:
        return None
    url = written.partition('"url": "')[2].partition('"')[0]
    try:
        async with session.get(f"{url}/healthz") as response:
            return url if response.status == 200 else None
    except aiohttp.ClientError:
        return None
