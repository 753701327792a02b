"""Mail servers that speak oddly, each by its own script: what they reply to each line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from crisis.channels import open_channel
from crisis.ports import Channel
from tests.contract.channels.conftest import SOON, Make, StillClock

Script = Callable[[bytes], bytes]


def polite(line: bytes) -> bytes:
    """What an ordinary old server replies to a line."""
    if line.startswith(b"EHLO"):
        return b"250-old.example.org\r\n250 HELP\r\n"
    if line == b"DATA\r\n":
        return b"354 go\r\n"
    return b"" if line[:4] not in {b"MAIL", b"RCPT", b"RSET", b"HELO", b".\r\n"} else b"250 ok\r\n"


def knows_no_ehlo(line: bytes) -> bytes:
    """A server of before 1995."""
    return b"502 what?\r\n" if line.startswith(b"EHLO") else polite(line)


def talks_nonsense(line: bytes) -> bytes:
    """Not a reply."""
    return b"hello there\r\n" if line.startswith(b"MAIL") else polite(line)


def never_ends_a_line(line: bytes) -> bytes:
    """A reply without an end."""
    return b"250-" + b"x" * 100_000 if line.startswith(b"MAIL") else polite(line)


def says_too_much(line: bytes) -> bytes:
    """One reply more than asked for."""
    return b"250 ok\r\n250 ok\r\n" if line.startswith(b"MAIL") else polite(line)


def refuses_the_sender(line: bytes) -> bytes:
    """Will not have mail from us."""
    return b"550-5.7.1 not\r\n550 5.7.1 from you\r\n" if line[:4] == b"MAIL" else polite(line)


def closes_at_greeting(_: bytes) -> bytes:
    """Never heard: the greeting is a refusal."""
    return b""


@asynccontextmanager
async def serving(script: Script, greeting: bytes = b"220 ready\r\n") -> AsyncIterator[Channel]:
    """A server with this script, and a channel that sends to it."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reply to each line as the script says."""
        writers.append(writer)
        writer.write(greeting)
        while line := await reader.readline():
            writer.write(script(line))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    settings: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.sockets[0].getsockname()[1],
        "security": "none",
        "from_address": "crisis@example.org",
    }
    channel = open_channel("mail", "email", settings | SOON, {}, StillClock())
    yield channel
    await channel.close()
    server.close()
    for writer in writers:
        writer.close()
    await asyncio.sleep(0)


async def test_a_server_that_knows_only_helo(make: Make) -> None:
    """An old relay is better than none: HELO and lockstep will do."""
    async with serving(knows_no_ehlo) as channel:
        receipts = await channel.send([make("anna@example.net"), make("bruno@example.net")])
        assert [receipt.state for receipt in receipts] == ["sent", "sent"]


@pytest.mark.parametrize("script", [talks_nonsense, never_ends_a_line, says_too_much])
async def test_what_is_not_smtp_ends_the_connection(make: Make, script: Script) -> None:
    """When replies no longer match commands nothing is believed; the mails wait."""
    async with serving(script) as channel:
        receipts = await channel.send([make("anna@example.net")])
        assert [(each.state, each.temporary) for each in receipts] == [("failed", True)]


async def test_a_server_that_refuses_the_sender(make: Make) -> None:
    """A relay that will not have our mail refuses for good: the next medium is asked at once."""
    async with serving(refuses_the_sender) as channel:
        receipts = await channel.send([make("anna@example.net"), make("bruno@example.net")])
        assert [(each.state, each.temporary) for each in receipts] == [("failed", False)] * 2
        assert "550 5.7.1 at the sender" in receipts[0].reason


async def test_a_server_that_refuses_connections(make: Make) -> None:
    """A greeting that is a refusal is temporary, and its code is in the reason."""
    async with serving(closes_at_greeting, b"554 go away\r\n") as channel:
        [receipt] = await channel.send([make("anna@example.net")])
        assert (receipt.state, receipt.temporary) == ("failed", True)
        assert "refuses the connection (554)" in receipt.reason


async def test_a_fault_of_our_own_loses_nobody(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks inside the channel, every mail has its receipt and is tried again (G13)."""

    async def broken(*_: object) -> None:
        """Fail as no server can."""
        raise RuntimeError

    monkeypatch.setattr("crisis.channels.smtp_pool.open_connection", broken)
    async with serving(polite) as channel:
        receipts = await channel.send([make("anna@example.net")])
        assert [(each.state, each.temporary) for each in receipts] == [("failed", True)]
        assert "see the log" in receipts[0].reason
