"""What waits for an approval, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.message import Kind
from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDrafted:
    """The words for an audience are ready and wait for an approval; exactly these leave."""

    draft_id: str
    audience: str
    kind: Kind
    owed_by: str
    """The rule that owes these people the message."""
    texts: dict[str, TextRef]
    digest: str
    fingerprint: str
    author: str | None = None
    words: TextRef | None = None
    next_update_at: datetime | None = None
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSought:
    """These people are asked, all at once; the first answer counts, or silence at that time."""

    audience: str
    draft_id: str
    stage: int
    to: tuple[str, ...]
    until: datetime
    message_id: str
    """The message that asks them, with the words; empty where there is nobody to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftApproved:
    """A person has approved these words, by their digest."""

    audience: str
    draft_id: str
    stage: int
    person: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRejected:
    """A person has said no to these words, and why: they do not leave."""

    audience: str
    draft_id: str
    person: str
    reason: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSilent:
    """Nobody has answered in time: what silence means is done, and the record says so."""

    audience: str
    draft_id: str
    stage: int
    silence: Literal["send", "next", "hold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDropped:
    """Events have overtaken these words: new facts, another phase, another message before them."""

    audience: str
    draft_id: str
