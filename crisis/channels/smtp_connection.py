"""One connection to a mail server: opened and secured by aiosmtplib, then kept for many batches.

aiosmtplib does what is delicate (connecting, TLS, authentication, capabilities). It cannot
pipeline, so the bulk of the talking is ours, over the transport that it has secured.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import cast

import aiosmtplib

from crisis.channels.mail_settings import EmailSettings
from crisis.channels.smtp_conversation import Conversation

_LONGEST_REPLY = 65_536
_GOODBYE_WITHIN = 2.0


class ServerUnavailableError(Exception):
    """No connection to the mail server; the message says why, in one line, nothing personal."""


class SmtpConnection(asyncio.Protocol):
    """A secured connection on which conversations are held, one at a time."""

    def __init__(self, transport: asyncio.Transport, *, pipelining: bool) -> None:
        self.pipelining = pipelining
        self.alive = True
        self.fresh = True
        self.idle_since = 0.0
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._talk: Conversation | None = None
        self._ended: asyncio.Future[None] | None = None
        self._heard_at = 0.0
        transport.set_protocol(self)

    async def hold(self, talk: Conversation, *, answer_within: float, until: float) -> bool:
        """Hold a conversation to its end, or until the server is gone or too slow.

        Each reply may take ``answer_within`` seconds, all together may last until the loop's
        time ``until``; answers False when that was not enough. Never raises for what a server
        does; the conversation knows its outcomes.
        """
        self._talk, self._ended = talk, self._loop.create_future()
        self._heard_at = self._loop.time()
        self._buffer = b""
        try:
            if self.alive:
                self._transport.write(talk.begin())
                return await self._listen(self._ended, answer_within, until)
            return True
        finally:
            self._talk, self._ended = None, None
            self.fresh = False
            self.idle_since = self._loop.time()
            if not talk.finished:
                talk.lost()
                self.abort()

    async def _listen(
        self, ended: asyncio.Future[None], answer_within: float, until: float
    ) -> bool:
        while not ended.done():
            limit = min(self._heard_at + answer_within, until) - self._loop.time()
            if limit <= 0:
                return False
            await asyncio.wait((ended,), timeout=limit)
        return True

    def data_received(self, data: bytes) -> None:
        """Read whole replies and say what follows from them, in one write."""
        talk = self._talk
        if talk is None:  # an idle server speaks only to say that it closes
            self.abort()
            return
        self._heard_at = self._loop.time()
        *whole, self._buffer = (self._buffer + data).split(b"\n")
        said = [self._read(talk, line) for line in whole]
        if len(self._buffer) > _LONGEST_REPLY:
            talk.broken = True
        if not talk.broken:
            self._transport.write(b"".join(said))
        if talk.broken or talk.finished:
            self._end()

    def _read(self, talk: Conversation, line: bytes) -> bytes:
        """One line: the last line of a reply moves the conversation on (RFC 5321 §4.2)."""
        code, more = line[:3], line[3:4]
        if talk.broken or more == b"-":
            return b""
        if not code.isdigit():
            talk.broken = True
            return b""
        return talk.reply(int(code), line[4:].decode("ascii", "replace"))

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has gone."""
        del exc
        self.alive = False
        self._end()

    def _end(self) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def abort(self) -> None:
        """Drop the connection at once."""
        self.alive = False
        self._transport.abort()

    async def quit(self) -> None:
        """Say goodbye, as servers like; drop the connection when they do not listen."""
        if self.alive:
            self._ended = self._loop.create_future()
            self._transport.write(b"QUIT\r\n")
            await asyncio.wait((self._ended,), timeout=_GOODBYE_WITHIN)
            self.abort()


async def open_connection(settings: EmailSettings, password: str | None) -> SmtpConnection:
    """Connect, secure, authenticate and ask what the server can do.

    Raises :class:`ServerUnavailableError` after at most ``connect_within`` seconds.
    """
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.username,
        password=password,
        local_hostname=settings.message_domain,
        timeout=settings.connect_within,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        cert_bundle=str(settings.ca_file) if settings.ca_file else None,
    )
    try:
        async with asyncio.timeout(settings.connect_within):
            await client.connect()
            await _introduce(client)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        where = f"the mail server {settings.host}:{settings.port}"
        raise ServerUnavailableError(f"{where} {_why(error)}") from error
    except BaseException:
        client.close()
        raise
    transport = cast("asyncio.Transport", client.transport)
    return SmtpConnection(transport, pipelining=client.supports_extension("pipelining"))


async def _introduce(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO for a server that knows nothing newer, where connecting did not need it."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


def _why(error: BaseException) -> str:
    """In our words and numbers: what a server says may repeat a user's name."""
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case ssl.SSLCertVerificationError():
                return f"shows a certificate that is not trusted: {cause.verify_message}"
            case aiosmtplib.SMTPResponseException(code=code):
                refused = isinstance(cause, aiosmtplib.SMTPAuthenticationError)
                what = "the user name and password" if refused else "the connection"
                return f"refuses {what} ({code})"
            case OSError(strerror=str(strerror)):
                return f"cannot be reached: {strerror}"
        cause = cause.__cause__
    if isinstance(error, (TimeoutError, aiosmtplib.SMTPTimeoutError)):
        return "does not answer in time"
    return f"closed or broke off the connection ({type(error).__name__}): check port and security"
