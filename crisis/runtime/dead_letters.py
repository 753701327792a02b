"""Messages that could not be handled: kept as they came, with where they stood and why.

A letter bears one header of ours before its own. A second kind of message in the same topic notes
that a letter was handed back (:mod:`crisis.runtime.handing_back`), so that the topic alone says
what waits, also while the database is away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import structlog
from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError

from crisis.ports import QuarantineRow
from crisis.runtime.brokers import Producer
from crisis.runtime.worker import Entry, Headers

_log = structlog.get_logger(__name__)

LETTER, HANDED_BACK = "crisis-dead-letter", "crisis-handed-back"
"""The first header of a letter, and of the note that it was handed back: JSON."""
BEGINNING = 64_000
"""Bytes that are kept of what is too large to be kept: it stands whole where it came from."""
NOT_OURS = "it was put among the dead letters by somebody else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What waits for a person: a message as it came, or a body that no door could read."""

    partition: int
    offset: int
    reason: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    """Those that it came with."""
    topic: str = ""
    """Where it stood, and can be handed back to; empty for a body."""
    came_partition: int = 0
    came_offset: int = 0
    body_id: str = ""
    door: str = ""
    source: str = ""
    whole: bool = True
    """Whether all of it is here: see :data:`BEGINNING`."""
    at: datetime | None = None
    """When it was set aside: real time by the broker's clock."""
    handed_back_at: datetime | None = None
    """When it was handed back last: real time."""

    @property
    def name(self) -> str:
        """What a person calls it by."""
        return f"{self.partition}:{self.offset}"


class DeadLetters:
    """The topic in which they wait for a person."""

    def __init__(self, producer: Producer, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    async def keep(self, entry: Entry, reason: str) -> None:
        """Keep a message as it came; answers once it is durable.

        One for which there is no room is kept by its beginning, and says so.
        """
        told: dict[str, Any] = {
            "topic": entry.topic, "partition": entry.partition, "offset": entry.offset,
            "reason": reason[:500],
        }  # fmt: skip
        headers = [_header(LETTER, told), *entry.headers]
        try:
            await self._send(entry.value, entry.key, headers)
        except (MessageSizeTooLargeError, RecordListTooLargeError):
            _log.warning("a dead letter is kept by its beginning alone", topic=entry.topic)
            value, key = (part and part[:BEGINNING] for part in (entry.value, entry.key))
            await self._send(value, key, [_header(LETTER, {**told, "whole": False})])

    async def keep_body(self, row: QuarantineRow) -> None:
        """Keep what no door could read while the store is away; a worker brings it there."""
        told = {
            "id": row.id, "at": row.at.isoformat(), "door": row.door, "source": row.source,
            "reason": row.reason,
        }  # fmt: skip
        await self._send(row.body, row.id.encode(), [_header(LETTER, told)])

    async def note(self, letter: Letter, at: datetime) -> None:
        """Note that a letter was handed back."""
        told = {"partition": letter.partition, "offset": letter.offset, "at": at.isoformat()}
        await self._send(None, letter.key, [_header(HANDED_BACK, told)])

    async def _send(
        self, value: bytes | None, key: bytes | None, headers: list[tuple[str, bytes]]
    ) -> None:
        await self._producer.send_and_wait(self._topic, value, key=key, headers=headers)


def letter_of(entry: Entry) -> Letter | None:
    """The letter in a message of the topic; None for the note that one was handed back.

    Never raises: whatever stands there waits for a person.
    """
    name, told = _told(entry)
    if name == HANDED_BACK:
        return None
    number = {key: told[key] for key in ("partition", "offset") if type(told.get(key)) is int}
    return Letter(
        partition=entry.partition,
        offset=entry.offset,
        reason=_text(told, "reason") or NOT_OURS,
        key=entry.key,
        value=entry.value,
        headers=entry.headers[1:] if told else entry.headers,
        topic=_text(told, "topic"),
        came_partition=number.get("partition", 0),
        came_offset=number.get("offset", 0),
        body_id=_text(told, "id"),
        door=_text(told, "door"),
        source=_text(told, "source"),
        whole=told.get("whole") is not False,
    )


def noted(entry: Entry) -> tuple[str, datetime] | None:
    """The name of the letter that was handed back, and when; None for any other message."""
    name, told = _told(entry)
    at = _instant(told.get("at"))
    if name != HANDED_BACK or at is None:
        return None
    return f"{told.get('partition')}:{told.get('offset')}", at


def shelved(entry: Entry, now: datetime) -> QuarantineRow | None:
    """A letter as people see it beside the bodies that no door could read; None for a note."""
    letter = letter_of(entry)
    if letter is None:
        return None
    told = _told(entry)[1]
    return QuarantineRow(
        id=letter.body_id or _name_of(entry),
        at=_instant(told.get("at")) or now,
        door=letter.door or letter.topic or entry.topic,
        source=letter.source or "Kafka",
        reason=letter.reason,
        body=letter.value or b"",
    )


def _name_of(entry: Entry) -> str:
    """The same for a letter that is read twice; another for another one in the same place.

    A topic that was made anew begins at its first offset again: the place alone would give a new
    letter the name of one that people have seen to.
    """
    held = repr((entry.key, entry.value, tuple(map(tuple, entry.headers))))
    return f"dead-letter-{entry.partition}-{entry.offset}-{sha256(held.encode()).hexdigest()[:12]}"


def _header(name: str, told: dict[str, Any]) -> tuple[str, bytes]:
    return name, json.dumps(told).encode()


def _told(entry: Entry) -> tuple[str, dict[str, Any]]:
    """The name and the content of our header; nothing where the first one is not ours."""
    if not entry.headers or entry.headers[0][0] not in {LETTER, HANDED_BACK}:
        return "", {}
    name, raw = entry.headers[0]
    try:
        told = json.loads(raw)
    except ValueError:
        return "", {}
    return (name, told) if isinstance(told, dict) else ("", {})


def _text(told: dict[str, Any], name: str) -> str:
    """A text of a header as a database takes it."""
    value = told.get(name)
    return value.replace("\0", "") if isinstance(value, str) else ""


def _instant(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo else None
