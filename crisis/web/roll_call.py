"""The page of a roll-call: who has not answered, floor by floor, for whoever looks for people.

Names stand here and in the register, for those who hold a role or run the service; nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from uuid_utils import uuid7

from crisis.core.commands import Actor
from crisis.core.incident import Incident
from crisis.core.people_commands import AnswerRollCall, CloseRollCall
from crisis.core.roll import RollCall, roll_subject
from crisis.intake.submission import keep
from crisis.ports import Pending
from crisis.web.access import Session, people_of
from crisis.web.body import Form, read_form
from crisis.web.commands import build
from crisis.web.language import language_of, spoken
from crisis.web.pages import render, trouble
from crisis.web.pending import back_to, sent_before
from crisis.web.service import Service

ORDER = ("help", "", "safe")
"""Who needs help first, then who is silent."""


async def roll_call_page(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID/roll-call/NAME``: GET shows it; POST answers for somebody, or closes it."""
    incident = service.incident(request.path_params["incident_id"])
    name = request.path_params["roll_call"]
    roll = incident.roll_calls.get(name) if incident is not None else None
    if incident is None or roll is None:
        return trouble(request, "unknown-incident", 404)
    if request.method != "POST":
        return _show(request, service, incident, name, roll)
    if session.person is None:
        return RedirectResponse(f"/me?then={request.url.path}", 303)
    form = await read_form(request)
    return await _act(request, service, session, incident, form)


async def _act(
    request: Request, service: Service, session: Session, incident: Incident, form: Form
) -> Response:
    name, choice, whose = request.path_params["roll_call"], form.one("choice"), form.one("person")
    if choice not in {"safe", "help", "close"} or (choice != "close" and not whose):
        return trouble(request, "link-unknown", 400)
    why = keep(form.one("override")) if choice == "close" and form.one("override") else None
    body: AnswerRollCall | CloseRollCall = CloseRollCall(roll_call=name)
    if choice != "close":
        body = AnswerRollCall(roll_call=name, safe=choice == "safe")
    command = build(
        service, incident.id, body, (why,) if why else (), door="roll-call",
        authority=session.authority,
    )  # fmt: skip
    other = whose if choice != "close" and whose != session.person else None
    command = replace(
        command,
        id=form.one("press") or command.id,
        actor=Actor(kind="person", id=session.person or "", for_person=other),
        override=why.ref if why else None,
    )
    decision = await service.inbox.submit(command)
    if isinstance(decision, Pending):
        return RedirectResponse(back_to(request.url.path, service, decision), 303)
    if decision.refusal is not None:
        said = spoken(decision.refusal.words, language_of(request))
        roll = incident.roll_calls[name]
        return _show(request, service, incident, name, roll, refusal=said)
    return RedirectResponse(request.url.path, 303)


def _show(
    request: Request,
    service: Service,
    incident: Incident,
    name: str,
    roll: RollCall,
    *,
    refusal: str = "",
) -> Response:
    asked, said = _answers(service, incident, name, roll)
    pinned = service.pinned(incident.id)
    audience = pinned.plan.audiences.get(roll.audience) if pinned else None
    return render(
        request,
        "roll_call.html",
        status=409 if refusal else 200,
        zone=pinned.site.zone if pinned else None,
        exercise=incident.exercise,
        incident_id=incident.id,
        roll=roll,
        audience=audience.title if audience else {},
        asked=len(asked),
        silent=sum(who not in said for who in asked),
        floors=_floors(service, {who: said.get(who, "") for who in (*asked, *said)}),
        press=lambda: str(uuid7()),
        refusal=refusal,
        sent=sent_before(request, service),
    )


def _answers(
    service: Service, incident: Incident, name: str, roll: RollCall
) -> tuple[list[str], dict[str, str]]:
    """Who was asked, and the last word of each who has answered."""
    people = people_of(service)
    with service.store.read() as view:
        rows = view.deliveries(roll.message_id)
        said = {row.person: row.said for row in view.register(incident.id, roll_subject(name))}
    asked = dict.fromkeys(row.recipient_id for row in rows if row.recipient_id in people)
    return list(asked), said


def _floors(service: Service, said: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """People by building and floor, as the directory has them; those to look for first."""
    people = people_of(service)
    found: dict[str, list[tuple[str, str]]] = {}
    for who, word in sorted(said.items(), key=lambda item: (ORDER.index(item[1]), item[0])):
        known = people.get(who)
        parts = (known.site, known.building, known.floor) if known is not None else ()
        where = ", ".join(str(part) for part in parts if part is not None)
        found.setdefault(where, []).append((who, word))
    return sorted(found.items())
