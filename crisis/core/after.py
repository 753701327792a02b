"""What follows the end of an incident beside its review: survey, publication, thanks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Rating = Literal["well", "partly", "badly"]
"""One tap: how somebody was kept informed."""


@dataclass(frozen=True, kw_only=True)
class After:
    """How far that is; it begins anew with each review, but for what people have answered."""

    surveyed_at: datetime | None = None
    survey: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Audience -> how many were kept informed well, partly, badly, by the last word of each."""
    comments: int = 0
    presented: bool = False
    thanked: bool = False
    published_at: datetime | None = None
    publish_reminders: int = 0
    followed: int = 0
    """How many of the days on which actions are looked at again have passed."""


def survey_subject(audience: str) -> str:
    """The name under which the register has the answers of an audience."""
    return f"survey:{audience}"
