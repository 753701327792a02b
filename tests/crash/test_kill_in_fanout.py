"""The service is killed in the middle of telling two thousand people, and nobody is lost."""

from __future__ import annotations

import asyncio
import json
import random
import re
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from tests.benchmarks.house import CROWDED, address, write_house
from tests.benchmarks.running import Running, ready, start
from tests.benchmarks.sinks import MailSink, PhoneSink

PEOPLE = 2000
KILLS = 2
WITHIN = 120.0
"""Seconds for one life of the service to come to its moment."""

_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID: <([^@>]+)@")


class Life:
    """A folder in which a service lives, again and again."""

    def __init__(self, folder: Path, sink: MailSink) -> None:
        self.org, self.home = folder / "org", folder / "home"
        self.log = folder / "serve.log"
        self.sink = sink

    async def until(self, moment: int | None) -> None:
        """Live until so many of the crowd have the mail, or (None) until all is done; then die."""
        child = await start(self.org, self.home)
        try:
            async with aiohttp.ClientSession() as session:
                url = await ready(self.home, session, child)
                if not self.crowd():
                    await self._flood(session, url, child.pid)
                async with asyncio.timeout(WITHIN):
                    await (self._done() if moment is None else self._reached(moment))
        finally:
            child.kill()
            await child.wait()

    def crowd(self) -> set[str]:
        """Who of the generated people has a mail."""
        return {mail.address for mail in self.sink.mails if re.match(r"g\d{6}@", mail.address)}

    def copies(self) -> Counter[tuple[str, str]]:
        """(Message-ID, recipient) -> how often it came."""
        found: Counter[tuple[str, str]] = Counter()
        for mail in self.sink.mails:
            named = _MESSAGE_ID.search(mail.content)
            assert named is not None
            found[named[1].decode("ascii"), mail.address] += 1
        return found

    def may_repeat(self) -> int:
        """What the service has printed: how many mails may repeat after one crash."""
        lines = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        said = next(line for line in lines if "may_repeat_after_a_crash" in line)
        return int(said["may_repeat_after_a_crash"]["email"])

    def ledger(self) -> Counter[str]:
        """State -> how many mails are in it."""
        con = sqlite3.connect(f"file:{self.home / 'crisis.db'}?mode=ro", uri=True)
        sql = "select state, count(*) from deliveries where channel = 'email' group by state"
        counted = Counter(dict(con.execute(sql).fetchall()))
        con.close()
        return counted

    def _unfinished(self) -> int:
        return self.ledger()["queued"] + self.ledger()["sending"]

    async def _flood(self, session: aiohttp.ClientSession, url: str, pid: int) -> None:
        token = (self.home / "operator-token").read_text(encoding="utf-8").strip()
        running = Running(folder=self.home.parent, url=url, token=token, pid=pid, session=session)
        await running.report(CROWDED, "the flood")

    async def _reached(self, moment: int) -> None:
        """Seen by the sink, so that the service dies between a send and its receipt."""
        while len(self.sink.mails) < moment:  # noqa: ASYNC110 - the sink counts, it tells nobody
            await asyncio.sleep(0.001)

    async def _done(self) -> None:
        """Every mail has its receipt, and nothing more comes."""
        while len(self.crowd()) < PEOPLE or self._unfinished():  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_killed_service_tells_everybody_and_repeats_little(
    tmp_path: Path, seed: int
) -> None:
    """G2: killed in a fan-out, and again, it reaches everybody; what repeats is bounded.

    At most what was in flight (connections × depth, which the service prints) comes again with
    each kill, under the same Message-ID, and the chains of the journal still verify (G10).
    """
    async with MailSink() as sink, PhoneSink.listening() as port:
        life = Life(tmp_path, sink)
        write_house(life.org, people=PEOPLE, buildings=0, mail_port=sink.port, gateway_port=port)
        await _live_and_die(life, seed)

    copies = life.copies()
    assert life.crowd() == {address(number) for number in range(PEOPLE)}
    assert life.ledger()["sent"] == len(copies)
    assert len({id_ for id_, _ in copies}) == len(copies), "a Message-ID went to two people"
    assert sum(copies.values()) - len(copies) <= KILLS * life.may_repeat()
    assert await _verified(life.home)


async def _live_and_die(life: Life, seed: int) -> None:
    moments = sorted(random.Random(seed).sample(range(50, PEOPLE - 500), KILLS))  # noqa: S311 - moments, no secrets
    for moment in moments:
        await life.until(moment)
        assert len(life.crowd()) < PEOPLE, "it was killed too late to show anything"
    await life.until(None)


async def _verified(home: Path) -> bool:
    """What ``crisis timeline verify`` says of the store that is left."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "crisis", "timeline", "verify", "--json", "--home", str(home),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await child.communicate()
    found = json.loads(said)
    return child.returncode == 0 and found["verified"] and found["events"] > 0
