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

from crisis.core.after import Rating
from crisis.core.after_commands import AnswerSurvey
from crisis.core.commands import Actor, Command
from crisis.core.deciding import Decision
from crisis.core.draft import Draft
from crisis.core.incident import Incident, Offer
from crisis.core.people_commands import AnswerRollCall
from crisis.core.roll import roll_subject
from crisis.intake.links import AckLink, BadLink
from crisis.intake.submission import keep
from crisis.ports import DeliveryRow, MessageRow, Pending, Unavailable
from crisis.web.access import Session, with_session
from crisis.web.answering import (
    ANSWERED,
    OFFERED,
    PRESS,
    answer_of,
    answered_unseen,
    draft_answer,
    noted_unseen,
)
from crisis.web.body import Form, TooLarge, TooSlow, read_form
from crisis.web.choosing import (
    ChoiceShown,
    CostShown,
    choice_in,
    choice_of,
    cost_decided,
    cost_in,
)
from crisis.web.language import language_of, spoken
from crisis.web.overrun import LONGER, announced_end, longer
from crisis.web.pages import render, trouble
from crisis.web.pending import Sent, back_to, sent_before
from crisis.web.service import Service

_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
RATED: Mapping[str, Rating] = {"well": "well", "partly": "partly", "badly": "badly"}
"""What a person answers to the survey."""
SAID = frozenset({"safe", "help"})
"""What a person answers to "are you safe?"."""
_DECIDED = {"grant": "granted", "refuse": "refused"}
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
    def draft(self) -> tuple[str, Draft] | None:
        """The audience and the words that wait, while this message's question about them stands."""
        drafts = self.incident.drafts.items() if self.incident is not None else ()
        asked = (one for one in drafts if one[1].asked_in == self.message.id)
        return next((one for one in asked if one[1].state in {"waiting", "held"}), None)

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
    if (option := form.one("option")) and _wants(service, opened):
        return await _choose(request, service, link, opened, option)
    command = _pressed(opened, form, choice, press)
    asks = opened.offer is not None or roll_call_of(opened) or choice != "read"
    if command is not None:
        answer = await service.inbox.submit(command)
    elif not _stands(choice, opened.offer) and asks:
        return _show(request, opened, status=400)
    return await _answered_by(request, service, link, opened, answer)


async def _choose(
    request: Request, service: Service, link: AckLink, opened: Opened, option: str
) -> Response:
    command = _chosen(service, link, opened, option)
    answer = await service.inbox.submit(command) if command is not None else None
    return await _answered_by(request, service, link, opened, answer)


async def _answered_by(
    request: Request,
    service: Service,
    link: AckLink,
    opened: Opened,
    answer: Decision | Pending | None,
) -> Response:
    """Whoever answers has the message; then what stands is shown."""
    if opened.delivery.state != "acknowledged":
        await service.acknowledge(opened.delivery.id, service.clock.now())
    if isinstance(answer, Pending):
        return RedirectResponse(back_to(request.url.path, service, answer), 303)
    return _after(request, service, link, opened, answer)


def roll_call_of(opened: Opened) -> str:
    """The roll-call that the message asks for; empty where it asks for none."""
    calls = opened.incident.roll_calls.items() if opened.incident is not None else ()
    return next((name for name, one in calls if one.message_id == opened.message.id), "")


def _said(opened: Opened, roll_call: str, choice: str, press: str) -> Command:
    """One person's word on whether they are safe."""
    delivery = opened.delivery
    return Command(
        id=f"link-{delivery.id}-{choice}-{press}",
        stream="incident",
        stream_id=delivery.incident_id,
        body=AnswerRollCall(roll_call=roll_call, safe=choice == "safe"),
        actor=Actor(kind="person", id=delivery.recipient_id),
        authority="signed-link",
        door="acknowledgement",
        exercise=opened.message.exercise,
    )


def _rated(opened: Opened, choice: str, press: str, comment: str) -> Command:
    """How one person was kept informed."""
    delivery = opened.delivery
    words = keep(comment.strip()[:4000]) if comment.strip() else None
    return Command(
        id=f"link-{delivery.id}-{choice}-{press}",
        stream="incident",
        stream_id=delivery.incident_id,
        body=AnswerSurvey(
            audience=opened.message.audience or "",
            rating=RATED[choice],
            comment=words.ref if words else None,
        ),
        actor=Actor(kind="person", id=delivery.recipient_id),
        authority="signed-link",
        door="acknowledgement",
        exercise=opened.message.exercise,
        prose=(words,) if words else (),
    )


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


