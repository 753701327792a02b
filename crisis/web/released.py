"""One message as it was released: its words in each language, and itself as an alert of CAP 1.2."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from crisis.core import cap
from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.message import TO_AUDIENCES
from crisis.core.pinned import Pinned
from crisis.core.spoken import zone_of
from crisis.documents.cap import MIME_TYPE
from crisis.documents.cap import cap as written
from crisis.ports import OWN_PAGES, MessageRow
from crisis.web.pages import trouble
from crisis.web.public import standing
from crisis.web.record import NotOnRecord, Reader
from crisis.web.service import Service


def released(reader: Reader, incident_id: str, number: int) -> dict[str, Any]:
    """A message to an audience; NotOnRecord where this incident has none of that number."""
    incident, pinned = reader.incident(incident_id), reader.pinned(incident_id)
    if incident is None or pinned is None:
        raise NotOnRecord(incident_id)
    with reader.store.read() as view:
        rows = [row for row in view.messages(incident_id) if _told_to_an_audience(row)]
        row = next((one for one in rows if one.number == number), None)
        if row is None:
            raise NotOnRecord(f"{incident_id} {number}")
        texts = view.texts(list(row.texts.values()))
    said = {name: json.loads(texts[at].content) for name, at in row.texts.items() if at in texts}
    source = _source(reader, incident, pinned, rows, row, said=said)
    return {
        "incident": incident_id,
        "message": row.id,
        "number": row.number,
        "kind": row.kind,
        "audience": row.audience,
        "exercise": row.exercise,
        "released_at": row.released_at.isoformat(),
        "words": said,
        "cap": written(cap.alert(source)),
    }


async def cap_page(request: Request) -> Response:
    """``/cap/MESSAGE``: a message that stands on a status page, for other systems."""
    service: Service = request.app.state.service
    asked = request.path_params["message_id"]
    for page in standing(service, "status"):
        for one in page.shown:
            if one.message.id == asked and _told_to_an_audience(one.message):
                found = released(service, one.message.incident_id, one.message.number)
                return Response(found["cap"], media_type=MIME_TYPE)
    return trouble(request, "not-found", 404)


def _told_to_an_audience(row: MessageRow) -> bool:
    return row.audience is not None and row.kind in TO_AUDIENCES


def _source(
    reader: Reader, incident: Incident, pinned: Pinned, rows: list[MessageRow], row: MessageRow,
    *, said: Mapping[str, Mapping[str, str]],
) -> cap.Source:  # fmt: skip
    events = reader.events("incident", incident.id)
    promised = {
        one.body.message_id: one.body.next_update_at
        for one in events if isinstance(one.body, e.MessageReleased)
    }  # fmt: skip
    zone = zone_of(pinned.site.zone)

    def there(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    settings = reader.organisation().settings
    return cap.Source(
        identifier=row.id, sender=f"crisis@{urlsplit(settings.web.public_url).hostname}",
        incident=incident.id, names=(incident.kind, incident.playbook), kind=row.kind,
        phase=row.phase, urgency=row.urgency, rank=_rank(events, pinned, row),
        exercise=row.exercise, public=_public(pinned, row),
        sent_at=row.released_at.astimezone(zone), next_at=there(promised.get(row.id)),
        earlier=[
            cap.Earlier(
                identifier=one.id, sent_at=one.released_at.astimezone(zone),
                expires_at=there(promised.get(one.id)),
            )
            for one in rows if one.audience == row.audience and one.number < row.number
        ],
        told=list(_told(reader, incident, pinned, row, said)),
    )  # fmt: skip


def _rank(events: list[Event], pinned: Pinned, row: MessageRow) -> int:
    """The severity that held when it was released, counted from the gravest."""
    severity = ""
    for one in events:
        if isinstance(one.body, e.MessageReleased) and one.body.message_id == row.id:
            break
        if isinstance(one.body, (e.IncidentDeclared, e.SeverityChanged)):
            severity = one.body.severity
    known = list(pinned.plan.severities)
    return known.index(severity) if severity in known else len(known)


def _public(pinned: Pinned, row: MessageRow) -> bool:
    """Whether one of its media is a page that asks for no token."""
    rungs = pinned.rungs(row.kind, row.audience, row.urgency)
    return any(pinned.plan.media[name].channel in OWN_PAGES for rung in rungs for name in rung.by)


def _told(
    reader: Reader, incident: Incident, pinned: Pinned, row: MessageRow,
    said: Mapping[str, Mapping[str, str]],
) -> Iterator[cap.Told]:  # fmt: skip
    organisation, site = reader.organisation(), pinned.site
    event = pinned.in_force(incident.situation).words.event
    building = site.buildings.get(incident.building or "")
    for language, words in said.items():
        where = [site.title, building.title if building else None]
        named = [one.get(language, "") for one in where if one is not None]
        yield cap.Told(
            language=language, event=event[language], headline=words["subject"],
            description=words["text"], instruction=words.get("instruction", ""),
            sender=", ".join(filter(None, (
                organisation.settings.organisation.get(language, ""),
                organisation.directory.title(row.sender, language),
            ))),
            contact=organisation.directory.contact(row.contact, language),
            audience=pinned.plan.audiences[row.audience or ""].title[language],
            area=", ".join(filter(None, (*named, site.address or ""))),
        )  # fmt: skip
