"""What an incident leaves: its review, and the actions that it is chased for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """Something that went less than well: what the review starts from."""

    reason: str
    subject: str
    seq: int
    at: datetime
    """When it was seen: what turns out to have been done before was no lapse."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action of the plan that the review leaves."""

    reason: str = ""
    subject: str = ""
    what: TextRef | None = None
    owner: str | None = None
    due_at: datetime | None = None
    proof: TextRef | None = None
    state: Literal["proposed", "agreed", "finished", "verified"] = "proposed"
    reminders: int = 0
    playbook: str = ""
    playbook_digest: str = ""
    """The playbook that it changes, as it was when that was said."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """The review: whose, and by when."""

    owner: str | None
    opened_at: datetime
    due_at: datetime
    hot_wash_at: datetime | None = None
    hot_wash_asked: bool = False
    held_at: datetime | None = None
    avoidable: str | None = None
    reminders: int = 0
    past: bool = False
    """Whether it has begun again since: another one opens at the new end."""
