"""G3: a named lead in time, or those above know that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.events import (
    BriefReleased,
    IncidentCancelled,
    IncidentClosed,
    IncidentMerged,
    LeadMissing,
    PhaseDeclared,
    RolesAccepted,
)
from crisis.proof.invariants.record import Breach, Record


def g3_somebody_leads(record: Record) -> Iterator[Breach]:
    """A person has accepted to lead within the plan's bound, or the last resort was told."""
    bound = _bound(record, _led_or_over_at(record))
    if bound is None:
        return
    said = [(event, body) for event, body in record.of(LeadMissing)]
    if not said:
        if record.late(bound, None):
            yield record.breach("G3", f"nobody led by {bound:%H:%M} UTC, and nobody was told so")
        return
    event = said[0][0]
    if record.late(bound, event.at):
        yield record.breach("G3", f"nobody led by {bound:%H:%M} UTC, told at {event.at:%H:%M} only")
    for event, _ in said:
        written = record.written_to(event)
        if not record.last_resort <= written:
            missing = ", ".join(sorted(record.last_resort - written))
            yield record.breach("G3", f"nobody leads, and the last resort was not told: {missing}")
        if not any(isinstance(body, BriefReleased) for body in record.at_once(event)):
            yield record.breach("G3", "nobody leads, and no brief told the directorate")


def _led_or_over_at(record: Record) -> datetime | None:
    """Give when somebody led, or nobody needed to any more."""
    for event in record.events:
        body = event.body
        if isinstance(body, RolesAccepted) and "lead" in body.roles:
            return event.at
        if isinstance(body, IncidentCancelled | IncidentClosed | IncidentMerged):
            return event.at
        if isinstance(body, PhaseDeclared) and body.phase == "normal":
            return event.at
    return None


def _bound(record: Record, led_at: datetime | None) -> datetime | None:
    """Give the first instant at which a lead was owed and there was none.

    What a graver severity asks for is owed from the moment at which it became graver. What was
    announced is counted from its beginning.
    """
    changes: list[tuple[datetime, str, datetime]] = []
    for event, state in zip(record.events, record.states, strict=True):
        if state is None or state.watched or record.undecided(event):
            continue
        if not changes or changes[-1][1:] != (state.severity, state.opened_at):
            changes.append((event.at, state.severity, state.opened_at))
    site = record.pinned.site
    for number, (since, severity, opened_at) in enumerate(changes):
        until = changes[number + 1][0] if number + 1 < len(changes) else None
        owed_at = max(since, site.add(opened_at, record.pinned.lead_within(severity)))
        if until is not None and owed_at >= until:
            continue
        return owed_at if led_at is None or led_at > owed_at else None
    return None
