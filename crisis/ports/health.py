"""Whether a service makes progress, as it is told to whoever watches over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Grade = Literal["pass", "warn", "fail"]
"""In the words of ``application/health+json``: well; look at it today; now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    status: Grade
    observed: Mapping[str, Any] = field(default_factory=dict)
    """What was seen: numbers (spans in seconds), times, and no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a service does, as it was seen last."""

    checks: Mapping[str, Check]
    waiting: int = 0
    """Reports that are kept and wait, while nobody can decide them."""
    at_least: bool = False
    """More of them may wait: nobody knows what was decided before somebody began to look."""
    waits_since: datetime | None = None
    """Real time since when."""
    told_at: datetime | None = None
    """Real time at which the duty team was told of them."""

    @property
    def status(self) -> Grade:
        """The worst of what was seen."""
        grades: tuple[Grade, ...] = ("fail", "warn")
        seen = {one.status for one in self.checks.values()}
        return next((one for one in grades if one in seen), "pass")
