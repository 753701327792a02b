"""The incident room: everything about one incident, and a button for each thing to do."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crisis.core.deciding import Refusal
from crisis.core.delivery import by_hand
from crisis.core.incident import Incident
from crisis.intake.faults import BadPayload, Fault, explain
from crisis.ports import Pending, Receipt
from crisis.web.access import Session, people_of
from crisis.web.body import Form, TooLarge, TooSlow, read_form
from crisis.web.commands import Asking, command_of
from crisis.web.forms import fields_of, kept_of
from crisis.web.pages import render, trouble
from crisis.web.pending import back_to, sent_before
from crisis.web.room_view import RoomView
from crisis.web.service import Service
from crisis.web.sheets import hung_at_its_place

_AGAIN = frozenset({"press", "override", "section"})
"""Fields of a form that are not repeated when it is sent again with a reason."""


async def room(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID``: GET shows it; POST does one thing and comes back here."""
    incident = service.incident(request.path_params["incident_id"])
    if incident is None:
        return trouble(request, "unknown-incident", 404)
    if request.method != "POST":
        return _show(request, service, session, incident)
    if session.person is None:
        return RedirectResponse(f"/me?then={request.url.path}", 303)
    try:
        form = await read_form(request)
    except (TooLarge, TooSlow):
        return trouble(request, "too-large", 413)
    return await _act(request, service, session, incident, form)


async def _act(
    request: Request, service: Service, session: Session, incident: Incident, form: Form
) -> Response:
    try:
        asking = _asking(incident, session.person, form)
        command = command_of(service, asking, door="room", authority=session.authority)
    except BadPayload as bad:
        return _show(request, service, session, incident, status=422, faults=bad.faults, form=form)
    decision = await service.inbox.submit(command)
    section = form.one("section")
    if isinstance(decision, Pending):
        return RedirectResponse(f"{back_to(request.url.path, service, decision)}#{section}", 303)
    if decision.refusal is not None:
        return _show(
            request, service, session, incident, status=409, refusal=decision.refusal, form=form
        )
    return RedirectResponse(f"{request.url.path}#{section}", 303)


async def done_by_hand(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID/by-hand``: somebody has told, hung up or called what no machine could."""
    incident_id = request.path_params["incident_id"]
    if session.person is None:
        return RedirectResponse(f"/me?then=/incidents/{incident_id}", 303)
    form = await read_form(request)
    with service.store.read() as view:
        row = view.delivery(form.one("delivery"))
    if row is None or row.incident_id != incident_id or not by_hand(row):
        return trouble(request, "link-unknown", 404)
    receipt = Receipt(delivery_id=row.id, state="delivered", at=service.clock.now())
    await service.receive(row.channel, [receipt])
    incident = service.incident(incident_id)
    if incident is not None:
        await hung_at_its_place(service, incident, row, session.person, session.authority)
    return RedirectResponse(f"/incidents/{incident_id}#messages", 303)


def _asking(incident: Incident, person: str | None, form: Form) -> Asking:
    try:
        return Asking(
            type=form.one("type"),
            incident=incident.id,
            fields=fields_of(form.one("type"), form),
            as_=person,
            for_=form.one("for") or None,
            happened_at=form.one("happened_at") or None,
            override=form.one("override") or None,
            id=form.one("press") or None,
        )
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise BadPayload("wrong-shape", *(explain(one) for one in found)) from None


def _show(
    request: Request,
    service: Service,
    session: Session,
    incident: Incident,
    *,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
    refusal: Refusal | None = None,
    form: Form | None = None,
) -> Response:
    pinned = service.pinned(incident.id)
    if pinned is None:
        return trouble(request, "unknown-incident", 404)
    again: list[tuple[str, str]] = []
    if form is not None:
        again = [(n, v) for n, v in form.pairs() if n not in _AGAIN]
    values: dict[str, Any] = {
        "zone": pinned.site.zone,
        "exercise": incident.exercise,
        "room": RoomView(service, incident, pinned, session.person),
        "people": sorted(
            (one.name, name) for name, one in people_of(service).items() if one.functions
        ),
        "sent": sent_before(request, service),
        "faults": faults,
        "refusal": refusal,
        "again": again,
        "kept": kept_of(form) if form is not None else None,
    }
    return render(request, "room.html", status=status, **values)
