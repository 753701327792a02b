"""Everyone's mailbox: takes a mail in its time, as a relay does, and counts what came whole."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from typing import Self

TAKES_S = 0.02
"""Seconds for each mail on a connection: a fan-out is on its way when things die."""

_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
_SAID = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n",
    b"MAIL": b"250 2.1.0 ok\r\n",
    b"RCPT": b"250 2.1.5 ok\r\n",
    b"DATA": b"354 go\r\n",
    b"RSET": b"250 2.0.0 ok\r\n",
    b"NOOP": b"250 2.0.0 ok\r\n",
    b"QUIT": b"221 2.0.0 bye\r\n",
}


class Mailbox:
    """An SMTP server on 127.0.0.1. Use it as an async context manager."""

    def __init__(self) -> None:
        self.received: Counter[tuple[str, str]] = Counter()
        """Delivery (it makes the Message-ID) and address -> mails that came whole."""
        self.on_mail: Callable[[str, str, bytes], None] = lambda _delivery, _address, _content: None
        self.port = 0
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until its end."""
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await self._take(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # whoever spoke has died: what was not whole is not taken
        finally:
            self._talks.discard(task)
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink ESMTP\r\n")
        to = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write(_SAID.get(verb, b"502 5.5.1 no\r\n"))
            if verb == b"RCPT":
                to = line[line.index(b"<") + 1 : line.rindex(b">")].decode("ascii")
            if verb == b"DATA":
                content = await reader.readuntil(b"\r\n.\r\n")
                self._came(to, content)
                await asyncio.sleep(TAKES_S)
                writer.write(b"250 2.0.0 queued\r\n")

    def _came(self, to: str, content: bytes) -> None:
        whole = content.replace(b"\r\n..", b"\r\n.")  # a dot that begins a line travels twice
        found = _MESSAGE_ID.search(whole)
        delivery = found[1].decode() if found else ""
        self.received[delivery, to] += 1
        self.on_mail(delivery, to, whole)
