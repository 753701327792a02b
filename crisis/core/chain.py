"""The tamper-evident chain of a stream (G11): each event's head covers all events before it.

A head is the SHA-256 of a JSON array (ASCII, no spaces) of the previous head and everything that
is stored of the event. JSON says where each field ends, so no two events share an encoding, and
anybody can recompute a head with a dozen lines in any language. Prose is not in the events, so
erasing a person leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

GENESIS = ""
"""The head before the first event."""


class Link(Protocol):
    """What the chain reads of a stored event."""

    @property
    def stream(self) -> str:
        """Which kind of stream."""

    @property
    def stream_id(self) -> str:
        """Which stream."""

    @property
    def seq(self) -> int:
        """Its number in the stream, from 1 without gaps."""

    @property
    def at(self) -> datetime:
        """Business time at which it was decided."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def version(self) -> int:
        """The version of its type."""

    @property
    def text(self) -> str:
        """Its JSON as it is stored."""

    @property
    def command_id(self) -> str:
        """The command that it came of."""

    @property
    def head(self) -> str:
        """The head that was stored with it."""


def head(
    previous: str,
    *,
    stream: str,
    stream_id: str,
    seq: int,
    at: datetime,
    type: str,  # noqa: A002 - the field is called so in the journal and on the wire
    version: int,
    text: str,
    command_id: str,
) -> str:
    """The head after this event: 64 hexadecimal digits. ``previous`` is GENESIS for the first."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [previous, stream, stream_id, seq, moment, type, version, text, command_id]
    canonical = json.dumps(fields, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def head_of(previous: str, link: Link) -> str:
    """The head that a stored event must have after ``previous``."""
    return head(
        previous,
        stream=link.stream,
        stream_id=link.stream_id,
        seq=link.seq,
        at=link.at,
        type=link.type,
        version=link.version,
        text=link.text,
        command_id=link.command_id,
    )


def verify(links: Iterable[Link], *, expected: str) -> int | None:
    """The first seq of a whole stream that is not as it was written; None when all are.

    ``expected`` is the head that the stream's row (or a printed brief) holds: it shows that
    nothing was cut off or added at the end. A missing event is named by its seq; where only the
    end does not fit, the seq after the last event is.
    """
    previous = GENESIS
    seq = 0
    for seq, link in enumerate(links, start=1):
        if link.seq != seq or link.head != head_of(previous, link):
            return seq
        previous = link.head
    return None if previous == expected else seq + 1
