"""The list of incidents, the reports that wait, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from crisis.core.events import ReportAccepted, ReportRouted, ReportSetAside
from crisis.core.incident import Incident
from crisis.core.timeline_values import WORDS
from crisis.ports import StreamRow
from crisis.web import record
from crisis.web.access import Session
from crisis.web.pages import render
from crisis.web.service import Service
from crisis.web.tracking import next_word_at
from crisis.web.upkeep import upkeep

_SHOWN = 100


async def overview(request: Request, service: Service, session: Session) -> Response:
    """``/``: what is going on, and what nobody has looked at."""
    del session
    with service.store.read() as view:
        streams = view.streams("incident", limit=_SHOWN)
        reports = view.streams("report", limit=_SHOWN)
        unread = len(view.quarantined(_SHOWN))
    incidents = [one for row in streams if (one := service.incident(row.stream_id)) is not None]
    return render(
        request,
        "overview.html",
        wanted=[(one, list(record.wanted(service, one))) for one in incidents if not one.over],
        incidents=[(one, _title(service, one), next_word_at(one)) for one in incidents],
        parked=[row for row in (*streams, *reports) if row.parked],
        waiting=list(_waiting(service, reports)),
        because=_because,
        unread=unread,
        upkeep=[one for one in upkeep(service, service.clock.now()) if one["overdue"]],
    )


async def quarantine(request: Request, service: Service, session: Session) -> Response:
    """``/quarantine``: the bodies that no door could read, newest first."""
    del session
    with service.store.read() as view:
        rows = view.quarantined(_SHOWN)
    shown = [(row, row.body[:2000].decode("utf-8", "replace")) for row in rows]
    return render(request, "quarantine.html", rows=shown)


def _because(reason: str) -> dict[str, str]:
    """Why a report was set aside, in words."""
    pair = WORDS["reason"].get(reason)
    return {"fr": pair[0], "en": pair[1]} if pair else {"en": reason}


def _title(service: Service, incident: Incident) -> object:
    pinned = service.pinned(incident.id)
    return pinned.in_force(incident.situation).title if pinned else {}


def _waiting(
    service: Service, rows: Iterable[StreamRow]
) -> Iterable[tuple[str, ReportAccepted, ReportSetAside | None]]:
    """Reports that belong to no incident: set aside, or not yet decided on (G1)."""
    for row in rows:
        bodies = [event.body for event in service.events("report", row.stream_id)]
        if any(isinstance(one, ReportRouted) for one in bodies):
            continue
        accepted = next((one for one in bodies if isinstance(one, ReportAccepted)), None)
        aside = next((one for one in bodies if isinstance(one, ReportSetAside)), None)
        if accepted is not None:
            yield row.stream_id, accepted, aside
