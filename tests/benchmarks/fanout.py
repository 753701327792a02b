"""One flood told to many by mail, through the whole path: from the report to the last receipt.

Expansion, ledger, claims, personal mails and receipts, all durable; beside ``smtp-source``, which
sends one mail again and again, and beside a plain aiosmtplib sender, which keeps nothing.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tests.benchmarks import plain_sender
from tests.benchmarks.house import CROWDED
from tests.benchmarks.postfix import Tools, tools
from tests.benchmarks.running import Running, service
from tests.benchmarks.sinks import MailSink, Taken
from tests.benchmarks.table import Figure, at_least

SIZE = 2600
"""Bytes of the mail that smtp-source sends."""
PLAIN = 1000
"""Mails of the plain sender: it needs two milliseconds for each."""
WITHIN = 300.0
"""Seconds that a fan-out may take at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One fan-out."""

    rate: float
    """Mails a second, from the report to the last receipt that is durable."""
    cpu: float
    """Seconds of CPU of the service for each mail."""


async def run(folder: Path, people: int) -> list[Figure]:
    """Tell so many people against smtp-sink; then once more against a sink that keeps the mails."""
    figures, found = [], await asyncio.to_thread(tools)
    if found is None:
        text = "smtp-sink and smtp-source are not at hand: Debian's apt-get and dpkg-deb fetch them"
        figures.append(Figure(name="against smtp-sink: left out", value=0, unit="", note=text))
    else:
        figures += await _beside_postfix(folder, people, found)
    return figures + await _decoded(folder, people)


async def _beside_postfix(folder: Path, people: int, found: Tools) -> list[Figure]:
    async with found.sink() as port:
        await found.source(port, 1000, SIZE)
        source, source_cpu = await found.source(port, people, SIZE)
        async with service(folder / "c", people=people, buildings=1, mail_port=port) as running:
            ours = await _fan_out(running, people)
        again, _ = await found.source(port, people, SIZE)
        plain, plain_cpu = await plain_sender.send(port, PLAIN)
    limit = people / ((source + again) / 2)
    plain_rate = PLAIN / plain
    return [
        Figure(name="limit: smtp-source -s 8 -d, one mail again and again", value=limit, unit="/s"),
        Figure(name="limit: its CPU a mail", value=source_cpu / people * 1e6, unit="µs"),
        Figure(name="aiosmtplib, pool of 8, EmailMessage", value=plain_rate, unit="/s"),
        Figure(name="its CPU a mail", value=plain_cpu / PLAIN * 1e6, unit="µs"),
        Figure(name="whole path, personal mails", value=ours.rate, unit="/s"),
        Figure(name="CPU a mail, ledger and all", value=ours.cpu * 1e6, unit="µs"),
        at_least("whole path / smtp-source", ours.rate / limit, "", 0.45),
        at_least("whole path / aiosmtplib", ours.rate / plain_rate, "", 20),
    ]


async def _fan_out(running: Running, people: int) -> Run:
    await running.report("k0", "warm")
    await asyncio.sleep(1)
    before, began = running.cpu(), time.monotonic()
    await running.report(CROWDED, "crowded")
    await asyncio.wait_for(_all_sent(running.store, people), WITHIN)
    spent = time.monotonic() - began
    return Run(rate=people / spent, cpu=(running.cpu() - before) / people)


async def _all_sent(store: Path, people: int) -> None:
    """Look into the ledger, as any reader may, until so many mails have their receipt."""
    con = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    sql = "select max(count) from tallies where state = 'sent'"
    while (con.execute(sql).fetchone()[0] or 0) < people:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.02)
    con.close()


async def _decoded(folder: Path, people: int) -> list[Figure]:
    """Read one mail in a hundred, and hold it against the ledger and the words it was told by."""
    async with (
        MailSink() as sink,
        service(folder / "own", people=people, buildings=1, mail_port=sink.port) as running,
    ):
        ours = await _fan_out(running, people)
        mails = [mail for mail in sink.mails if mail.address.startswith("g0")]
        equal = _equal(running.store, mails)
    twice = len(mails) - len({mail.address for mail in mails})
    return [
        Figure(name="whole path, against a sink in Python", value=ours.rate, unit="/s"),
        at_least("people who have the mail", len({one.address for one in mails}), "", people),
        Figure(name="mails more than once", value=twice, unit=""),
        at_least("decoded mails that equal the ledger", equal, "", max(1, people // 100)),
    ]


def _equal(store: Path, mails: list[Taken]) -> int:
    """How many of one in a hundred say what the ledger says that they say."""
    con = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    chosen = random.Random(1).sample(mails, max(1, len(mails) // 100))  # noqa: S311 - no secret
    equal = sum(_is_as_written(con, mail) for mail in chosen)
    con.close()
    return equal


def _is_as_written(con: sqlite3.Connection, mail: Taken) -> bool:
    parsed = message_from_bytes(mail.content.replace(b"\r\n..", b"\r\n."), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    delivery_id = parsed["Message-ID"].strip("<>").partition("@")[0]
    row = con.execute(
        "select d.recipient_id, d.language, d.state, m.texts from deliveries d "
        "join messages m on m.id = d.message_id where d.id = ?",
        (delivery_id,),
    ).fetchone()
    recipient, language, state, texts = row
    (content,) = con.execute(
        "select content from texts where id = ?", (json.loads(texts)[language],)
    ).fetchone()
    said, body = json.loads(content), parsed.get_body(("plain",))
    text = str(body.get_content()).replace("\r\n", "\n") if body else ""
    return (
        state == "sent"
        and mail.address == parsed["To"] == f"{recipient}@example.org"
        and parsed["Subject"] == said["subject"]
        and said["text"].strip() in text
    )
