"""The review and its actions, until somebody has seen the proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened:
    """A review with an owner and a date."""

    owner: str | None
    due_at: datetime
    hot_wash_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionProposed:
    """What the record itself asks to be mended: the reason names the kind of evidence."""

    action_id: str
    reason: str
    subject: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReminded:
    """The review, or the first talk before it, is near its date or past it."""

    count: int
    hot_wash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHeld:
    """The answer to "could it have been avoided?", and why."""

    avoidable: str
    why: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionAgreed:
    """An action has an owner, a date and a proof."""

    action_id: str
    what: TextRef | None
    owner: str
    due_at: datetime
    proof: TextRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReminded:
    """The owner of an action was reminded; past its date the directorate too."""

    action_id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFinished:
    """The owner says done."""

    action_id: str
    proof: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionVerified:
    """Somebody else has seen the proof."""

    action_id: str
