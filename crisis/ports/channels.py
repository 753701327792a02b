"""How people are reached: one delivery handed to one connection, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One delivery, ready to be handed to a connection."""

    delivery_id: str
    """Of (message, recipient, medium): makes the Message-ID; the same on every attempt."""
    incident_id: str
    message_id: str
    number: int
    kind: str
    urgency: str
    exercise: bool
    address: str
    """Personal: never logged."""
    language: str
    subject: str
    text: str
    """The long form, the same for all recipients of (message_id, language)."""
    short: str
    """The short form: text message, voice, push."""
    sender: str
    contact: str
    thread: tuple[str, ...] = ()
    """Delivery ids of earlier messages of this incident to this recipient here, oldest first."""
    ack_url: str | None = None
    """Signed link to the page where the person answers: personal."""
    ack_label: str = ""
    expires_at: datetime | None = None
    until: datetime | None = None
    """Real time from which another dispatcher may send it: see :func:`in_time`."""


def in_time(until: datetime | None, real: datetime) -> bool:
    """Whether a delivery with this :attr:`Outgoing.until` may still be handed over.

    Whoever stood still and wakes up finds what it had claimed with another, who sends it by then.
    """
    return until is None or real < until


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one outgoing delivery."""

    delivery_id: str
    state: Literal["sent", "delivered", "failed", "unknown", "untried"]
    """``untried``: it was not handed over, for its time (:attr:`Outgoing.until`) had run out."""
    at: datetime
    temporary: bool = False
    """Only with ``failed``: worth another attempt."""
    reason: str = ""
    """One line, nothing personal."""
    provider_ref: str = ""
    """The provider's id, by which a later call-back is matched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReceipts:
    """What a provider told, in one call-back, about deliveries of one channel."""

    channel: str
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A person said "I have it" of one delivery."""

    delivery_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a channel can do."""

    form: Literal["long", "short"]
    confirms: bool
    """Tells later whether it was delivered."""
    repeat_safe: bool
    """The same delivery id sent twice does no harm."""
    connections: int
    depth: int
    """In flight at most ``connections × depth``: handed over without a committed receipt."""


class Channel(Protocol):
    """One way to reach people. Never raises, never loses a delivery: unknown is said unknown."""

    name: str
    abilities: Abilities

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Hand over a batch of at most ``depth``; one receipt for each, in any order.

        A process that stood still may wake up in the middle of it: before each single delivery the
        channel looks whether it may still be handed over.
        """

    async def close(self) -> None:
        """Give back connections."""
