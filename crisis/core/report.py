"""A report: its own small stream, so that each one ends in something that a person can see (G1)."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from crisis.core.events import Event, ReportAccepted, ReportRouted, ReportSetAside


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Where a report stands."""

    accepted_at: datetime
    source: str
    kind: str
    site: str
    incident_id: str | None = None
    opened: bool = False
    set_aside: str | None = None
    seq: int = 1


def evolve_report(report: Report | None, event: Event) -> Report:
    """Fold a report from its events."""
    body = event.body
    if isinstance(body, ReportAccepted):
        return Report(accepted_at=event.at, source=body.source, kind=body.kind, site=body.site)
    if report is None:
        msg = "the first event of a report accepts it"
        raise ValueError(msg)
    if isinstance(body, ReportRouted):
        report = replace(report, incident_id=body.incident_id, opened=body.opened)
    if isinstance(body, ReportSetAside):
        report = replace(report, set_aside=body.reason)
    return replace(report, seq=event.seq)


def report_id(source: str, native_id: str) -> str:
    """Give the id that the same report always has, whichever door or process takes it in."""
    digest = sha256(f"{source}\x00{native_id}".encode()).digest()
    return "r-" + b32encode(digest[:10]).decode().lower()


def incident_id(report: str) -> str:
    """Give the id of the incident that this report opens, if it opens one."""
    return "i-" + report.removeprefix("r-")


GENERIC = "generic"
"""The playbook of the unforeseen: what fits no other falls to it (G1)."""


Openings = Mapping[str, tuple[tuple[str, str | None, tuple[str, ...]], ...]]
"""Playbook -> what opens it: a kind of report, the only source (machine, person) if one, and the
only sites if any."""


def choose_playbook(kind: str, source: str, site: str, openings: Openings) -> str:
    """Choose the playbook that a report opens; ``generic`` when none does.

    An opening that names a site, or a source of report, fits only that one, and goes before one
    that does not; a plan of the site's own goes before all others.
    """
    fitting = [
        (not sites, only is None, name)
        for name, opened_by in openings.items()
        for opening, only, sites in opened_by
        if opening == kind and only in {None, source} and (not sites or site in sites)
    ]
    return min(fitting)[2] if fitting else GENERIC


ALIKE_WITHIN = timedelta(hours=2)
"""So long after one has opened, another of the same kind at the site may be the same trouble."""


def site_prefix(*, exercise: bool, site: str) -> str:
    """Give how the correlation keys of all that is open at a site begin."""
    return f"{'exercise' if exercise else 'real'}|{site}|"


def correlation_key(
    *,
    exercise: bool,
    site: str,
    building: str | None,
    playbook: str,
    group: str,
    kind: str,
    starts_at: datetime | None = None,
) -> str:
    """Give what tells this trouble from another: held by one open incident at a time (design §2).

    A real report never joins an exercise (G9). What fell to ``generic`` is told apart by the
    source's own grouping, or by its kind; announced works by when they begin.
    """
    parts = ["exercise" if exercise else "real", site, building or "", playbook]
    if playbook == GENERIC:
        parts.append(group or kind)
    if starts_at is not None:
        parts.append(starts_at.astimezone(UTC).isoformat(timespec="minutes"))
    return "|".join(parts)
