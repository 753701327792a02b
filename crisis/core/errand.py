"""What somebody carries by hand to people whom no medium reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.message import TO_AUDIENCES

PEOPLE = "people"
"""Whom an errand is for, when it is people with a role and no audience."""
WORD = TO_AUDIENCES | {"brief"}
"""Kinds of which a newer one says all that the older one said: nobody carries both."""


def errand_of(audience: str | None, kind: str) -> str:
    """Give the name under which an errand stands.

    That of the audience for what it is told; a roll-call or a decision that is asked of it is
    carried beside that, as ``AUDIENCE/KIND``.
    """
    if audience is None:
        return PEOPLE
    return audience if kind in WORD else f"{audience}/{kind}"


def audience_of(errand: str) -> str | None:
    """Give the audience of an errand by its name; None: people with a role."""
    return None if errand == PEOPLE else errand.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """People whom no medium reaches, and who was asked to tell them."""

    message_id: str
    kind: str
    count: int
    """How many they are."""
    carriers: tuple[str, ...]
    asked_at: datetime
    due_at: datetime
    told_seq: int = 0
    """What the directorate knows once a brief was carried to it."""
    reminders: int = 0
    reminded_at: datetime | None = None
