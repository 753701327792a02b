"""How one message travels: its rungs, what its channels can do, and whom it may not wake."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

PATIENCE = timedelta(hours=24)
"""How long a message without an end of its own is tried: after a day it would only confuse."""


def delivery_id(message_id: str, recipient_id: str, medium: str) -> str:
    """The identity of (message, recipient, medium): the same for ever, safe in a Message-ID (G2).

    Nobody can read the recipient out of it without knowing whom to look for.
    """
    named = f"{message_id}\0{recipient_id}\0{medium}".encode()
    return b32encode(hashlib.blake2b(named, digest_size=15).digest()).decode().lower()


class Means(Protocol):
    """What the rules must know of a channel."""

    @property
    def confirms(self) -> bool:
        """Tells later whether it was delivered."""

    @property
    def repeat_safe(self) -> bool:
        """The same delivery sent twice does no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A medium of a rung: the channel that carries it, or a person who does."""

    medium: str
    channel: str
    person: bool = False
    page: bool = False
    """A page of the product stands for places: nobody has an address there to be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A rung: ways that are used at once, and how long they have before the next rung."""

    ways: tuple[Way, ...]
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """The hours in which people are not disturbed, in local time."""

    begins: time
    ends: time
    zone: ZoneInfo

    def until(self, now: datetime) -> datetime | None:
        """When the quiet that holds at ``now`` is over, in UTC; None outside quiet hours."""
        local = now.astimezone(self.zone)
        clock = local.time()
        overnight = self.begins > self.ends
        if overnight:
            quiet = clock >= self.begins or clock < self.ends
        else:
            quiet = self.begins <= clock < self.ends
        if not quiet:
            return None
        day = local.date() + timedelta(days=overnight and clock >= self.begins)
        return datetime.combine(day, self.ends, tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All that the rules about one recipient need to know of a message."""

    stages: tuple[Stage, ...]
    """The ladder for this kind of message, audience and urgency."""
    channels: Mapping[str, Means]
    """The channels that are configured, by name."""
    languages: tuple[str, ...]
    """Those it is written in; the first is for whoever reads none of them."""
    urgency: str
    released_at: datetime
    expires_at: datetime | None = None
    acknowledge: bool = False
    """A person must say "I have it": nothing less ends the ladder."""
    vital: bool = False
    """Life-safety or a role offer: two media at once, never quiet, and time alone ends it not."""
    quiet: Quiet | None = None
    """The quiet hours, where they protect this audience from this message."""
    awake: frozenset[str] = field(default_factory=frozenset)
    """People with a role in this incident: they are never protected."""
    dead: Mapping[str, datetime] = field(default_factory=dict)
    """Media that depend on what has failed, from when on: their reserve is over."""
    ended: bool = False
    """A correction or an end has closed it."""
    replaced: bool = False
    """A later message to the same people says how things stand."""

    def stale(self, now: datetime) -> bool:
        """Whether it would arrive too late: what is vital stays worth saying until replaced."""
        if self.expires_at is None or now < self.expires_at:
            return False
        return self.replaced or not self.vital

    def ends_at(self) -> datetime:
        """After this instant nothing is tried again."""
        if self.expires_at is None or self.vital:
            return self.released_at + PATIENCE
        return self.expires_at

    def lives(self, medium: str, now: datetime) -> bool:
        """Whether nothing that this medium needs has failed, or its reserve still lasts."""
        dies_at = self.dead.get(medium)
        return dies_at is None or now < dies_at

    def higher(self, rung: int) -> bool:
        """Whether the ladder has a rung above this one."""
        return rung + 1 < len(self.stages)

    def wait(self, rung: int) -> timedelta | None:
        """How long a rung has before the next one is asked; None on the last, or without limit."""
        return self.stages[rung].wait if self.higher(rung) else None

    def quiet_until(self, recipient_id: str, now: datetime, *, place: bool) -> datetime | None:
        """When this recipient may be disturbed again; None at once. A board never sleeps."""
        if self.quiet is None or self.vital or place or recipient_id in self.awake:
            return None
        return self.quiet.until(now)

    def language(self, preferred: str) -> str:
        """The language in which somebody gets it."""
        return preferred if preferred in self.languages else self.languages[0]

    def settles(self, state: str, channel: str) -> bool:
        """Whether a delivery in this state is all that can be hoped for from this message."""
        if state == "acknowledged":
            return True
        if self.acknowledge:
            return False
        means = self.channels.get(channel)
        return state == "delivered" or (state == "sent" and not (means and means.confirms))
