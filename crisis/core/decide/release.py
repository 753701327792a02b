"""Releasing a message: it is typed, its words are prepared, and exactly those leave (by digest)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Literal

from crisis.core.deciding import Deciding
from crisis.core.draft import Draft
from crisis.core.events import MessageReleased, PromiseAnswered
from crisis.core.message import Message
from crisis.core.prose import TextRef

Lane = Literal["now", "soon", "bulk"]

_EXPIRES_WITH_NEXT = frozenset({"update", "holding"})
_SOON = frozenset({"brief", "approval", "escalation", "decision_request", "reminder"})


def digest_of(words: Mapping[str, TextRef]) -> str:
    """The digest of the words of a message in every language together."""
    digests = "".join(f"{language}:{words[language].digest}" for language in sorted(words))
    return sha256(digests.encode()).hexdigest()


def release(
    d: Deciding,
    message: Message,
    *,
    rule: str,
    automatic: bool,
    speech: str = "",
    approved: Draft | None = None,
) -> None:
    """Let a message leave, in exactly the words prepared for it: to its audience or to people.

    ``approved``: in exactly the words of this draft, which somebody may have approved.
    """
    words = approved.texts if approved is not None else d.facts.words(message)
    told = tuple(measure.id for measure in message.measures)
    d.messages.append(message)
    d.record(
        MessageReleased(
            message_id=message.id,
            number=message.number,
            kind=message.kind,
            audience=message.audience,
            to=message.to,
            phase=message.phase,
            urgency=message.urgency,
            life_safety=message.life_safety,
            texts=dict(words),
            digest=digest_of(words),
            automatic=automatic,
            speech=speech,
            next_update_at=message.next_update_at,
            measures=approved.measures if approved is not None else told,
            ends=message.ends,
            offer_id=message.offer_id,
            words=message.own_words,
            draft_id=approved.id if approved is not None else None,
        ),
        rule=rule,
    )


def answer_promise(d: Deciding, commitment_id: str, message: Message, *, rule: str) -> None:
    """Note that a promise of the next word has its answer, if it has none yet."""
    if d.incident.commitments[commitment_id].message_id is not None:
        return
    how: Literal["update", "holding"] = "holding" if message.kind == "holding" else "update"
    d.record(
        PromiseAnswered(commitment_id=commitment_id, message_id=message.id, how=how), rule=rule
    )


def lane(message: Message) -> Lane:
    """How soon the ledger takes it: life-safety and role offers overtake everything (design §4)."""
    if message.life_safety or message.kind == "role_offer":
        return "now"
    if message.kind in _SOON or (message.urgency == "immediate" and message.kind != "holding"):
        return "soon"
    return "bulk"


def expires_at(message: Message) -> datetime | None:
    """When the message is worth nothing any more; None when it always is (design §4)."""
    if message.kind in _EXPIRES_WITH_NEXT:
        return message.next_update_at
    return message.accept_by if message.kind == "role_offer" else None
