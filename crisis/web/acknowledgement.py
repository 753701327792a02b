"""The page behind the link in a message: looking changes nothing, a person presses a button.

Mail scanners follow links, and some run scripts: only a POST with one of the choices counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from uuid_utils import uuid7

from crisis.core.commands import Command
from crisis.core.deciding import Decision
from crisis.core.incident import Incident, Offer
from crisis.intake.links import AckLink, BadLink
from crisis.ports import DeliveryRow, MessageRow, Pending, Unavailable
from crisis.web.access import Session, with_session
from crisis.web.answering import OFFERED, PRESS, answer_of, answered_unseen, noted_unseen
from crisis.web.body import TooLarge, TooSlow, read_form
from crisis.web.language import language_of, spoken
from crisis.web.pages import render, trouble
from crisis.web.pending import Sent, back_to, sent_before
from crisis.web.service import Service

_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
_NOTED = {"accept": "accepted", "decline": "declined"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a link leads to."""

    delivery: DeliveryRow
    message: MessageRow
    incident: Incident | None
    offer_id: str | None
    words: Mapping[str, str]
    """``subject``, ``text`` and so on, as they were sent."""

    @property
    def offer(self) -> Offer | None:
        """The offer that the message makes, as it stands now."""
        if self.incident is None or self.offer_id is None:
            return None
        return self.incident.offers.get(self.offer_id)


async def acknowledgement(request: Request) -> Response:
    """``/a/TOKEN``: GET shows what stands; POST answers, and shows what stands then."""
    answer = await _answered(request)
    for name, value in _PRIVATE.items():
        answer.headers[name] = value
    return answer


async def _answered(request: Request) -> Response:
    service: Service = request.app.state.service
    try:
        link = service.links.read_acknowledgement(request.path_params["token"])
    except BadLink as bad:
        return trouble(request, f"link-{bad.trouble}", 410 if bad.trouble == "expired" else 404)
    if request.method == "POST" and request.headers.get("sec-fetch-site") == "cross-site":
        return trouble(request, "foreign-origin", 403)
    try:
        opened = _open(service, link)
    except Unavailable:
        if not link.answerable:
            raise
        return await answered_unseen(request, service, link)
    if opened is None:
        return trouble(request, "link-unknown", 404)
    if request.method != "POST":
        return _show(request, opened, sent=sent_before(request, service))
    return await _press(request, service, link, opened)


async def _press(request: Request, service: Service, link: AckLink, opened: Opened) -> Response:
    """Do what the button says; pressing the same page twice is one act."""
    try:
        form = await read_form(request)
    except (TooLarge, TooSlow):
        return trouble(request, "link-unknown", 400)
    choice, press = form.one("choice"), form.one("press")
    answer: Decision | Pending | None = None
    if choice == "room" and (room := _room_of(service, opened)) is not None:
        return room
    if _stands(choice, opened.offer):
        pass  # the same answer again is no refusal: it stands already
    elif opened.offer is not None and choice in OFFERED and PRESS.fullmatch(press):
        answer = await service.inbox.submit(_command(opened, choice, press))
    elif opened.offer is not None or choice != "read":
        return _show(request, opened, status=400)
    if opened.delivery.state != "acknowledged":
        await service.acknowledge(opened.delivery.id, service.clock.now())
    if isinstance(answer, Pending):
        return RedirectResponse(back_to(request.url.path, service, answer), 303)
    return _after(request, service, link, opened, answer)


def _after(
    request: Request, service: Service, link: AckLink, opened: Opened, answer: Decision | None
) -> Response:
    refusal = ""
    if answer is not None and answer.refusal is not None:
        refusal = spoken(answer.refusal.words, language_of(request))
    try:
        return _show(request, _open(service, link) or opened, pressed=True, refusal=refusal)
    except Unavailable:  # the answer is kept all the same: never "nothing was kept"
        return noted_unseen(request, link, refusal=refusal)


def _stands(choice: str, offer: Offer | None) -> bool:
    """Whether this answer stands already; the rule that takes it has the name of the choice."""
    return offer is not None and offer.state == _NOTED.get(choice)


def _room_of(service: Service, opened: Opened) -> Response | None:
    """Into the room, as the person who holds a role there; None for anybody else."""
    incident, person = opened.incident, opened.delivery.recipient_id
    if incident is None or not incident.roles_of(person):
        return None
    answer = RedirectResponse(f"/incidents/{incident.id}", 303)
    return with_session(answer, service, Session(person, incident.id))


def _command(opened: Opened, choice: str, press: str) -> Command:
    delivery = opened.delivery
    link = AckLink(
        delivery_id=delivery.id,
        offer_id=opened.offer_id,
        person=delivery.recipient_id,
        exercise=opened.message.exercise,
    )
    return answer_of(link, delivery.incident_id, choice, press)


def _open(service: Service, link: AckLink) -> Opened | None:
    with service.store.read() as view:
        delivery = view.delivery(link.delivery_id)
        message = view.message(delivery.message_id) if delivery else None
        if delivery is None or message is None:
            return None
        text_id = message.texts.get(delivery.language, "")
        row = view.texts([text_id]).get(text_id)
    return Opened(
        delivery=delivery,
        message=message,
        incident=service.incident(delivery.incident_id),
        offer_id=link.offer_id or message.offer_id,
        words=json.loads(row.content) if row else {},
    )


def _show(
    request: Request,
    opened: Opened,
    *,
    status: int = 200,
    pressed: bool = False,
    refusal: str = "",
    sent: Sent | None = None,
) -> Response:
    service: Service = request.app.state.service
    organisation = service.organisation()
    incident, offer = opened.incident, opened.offer
    if sent is not None and sent.refused and not _stands(sent.refused["rule"], offer):
        refusal = spoken(sent.refused["words"], language_of(request))
    site = organisation.sites.get(incident.site) if incident else None
    held = incident.roles_of(opened.delivery.recipient_id) if incident else ()
    pinned = service.pinned(opened.delivery.incident_id)
    roles = pinned.in_force(incident.situation).roles if pinned and incident else {}
    return render(
        request,
        "acknowledgement.html",
        status=status,
        zone=site.zone if site else None,
        exercise=opened.message.exercise,
        subject=opened.words.get("subject", ""),
        text=opened.words.get("text", ""),
        sent_at=opened.delivery.sent_at or opened.message.released_at,
        offer=offer,
        roles=[roles[role].title for role in (offer.roles if offer else ()) if role in roles],
        held=[roles[role].title for role in held if role in roles],
        read=opened.delivery.state == "acknowledged" or (pressed and not refusal),
        pressed=pressed,
        sent=sent,
        refusal=refusal,
        press=str(uuid7()),
        contact=organisation.directory.contact(opened.message.contact, language_of(request)),
    )
