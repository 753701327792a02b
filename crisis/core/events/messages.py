"""What was released, what waits, what became of it; the briefs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReleased:
    """These words leave, exactly these: by digest."""

    message_id: str
    number: int
    """Which one of the incident; its readers see which one it is for them, in its words."""
    kind: str
    audience: str | None
    to: tuple[str, ...]
    phase: str
    urgency: str
    life_safety: bool
    texts: dict[str, TextRef]
    digest: str
    automatic: bool
    """Nobody's own words: a holding statement, or a draft that left by itself."""
    speech: str = ""
    """Marks of impact and instruction in the playbook: when they change, it is material."""
    next_update_at: datetime | None = None
    measures: tuple[str, ...] = ()
    """What it told of: ``step:NAME`` or ``seq:N``."""
    ends: tuple[str, ...] = ()
    offer_id: str | None = None
    words: TextRef | None = None
    draft_id: str | None = None
    """The draft whose words these are, where it waited for an approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeld:
    """A message that goes outside waits until the directorate has been told (G6)."""

    audience: str
    until: datetime
    words: TextRef | None = None
    """A person's own words, if that is what waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorateUnreached:
    """The directorate could not be told within its bound: these audiences are told before it."""

    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """The audience has been sent the message: no recipient waits for a first attempt."""

    message_id: str
    sent_at: datetime
    tally: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed:
    """Not one recipient of this message could be sent it."""

    message_id: str
    tally: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingFound:
    """The rules of wording found something in a person's words, and they were told all the same.

    Because nothing of it holds words back, because people had to act at once (G12), or because a
    person let it through by name: then the reason stands in the event before.
    """

    subject: str
    """What the words were for: ``say``, ``measure``, ``workaround``, ``promise``, ``reply``,
    ``refusal``."""
    findings: tuple[str, ...]
    """Rule, severity and place: ``TN3 block /words/fr``."""
    waived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefReleased:
    """A numbered situation brief goes to the directorate."""

    number: int
    message_id: str
    reason: str
    next_brief_at: datetime | None
