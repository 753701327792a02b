"""What a brief tells in counts and times: delays of the law, and who is safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.values import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDelayTold:
    """A delay of the law that runs: what is to be told, by when, and whether it was missed."""

    title: Text
    due_at: datetime
    missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallTold:
    """How a roll-call stands: counts, and nobody's name."""

    audience: Text
    safe: int
    help: int
    asked: int
    """0 while nobody has looked yet."""
    silent: int
    closed: bool