def _asked(service: Service, opened: Opened) -> ChoiceShown | None:
    who = opened.delivery.recipient_id
    return choice_in(service, opened.incident, opened.message.id, who)


def _cost(service: Service, opened: Opened) -> CostShown | None:
    who = opened.delivery.recipient_id
    return cost_in(service, opened.incident, opened.message.id, who)


def _wants(service: Service, opened: Opened) -> bool:
    """Whether the message asks for a choice, or for a cost to be granted."""
    return (_asked(service, opened) or _cost(service, opened)) is not None


def _chosen(service: Service, link: AckLink, opened: Opened, option: str) -> Command | None:
    """What the button of an option asks; None where that stands already."""
    asked, cost = _asked(service, opened), _cost(service, opened)
    incident, who = opened.incident, opened.delivery.recipient_id
    if incident is not None and asked is not None and option not in {asked.mine, asked.chosen}:
        return choice_of(link, incident, who, asked.step.name, option)
    if incident is not None and cost is not None and cost.cost.state != _DECIDED.get(option):
        return cost_decided(link, incident, who, cost.step.name, option)
    return None


def _pressed(opened: Opened, form: Form, choice: str, press: str) -> Command | None:
    """What the button asks of the rules; None where it asks nothing, or stands already."""
    if not PRESS.fullmatch(press) or _stands(choice, opened.offer):
        return None  # the same answer again is no refusal: it stands already
    if opened.offer is not None:
        return _command(opened, choice, press) if choice in OFFERED else None
    return _told_by(opened, form, choice, press)


def _told_by(opened: Opened, form: Form, choice: str, press: str) -> Command | None:
    """What a reader tells by a message that offers no role."""
    if choice in LONGER:
        return _longer(opened, form, choice, press)
    if choice in RATED and opened.message.kind == "survey":
        return _rated(opened, choice, press, form.one("comment"))
    if choice in SAID and (called := roll_call_of(opened)):
        return _said(opened, called, choice, press)
    if opened.draft is not None and choice in ANSWERED:
        given = {"choice": choice, "press": press, "reason": form.one("reason")}
        return draft_answer(opened.draft, _ack_link(opened), opened.delivery.incident_id, given)
    return None


def _longer(opened: Opened, form: Form, choice: str, press: str) -> Command | None:
    """Announced works last longer: by those who were asked, and only while they go on."""
    if announced_end(opened.incident, opened.message) is None:
        return None
    return longer(opened.delivery, opened.message, choice, form.one("ends"), press)


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
    return answer_of(_ack_link(opened), delivery.incident_id, choice, press)


def _ack_link(opened: Opened) -> AckLink:
    return AckLink(
        delivery_id=opened.delivery.id,
        offer_id=opened.offer_id,
        person=opened.delivery.recipient_id,
        exercise=opened.message.exercise,
    )


def _last_said(service: Service, opened: Opened) -> str:
    """What this person has answered to the roll-call last."""
    called = roll_call_of(opened)
    if not called:
        return ""
    with service.store.read() as view:
        row = view.registered(
            opened.delivery.incident_id, roll_subject(called), opened.delivery.recipient_id
        )
    return row.said if row is not None else ""


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
        asked=_asked(service, opened),
        cost=_cost(service, opened),
        draft=opened.draft is not None,
        roles=[roles[role].title for role in (offer.roles if offer else ()) if role in roles],
        held=[roles[role].title for role in held if role in roles],
        read=opened.delivery.state == "acknowledged" or (pressed and not refusal),
        pressed=pressed,
        roll_call=roll_call_of(opened),
        survey=opened.message.kind == "survey",
        said=_last_said(service, opened),
        sent=sent,
        refusal=refusal,
        ends_at=announced_end(incident, opened.message),
        longer=LONGER,
        press=str(uuid7()),
        asking=service.links.asking(
            opened.delivery.incident_id,
            person=opened.delivery.recipient_id,
            audience=opened.message.audience,
        ),
        contact=organisation.directory.contact(opened.message.contact, language_of(request)),
    )
