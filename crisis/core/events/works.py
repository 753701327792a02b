"""Announced works: begin or end at another time, or are put off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksRescheduled:
    """The works begin or end at another time than was announced."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksPostponed:
    """The works do not take place as announced; other times are still to be set."""

    step: str
    """The decision that said so."""
