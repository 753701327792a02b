"""How an incident begins, how grave it is, and what a person overrode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDeclared:
    """An incident is open."""

    incident_id: str
    key: str
    report_id: str
    kind: str
    playbook: str
    playbook_digest: str
    site: str
    building: str | None
    place: TextRef | None
    what: TextRef | None
    by_machine: bool
    severity: str
    danger: str
    hours: str
    hours_until: datetime | None
    observed_at: datetime
    opened_at: datetime
    exercise: bool
    phase: Literal["open", "expected"] = "open"
    starts_at: datetime | None = None
    """When announced works begin."""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLinked:
    """One more report of the same trouble."""

    report_id: str
    source: str
    what: TextRef | None
    by_machine: bool
    signal: Literal["firing", "resolved"] = "firing"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProposed:
    """A signal says that the trouble has gone; a person decides."""

    report_id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerReported:
    """Somebody says that people are in danger."""

    report_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged:
    """Office hours of the site began or ended."""

    hours: str
    hours_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityChanged:
    """The severity went up or down; ``by_rule`` names the playbook's rule where one did it.

    ``by_report`` is the report that says it is graver than it has ever been.
    """

    severity: str
    was: str
    by_rule: str | None = None
    by_report: str | None = None
    spent: tuple[str, ...] = ()
    """Rules that would have raised it again: a person has looked at their reason and lowered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalOverridden:
    """A person set a refusal aside, by name and with a reason."""

    rule: str
    reason: TextRef
