"""Everyone's mailbox: a real SMTP server on loopback that keeps what it receives.

The demo and the tests send to it through a real socket; told to, it misbehaves as mail servers do.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any, Literal, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

MailFault = Literal[
    "no_such_mailbox",
    "come_back_later",
    "closing",
    "drop_at_recipient",
    "refuse_text",
    "closing_after_text",
    "drop_after_text",
    "silent_after_text",
]
"""What happens to mail for one address: refused for good, refused for now, 421 at the recipient,
the connection dropped there; refused after the text, 421 there, dropped there without an answer,
or never answered."""

_AT_RECIPIENT = {
    "no_such_mailbox": "550 5.1.1 <{address}>: no such user here",
    "come_back_later": "450 4.2.0 <{address}>: come back later",
    "closing": "421 4.3.2 closing, <{address}> must wait",
}
_AFTER_TEXT = {
    "refuse_text": "554 5.7.1 text refused",
    "closing_after_text": "421 4.3.2 closing",
}
_CAPABILITIES = ("250-PIPELINING", "250-ENHANCEDSTATUSCODES")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """One mail as it arrived."""

    address: str
    sender: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = message_from_bytes(self.content, policy=SMTP_POLICY)
        assert isinstance(parsed, EmailMessage)  # noqa: S101 - what the policy's factory makes
        return parsed

    def body(self, subtype: Literal["plain", "html"] = "plain") -> str:
        r"""The decoded text or HTML part, with ``\n`` at line ends."""
        part = self.message.get_body((subtype,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


class Mailbox:
    """An SMTP server on 127.0.0.1. Use it as an async context manager.

    ``login`` is asked for after STARTTLS only: give ``tls`` with it.
    """

    def __init__(
        self,
        *,
        pipelining: bool = True,
        mails_per_connection: int | None = None,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        on_mail: Callable[[ReceivedMail], None] | None = None,
    ) -> None:
        self.received: list[ReceivedMail] = []
        self.faults: dict[str, MailFault] = {}
        self.connections = 0
        self.most_at_once = 0
        self.port = 0
        self._pipelining = pipelining
        self._mails_per_connection = mails_per_connection
        self._login = login
        self._tls = tls
        self._on_mail = on_mail
        self._server: asyncio.Server | None = None
        self._open: set[_Server] = set()

    async def __aenter__(self) -> Self:
        """Start listening."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, dropping whoever is connected."""
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on ``port``, or on any free one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._answer, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        self.drop_all()
        await asyncio.sleep(0)

    def drop_all(self) -> None:
        """Drop every open connection, as a restarting server does."""
        for server in tuple(self._open):
            server.wire.abort()

    def settings(self) -> dict[str, Any]:
        """Settings of an e-mail channel that sends here."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "from_address": "crisis@example.org",
            "reply_to": "duty@example.org",
        }

    def mail_to(self, address: str) -> list[ReceivedMail]:
        """What this address has received, oldest first."""
        return [mail for mail in self.received if mail.address == address]

    def _answer(self) -> SMTP:
        options: dict[str, Any] = {}
        if self._login is not None:
            options = {"authenticator": self._authenticate, "auth_required": True}
        return _Server(self, tls_context=self._tls, require_starttls=bool(self._tls), **options)

    def _authenticate(
        self, _server: SMTP, _session: Session, _: Envelope, __: str, given: Any
    ) -> AuthResult:
        right = isinstance(given, LoginPassword) and (
            (given.login.decode(), given.password.decode()) == self._login
        )
        return AuthResult(success=right, handled=False)

    # --- what the SMTP server asks, in its own naming ---

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names the hook
        self, _: SMTP, session: Session, __: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        """Say what the server can do."""
        session.host_name = name
        extra = _CAPABILITIES if self._pipelining else _CAPABILITIES[1:]
        return [*answers[:-1], *extra, answers[-1]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names the hook
        self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        """Take the sender, unless this connection has had its share."""
        assert isinstance(server, _Server)  # noqa: S101 - the only kind that we make
        if self._mails_per_connection is not None and server.taken >= self._mails_per_connection:
            return server.closing("421 4.7.0 too many mails on one connection")
        envelope.mail_from = address
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names the hook
        self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        assert isinstance(server, _Server)  # noqa: S101 - the only kind that we make
        fault = self.faults.get(address)
        if fault == "drop_at_recipient":
            return server.dropped()
        if fault in _AT_RECIPIENT:
            answer = _AT_RECIPIENT[fault].format(address=address)
            return server.closing(answer) if fault == "closing" else answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names the hook
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, or fail as told."""
        assert isinstance(server, _Server)  # noqa: S101 - the only kind that we make
        address = envelope.rcpt_tos[0]
        fault = self.faults.get(address)
        if fault in _AFTER_TEXT:
            answer = _AFTER_TEXT[fault]
            return server.closing(answer) if fault == "closing_after_text" else answer
        server.taken += 1
        mail = ReceivedMail(
            address=address, sender=str(envelope.mail_from), content=cast("bytes", envelope.content)
        )
        self.received.append(mail)
        if self._on_mail is not None:
            self._on_mail(mail)
        if fault == "drop_after_text":
            return server.dropped()
        if fault == "silent_after_text":
            await asyncio.Event().wait()
        return f"250 2.0.0 ok: queued as M{len(self.received):06}"

    @contextmanager
    def counted(self, server: _Server) -> Iterator[None]:
        """Count a connection while it is open."""
        self.connections += 1
        self._open.add(server)
        self.most_at_once = max(self.most_at_once, len(self._open))
        try:
            yield
        finally:
            self._open.discard(server)


class _Server(SMTP):
    """One connection to the mailbox."""

    def __init__(self, mailbox: Mailbox, **options: Any) -> None:
        super().__init__(mailbox, hostname="mailbox.example.org", ident="ready", **options)
        self.taken = 0
        self._mailbox = mailbox

    async def _handle_client(self) -> None:
        with self._mailbox.counted(self):
            await super()._handle_client()

    @property
    def wire(self) -> asyncio.Transport:
        """The open connection."""
        return cast("asyncio.Transport", self.transport)

    def dropped(self) -> str:
        """Drop the connection without a word."""
        self.wire.abort()
        return "421 never read"

    def closing(self, answer: str) -> str:
        """Answer, then close."""
        asyncio.get_running_loop().call_soon(self.wire.close)
        return answer
