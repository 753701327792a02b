"""A mail compiled once and spliced for each recipient.

Each message is put together once per language; a recipient's own pieces (To, Message-ID, threading,
the link behind the button) are spliced into the finished bytes. That is what makes 100 000
individually addressed mails affordable: building them one by one with ``EmailMessage`` costs twenty
times as much. Its way of building even one costs 4 ms, for which the seven people who are to take
a role would wait one after the other. The tests hold what arrives against ``EmailMessage``.
"""

from __future__ import annotations

import binascii
import hashlib
import html
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime

from crisis.channels.mail_address import link, message_id, one_line
from crisis.channels.mail_body import LINK, html_body, language_of, subject_of, text_body
from crisis.channels.mail_header import mailbox, unstructured
from crisis.channels.mail_settings import EmailSettings
from crisis.ports import Clock, Outgoing

_SLOT = b"=!LINK!"
"""Where a link goes. In quoted-printable ``=`` is followed by hexadecimal digits or a line end
(RFC 2045 §6.7), so no content can contain it."""
_DOT = re.compile(rb"(?m)^\.")
_LONGEST_THREAD = 20
_PART = 'Content-Type: text/{}; charset="utf-8"'
_QUOTED_PRINTABLE = "Content-Transfer-Encoding: quoted-printable"
_FRAMES_KEPT = 64


class Frames:
    """Compiled frames by everything in them that is not personal."""

    def __init__(self, settings: EmailSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._domain = settings.message_domain
        self._kept: OrderedDict[tuple[object, ...], tuple[bytes, ...]] = OrderedDict()

    def content(self, outgoing: Outgoing, address: str) -> bytes:
        """The mail as it travels after DATA: CRLF, dots doubled, the final dot not included."""
        pieces = self._frame(outgoing)
        head = self._own_headers(outgoing, address)
        if len(pieces) == 1:
            return head + pieces[0]
        url = link(outgoing.ack_url or "")
        return b"".join(
            (
                head,
                pieces[0],
                _personal(url),
                pieces[1],
                _personal(html.escape(url)),
                pieces[2],
            )
        )

    def _own_headers(self, outgoing: Outgoing, address: str) -> bytes:
        head = b"To: %b\r\nMessage-ID: %b\r\n" % (
            address.encode("ascii"),
            message_id(outgoing.delivery_id, self._domain),
        )
        if not outgoing.thread:
            return head
        thread = outgoing.thread
        if len(thread) > _LONGEST_THREAD:
            thread = (thread[0], *thread[1 - _LONGEST_THREAD :])
        ids = [message_id(each, self._domain) for each in thread]
        return head + b"In-Reply-To: %b\r\nReferences: %b\r\n" % (ids[-1], b"\r\n ".join(ids))

    def _frame(self, outgoing: Outgoing) -> tuple[bytes, ...]:
        key = (
            outgoing.message_id,
            outgoing.incident_id,
            outgoing.number,
            outgoing.language,
            outgoing.urgency,
            outgoing.exercise,
            outgoing.subject,
            outgoing.text,
            outgoing.sender,
            outgoing.contact,
            outgoing.ack_label,
            outgoing.ack_url is None,
            outgoing.expires_at,
        )
        frame = self._kept.get(key)
        if frame is None:
            frame = compile_frame(outgoing, self._settings, self._clock.now())
            self._kept[key] = frame
            if len(self._kept) > _FRAMES_KEPT:
                self._kept.popitem(last=False)
        return frame


def compile_frame(
    outgoing: Outgoing, settings: EmailSettings, written_at: datetime
) -> tuple[bytes, ...]:
    """Everything but the personal pieces: one piece, or three where two links go between."""
    bodies = (text_body(outgoing), html_body(outgoing))
    digest = hashlib.sha256("".join(bodies).encode()).hexdigest()[:24]
    boundary = f"=_{digest}"  # "=_" cannot stand in quoted-printable: never ambiguous
    headers = [
        *_shared_headers(outgoing, settings, written_at),
        f"Content-Language: {language_of(outgoing)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
    ]
    pieces = [_lines(headers)]
    for subtype, body in zip(("plain", "html"), bodies, strict=True):
        part = (f"--{boundary}", _PART.format(subtype), _QUOTED_PRINTABLE)
        pieces += [_lines(part), _with_slot(body)]
    whole = b"\r\n".join((*pieces, f"--{boundary}--\r\n".encode("ascii")))
    return tuple(_DOT.sub(b"..", whole).split(_SLOT))


def _shared_headers(
    outgoing: Outgoing, settings: EmailSettings, written_at: datetime
) -> Iterator[str]:
    """RFC 5322 and RFC 2156 headers, and those that keep machines from answering (RFC 3834)."""
    yield f"From: {mailbox(one_line(outgoing.sender), settings.from_address)}"
    if settings.reply_to:
        yield f"Reply-To: {settings.reply_to}"
    yield f"Subject: {unstructured(subject_of(outgoing))}"
    yield f"Date: {format_datetime(written_at)}"
    yield "Auto-Submitted: auto-generated"
    yield "X-Auto-Response-Suppress: OOF, AutoReply"
    if outgoing.urgency == "immediate":
        yield "Importance: high"
        yield "X-Priority: 1"
    if outgoing.expires_at is not None:
        yield f"Expires: {format_datetime(outgoing.expires_at)}"


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _with_slot(body: str) -> bytes:
    """Quoted-printable, with the slot where the link stands; a soft break before and after it."""
    return (b"=\r\n" + _SLOT + b"=\r\n").join(_quoted(part) for part in body.split(LINK))


def _personal(text: str) -> bytes:
    """What fills a slot: a long link is broken softly, and may then begin a line with a dot."""
    return _DOT.sub(b"..", _quoted(text))


def _quoted(text: str) -> bytes:
    """Quoted-printable lines of at most 76 characters, ended as in SMTP."""
    encoded = binascii.b2a_qp(text.encode("utf-8"), istext=True)
    return encoded.replace(b"\n", b"\r\n")
