"""What happens to a report: taken in, led to an incident, or set aside where a person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAccepted:
    """A report was taken in, and will end in an incident, a link to one, or a seen refusal (G1)."""

    source: str
    native_id: str
    kind: str
    site: str
    building: str | None
    place: TextRef | None
    what: TextRef | None
    by_machine: bool
    severity: str | None
    danger: str
    observed_at: datetime | None
    group: str
    signal: Literal["firing", "resolved"]
    starts_at: datetime | None = None
    """When announced works begin."""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRouted:
    """The report opened this incident, or was linked to it."""

    incident_id: str
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSetAside:
    """The report led nowhere, and a person can see why (for example: resolved, nothing open)."""

    reason: str
