"""What was promised: kept, late, broken; the silence that follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePromised:
    """An audience was promised the next word by this time."""

    commitment_id: str
    audience: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """Something was promised to an audience; with a counterpart it is an engagement."""

    commitment_id: str
    audience: str
    due_at: datetime
    step: str | None = None
    words: TextRef | None = None
    engagement: bool = False
    counterpart: TextRef | None = None
    end: bool = False
    """Whether it is the announced end of works."""
    by: str | None = None
    """Who owes it: a role, the directorate, or the step that calls a contractor."""
    person: str | None = None
    """To whom, where it is promised to one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAsked:
    """At four fifths of the span the lead was asked for the next update."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAnswered:
    """A message that keeps the promise has left; whether in time, the ledger will say."""

    commitment_id: str
    message_id: str
    how: Literal["update", "holding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftToPeople:
    """Two holding statements in a row have been sent: nothing more is said in the lead's place."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentKept:
    """Kept in time: by an update, by a holding statement, or by the deed."""

    commitment_id: str
    how: Literal["update", "holding", "deed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentLate:
    """The promised time has passed."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentKeptLate:
    """Kept, after its time and before it counted as broken."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentBroken:
    """Broken, and on the record; an engagement now owes its counterpart."""

    commitment_id: str
    counterpart_owed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRenewed:
    """Another time was announced before the promised one had passed."""

    commitment_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceEscalated:
    """Nobody has spoken since a promise was broken: asked again, higher up."""

    audience: str
    count: int
