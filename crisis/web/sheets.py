"""The notice board: the A4 page of a message, and the list of the sheets that hang."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crisis.core.commands import Actor
from crisis.core.decide.sheets import STAYS
from crisis.core.incident import Incident
from crisis.core.message import TO_AUDIENCES
from crisis.core.sheet_commands import HangSheets
from crisis.core.timeline_values import WORDS
from crisis.documents.hung import Hung, sheets_of
from crisis.ports import DeliveryRow, MessageRow
from crisis.web.access import Session
from crisis.web.commands import build
from crisis.web.language import SPOKEN, word
from crisis.web.pages import trouble, written
from crisis.web.record import NotOnRecord, Reader
from crisis.web.service import Service

PAPER = "paper"
"""The channel of what is hung up."""
_LARGE, _MIDDLE = 420, 900
"""Letters that fill a page at 19 pt and at 15 pt; beyond, at 12 pt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One language of a sheet: a page of its own, read at arm's length by people who walk past."""

    language: str
    """That of the words."""
    frame: str
    """That of what we print around them."""
    title: str
    lines: tuple[tuple[str, bool], ...]
    """Each line, and whether it is one to see from afar."""

    @property
    def size(self) -> str:
        """How large it can be set so that it stays on one page."""
        letters = sum(len(line) for line, _ in self.lines)
        return "large" if letters <= _LARGE else "middle" if letters <= _MIDDLE else "small"


async def sheet_page(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID/sheets/NUMBER``: what an audience was told, to print and to hang (A4).

    ``?at=PLACE`` names the sheet that hangs there already, which this one replaces.
    """
    del session
    incident = service.incident(request.path_params["incident_id"])
    pinned = service.pinned(request.path_params["incident_id"])
    if incident is None or pinned is None:
        return trouble(request, "unknown-incident", 404)
    number = int(request.path_params["number"])
    with service.store.read() as view:
        message = view.message(f"{incident.id}-{number}")
        texts = view.texts(list(message.texts.values())) if message is not None else {}
    if message is None or message.audience is None or message.kind not in TO_AUDIENCES:
        return trouble(request, "not-found", 404)
    leaves = [
        _leaf(language, json.loads(texts[name].content))
        for language, name in message.texts.items()
        if name in texts
    ]
    values = {
        "message": message,
        "leaves": leaves,
        "zone": pinned.site.zone,
        "site": pinned.site.title,
        "replaced": _replaced(incident, message, request.query_params.get("at")),
        "until": message.released_at + STAYS if message.kind == "end" else None,
        "word": lambda known, name, **filled: word("sheet", name, known, **filled),
        "phase": lambda known: WORDS["phase"][message.phase][SPOKEN.index(known)],
    }
    language = leaves[0].frame if leaves else SPOKEN[0]
    return HTMLResponse(written(request, "sheet.html", language, values))


def _leaf(language: str, said: dict[str, str]) -> Leaf:
    """The whole text, as a mail has it: the first line above, then part by part.

    What heads a part stands out, and so does a line alone: when the next word comes.
    """
    title, *parts = (part.splitlines() for part in said["text"].strip().split("\n\n"))
    lines = tuple(
        (line.strip(), not place and (len(part) == 1 or not line.rstrip().endswith(".")))
        for part in parts
        for place, line in enumerate(part)
        if line.strip()
    )
    frame = language if language in SPOKEN else "en"
    return Leaf(language=language, frame=frame, title=" ".join(title), lines=lines)


def _replaced(incident: Incident, message: MessageRow, at: str | None) -> list[int]:
    """The older sheets for the same people that hang: at this place, or anywhere."""
    return sorted({
        one.number for one in incident.sheets.values()
        if one.audience == message.audience and one.number < message.number
        and at in {None, "", one.place}
    })  # fmt: skip


def sheets(reader: Reader, incident_id: str) -> list[dict[str, Any]]:
    """Every sheet that hung, with the names of people and places; NotOnRecord where none is."""
    incident, pinned = reader.incident(incident_id), reader.pinned(incident_id)
    if incident is None or pinned is None:
        raise NotOnRecord(incident_id)
    directory = reader.organisation().directory
    places = reader.organisation().configuration.people.places
    titles = {name: dict(one.title) for name, one in pinned.plan.audiences.items()}
    return [
        _told(one, titles.get(one.audience, {}), directory.name(one.person))
        | {"title": dict(places[one.place].title) if one.place in places else {}}
        for one in sheets_of(reader.events("incident", incident_id))
    ]


def _told(one: Hung, audience: dict[str, str], who: str) -> dict[str, Any]:
    def said(at: datetime | None) -> str | None:
        return at.isoformat() if at is not None else None

    return {
        "number": one.number,
        "audience": one.audience,
        "for": audience,
        "place": one.place,
        "person": one.person,
        "who": who,
        "hung_at": said(one.hung_at),
        "replaced_by": one.replaced_by,
        "down_at": said(one.down_at),
    }


async def hung_at_its_place(
    service: Service, incident: Incident, row: DeliveryRow, person: str, authority: str
) -> None:
    """A sheet was hung at one of the organisation's places: it is on the list of what hangs.

    What cannot be on it (a message that no sheet is made of) was carried all the same.
    """
    with service.store.read() as view:
        message = view.message(row.message_id)
    audience = message.audience if message is not None else None
    if row.channel != PAPER or message is None or audience not in incident.audiences:
        return
    body = HangSheets(audience=str(audience), at=(row.recipient_id,), number=message.number)
    command = build(service, incident.id, body, door="room", authority=authority)
    actor = Actor(kind="person", id=person)
    await service.inbox.submit(replace(command, actor=actor))
