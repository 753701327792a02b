"""``/digest``: the activity report of a month, with a paragraph for the newsletter per crisis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crisis.core.digest import (
    Digest,
    Month,
    digest_of,
    month_of,
    over_the_year,
)
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.scorecard import scorecard
from crisis.core.spoken import zone_of
from crisis.documents.digest import Entry, report
from crisis.web.access import Session
from crisis.web.journal import paragraph
from crisis.web.language import SPOKEN
from crisis.web.pages import render, trouble
from crisis.web.record import NotOnRecord, Reader
from crisis.web.service import Service

LOOKED_AT = 10_000
"""The newest incidents among which those of the month are looked for."""
_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])\Z")


def digest(reader: Reader, asked: str, now: datetime) -> dict[str, Any]:
    """The report of a month, ``2026-11``; NotOnRecord where that is none.

    A month begins by the clock of each site; what began in it belongs to it. How people say that
    they were informed is told of the year that ends with it, exercises apart.
    """
    wanted = _read(asked)
    found = [
        (month_of(incident, zone_of(pinned.site.zone)), incident, pinned)
        for incident, pinned in _on_record(reader)
    ]
    entries = [
        _entry(reader, incident, pinned, now)
        for month, incident, pinned in found if month == wanted
    ]  # fmt: skip
    said = over_the_year(((month, incident) for month, incident, _ in found), wanted)
    return report(wanted, sorted(entries, key=lambda one: one.digest.began_at), said)


def this_month(reader: Reader, now: datetime) -> str:
    """The month that it is at the default site."""
    organisation = reader.organisation()
    site = organisation.sites[organisation.settings.default_site]
    return now.astimezone(zone_of(site.zone)).strftime("%Y-%m")


async def digest_page(request: Request, service: Service, session: Session) -> Response:
    """The page, of the month that is asked for, or of this one."""
    del session
    now = service.clock.now()
    asked = request.query_params.get("month") or this_month(service, now)
    try:
        told = digest(service, asked, now)
    except NotOnRecord:
        return trouble(request, "not-found", 404)
    return render(request, "digest.html", told=told)


def _read(asked: str) -> Month:
    parts = _MONTH.match(asked)
    if parts is None:
        raise NotOnRecord(f"{asked}: 2026-12?")
    return int(parts[1]), int(parts[2])


def _on_record(reader: Reader) -> Iterator[tuple[Incident, Pinned]]:
    with reader.store.read() as view:
        rows = view.streams("incident", limit=LOOKED_AT)
    for row in rows:
        if row.parked:
            continue
        incident, pinned = reader.incident(row.stream_id), reader.pinned(row.stream_id)
        if incident is not None and pinned is not None:
            yield incident, pinned


def _entry(reader: Reader, incident: Incident, pinned: Pinned, now: datetime) -> Entry:
    card = scorecard(reader.events("incident", incident.id), pinned, now=now)
    made = digest_of(incident, card, pinned.plan.severities)
    return Entry(
        incident=incident.id, title=pinned.in_force(incident.situation).title,
        site=pinned.site.title, zone=pinned.site.zone, digest=made,
        paragraph=_paragraph(reader, incident, pinned, made),
    )  # fmt: skip


def _paragraph(
    reader: Reader, incident: Incident, pinned: Pinned, made: Digest
) -> dict[str, str]:  # fmt: skip
    """For a crisis that is over: nobody reads of an exercise or of a false alarm in the news."""
    if made.sort != "crisis" or made.over_at is None:
        return {}
    return {one: paragraph(reader, incident, pinned, one, own=False) for one in SPOKEN}
