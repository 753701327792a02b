"""Everyone's mailbox and phone, as light as Python allows: they only take and count.

Both run on the loop of the measuring program, so that the service keeps a core for itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple, Self, cast

_END = b"\r\n.\r\n"
_GREETING = b"220 sink ESMTP\r\n"
_CAN = b"250-sink\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n"
_ANSWERS = {
    b"EHLO": _CAN,
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 ok\r\n",
    b"RCPT": b"250 2.1.5 ok\r\n",
    b"DATA": b"354 go\r\n",
    b"RSET": b"250 2.0.0 ok\r\n",
    b"NOOP": b"250 2.0.0 ok\r\n",
}


class Taken(NamedTuple):
    """One mail as it came, and when it was whole (``time.monotonic``)."""

    at: float
    address: str
    content: bytes


class MailSink:
    """An SMTP server on 127.0.0.1 that takes everything. Use it as an async context manager."""

    def __init__(self, *, keep: bool = True) -> None:
        """``keep``: whether the mails stay in :attr:`mails`; :attr:`count` counts always."""
        self.mails: list[Taken] = []
        self.count = 0
        self.first_at = 0.0
        self.last_at = 0.0
        self.port = 0
        self.on_mail: Callable[[Taken], None] | None = None
        self._keep = keep

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _MailTalk(self), "127.0.0.1", 0, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Listen no more."""
        self._server.close()

    def clear(self) -> None:
        """Forget what came."""
        self.mails.clear()
        self.count, self.first_at, self.last_at = 0, 0.0, 0.0

    def take(self, address: bytes, content: bytes) -> None:
        """Count a mail that is whole."""
        self.last_at = time.monotonic()
        self.first_at = self.first_at or self.last_at
        self.count += 1
        if not (self._keep or self.on_mail):
            return
        taken = Taken(self.last_at, address.decode("ascii"), content)
        if self._keep:
            self.mails.append(taken)
        if self.on_mail is not None:
            self.on_mail(taken)


class _MailTalk(asyncio.Protocol):
    """One connection: lines, and the text after DATA."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink
        self._buffer = b""
        self._text = False
        self._to = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._wire = cast("asyncio.WriteTransport", transport)
        self._wire.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer every whole line and every whole text in one write."""
        buffer = self._buffer + data
        said: list[bytes] = []
        while True:
            mark = _END if self._text else b"\r\n"
            end = buffer.find(mark)
            if end < 0:
                break
            whole, buffer = buffer[:end], buffer[end + len(mark) :]
            if self._text:
                self._text = False
                self._sink.take(self._to, whole)
                said.append(b"250 2.0.0 queued\r\n")
            else:
                said.append(self._line(whole))
        self._buffer = buffer
        if said:
            self._wire.write(b"".join(said))

    def _line(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._to = line[line.index(b"<") + 1 : line.rindex(b">")]
        elif verb == b"DATA":
            self._text = True
        elif verb == b"QUIT":
            self._wire.close()
            return b""
        return _ANSWERS.get(verb, b"502 5.5.1 no\r\n")


class PhoneSink(asyncio.Protocol):
    """An HTTP gateway on 127.0.0.1 that takes everything."""

    def __init__(self) -> None:
        self._buffer = b""

    @staticmethod
    @asynccontextmanager
    async def listening() -> AsyncIterator[int]:
        """Listen on a free port until the block ends; the port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(PhoneSink, "127.0.0.1", 0, backlog=1024)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request."""
        self._wire = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer whole requests."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            _, _, after = head.partition(b"content-length:")
            length = int(after.split(b"\r\n")[0]) if after else 0
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            self._wire.write(
                b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
                b"Content-Length: 2\r\n\r\n{}"
            )
