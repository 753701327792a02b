"""``POST /commands``: what the command line asks, and the way every button goes too."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from uuid_utils import uuid7

from crisis.core.commands import AcceptRoles, Actor, Command, DeclineRoles, IncidentBody
from crisis.core.deciding import Decision
from crisis.core.incident import Incident, Offer
from crisis.core.prose import Prose
from crisis.intake.faults import BadPayload, fault, not_one_of, read_as
from crisis.intake.submission import NAME_PATTERN, keep
from crisis.ports import Pending
from crisis.web.access import is_operator, people_of
from crisis.web.asking import asked
from crisis.web.body import LARGEST_REPORT, TooLarge, TooLargeProblem, TooSlow, read_body
from crisis.web.doors import no_token
from crisis.web.language import language_of
from crisis.web.pending import kept_answer
from crisis.web.problems import Problem, problem_of, refused
from crisis.web.record import lines
from crisis.web.service import Service
from crisis.web.times import Wall

Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class Asking(BaseModel):
    """A command as it is written in JSON."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=True)

    type: str
    incident: str | None = None
    """The incident's id; may be left out while exactly one is open."""
    fields: dict[str, Any] = Field(default_factory=dict)
    as_: Annotated[Name | None, Field(alias="as")] = None
    """Who acts, or writes it down for somebody else."""
    for_: Annotated[Name | None, Field(alias="for")] = None
    """Whose act it is, where somebody else writes it down."""
    happened_at: str | None = None
    """``14:05`` by the clock of the site, or ISO 8601."""
    override: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    """Why a refusal is to be set aside."""
    id: Annotated[str, Field(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9-]+$")] | None = None
    """The asker's own id of this request: sent again, it gets the first answer."""


async def receive_command(request: Request) -> Response:
    """Do what somebody who runs the service asks; answer once it is durable.

    202 where the answer is still to come: the same again, under the same id, is answered with it.
    """
    service: Service = request.app.state.service
    language = language_of(request, service.organisation().settings.languages)
    if not is_operator(request, service):
        return no_token(language)
    try:
        asking = read_as(Asking, await read_body(request, LARGEST_REPORT))
        command = command_of(service, asking, door="command-line", authority="operator")
    except TooLarge:
        return TooLargeProblem("too-large", 413, language)
    except TooSlow:
        return Problem("too-slow", 408, language)
    except BadPayload as bad:
        return problem_of(bad, language)
    return _told(service, command, await service.inbox.submit(command), language)


def _told(
    service: Service, command: Command, decision: Decision | Pending, language: str
) -> Response:
    if isinstance(decision, Pending):
        asked_of = {"command_id": command.id, "incident": command.stream_id}
        return kept_answer(service, decision, language, asked_of)
    if not decision.accepted:
        return refused(decision.refusal, language)
    return JSONResponse(answer(service, command, decision))


def answer(service: Service, command: Command, decision: Decision) -> dict[str, Any]:
    """What the asker is told of something that was done: its lines in the timeline."""
    done = {event.seq: type(event.body).__name__ for event in decision.events}
    told = {one["seq"]: one["line"] for one in lines(service, command.stream_id, done)}
    return {
        "accepted": True,
        "command_id": command.id,
        "incident": command.stream_id,
        "events": [
            {"seq": seq, "type": name, "line": told.get(seq, {})} for seq, name in done.items()
        ],
    }


def command_of(service: Service, asking: Asking, *, door: str, authority: str) -> Command:
    """The command to submit; :class:`BadPayload` names what does not exist."""
    person = asking.for_ or asking.as_
    _people_known(service, asking)
    fields = dict(asking.fields)
    if asking.type == "agree-action" and isinstance(fields.get("owner"), str):
        fields["owner"] = _owner(service, fields["owner"])
    incident = find_incident(service, asking.incident, str(fields.get("offer_id", "")))
    if asking.type in {"accept-roles", "decline-roles"}:
        fields["offer_id"] = _offer_named(incident, fields.get("offer_id"), person)
    site = service.organisation().sites.get(incident.site)
    wall = Wall(site.zone if site else "UTC", service.clock.now())
    act = asked(asking.type, fields, wall)
    happened = asking.happened_at
    override = keep(asking.override) if asking.override else None
    command = build(service, incident.id, act.body, act.prose, door=door, authority=authority)
    return replace(
        command,
        id=asking.id or command.id,
        actor=_actor(asking, incident, act.body),
        happened_at=wall.read("/happened_at", happened, past=True) if happened else None,
        override=override.ref if override else None,
        prose=(*command.prose, *((override,) if override else ())),
    )


def build(
    service: Service,
    incident_id: str,
    body: IncidentBody,
    prose: tuple[Prose, ...] = (),
    *,
    door: str,
    authority: str,
) -> Command:
    """A command to an incident, by nobody in particular yet; an exercise stays one (G9)."""
    with service.store.read() as view:
        row = view.stream("incident", incident_id)
    return Command(
        id=str(uuid7()),
        stream="incident",
        stream_id=incident_id,
        body=body,
        actor=Actor(kind="source", id="operator"),
        authority=authority,
        door=door,
        exercise=row is not None and row.exercise,
        prose=prose,
    )


def find_incident(service: Service, incident_id: str | None, offer_id: str = "") -> Incident:
    """The incident of this id, or of this offer, or the only open one."""
    if incident_id is not None:
        found = service.incident(incident_id)
        if found is not None:
            return found
        names = [one.id for one in open_incidents(service)]
        raise BadPayload("unknown-incident", not_one_of("/incident", incident_id, names))
    candidates = open_incidents(service)
    if offer_id:
        candidates = [one for one in candidates if offer_id in one.offers]
    if len(candidates) == 1:
        return candidates[0]
    listed = ", ".join(one.id for one in candidates)
    what = (
        (f"plusieurs incidents sont ouverts : {listed}", f"several incidents are open: {listed}")
        if candidates
        else ("aucun incident ouvert ne correspond", "no open incident fits")
    )
    fix = ("nommez l'incident", "name the incident")
    raise BadPayload("which-incident", fault("/incident", what=what, fix=fix))


def open_incidents(service: Service) -> list[Incident]:
    """All that are not closed or cancelled, the newest first."""
    with service.store.read() as view:
        ids = [row.stream_id for row in view.streams("incident", limit=500) if row.key]
    found = (service.incident(one) for one in ids)
    return [one for one in found if one is not None and one.phase not in {"closed", "cancelled"}]


def _offer_named(incident: Incident, offer_id: object, person: str | None) -> str:
    """This offer, if there is one of that name; where none is named, the one that waits."""
    if not offer_id:
        return open_offer(incident, person)
    if offer_id in incident.offers:
        return str(offer_id)
    what = (f"il n'y a pas de demande « {offer_id} »", f'there is no offer "{offer_id}"')
    raise BadPayload("no-offer", fault("/fields/offer_id", what=what, fix=_which(incident)))


def open_offer(incident: Incident, person: str | None) -> str:
    """The offer that waits for this person's answer; for nobody's, the only one that waits."""
    waiting = [
        offer_id
        for offer_id, offer in incident.offers.items()
        if _open(offer) and person in {None, offer.person}
    ]
    if len(waiting) == 1 or (waiting and person is not None):
        return waiting[0]
    who = person or "?"
    what = (
        f"aucune demande n'attend de réponse de {who}",
        f"no offer waits for an answer of {who}",
    )
    raise BadPayload("no-offer", fault("/fields/offer_id", what=what, fix=_which(incident)))


def _which(incident: Incident) -> tuple[str, str]:
    """What to write instead: the offers that are open, each somebody's."""
    listed = ", ".join(name for name, offer in incident.offers.items() if _open(offer))
    if not listed:
        return _NONE_WAITS
    return (
        f"dites au nom de qui (--as), ou laquelle : {listed}",
        f"say as whom (--as), or which: {listed}",
    )


def _open(offer: Offer) -> bool:
    return offer.state == "open"


_NONE_WAITS = (
    "aucune demande n'est ouverte ici ; pour prendre un rôle : crisis take ROLE",
    "no offer is open here; to step into a role: crisis take ROLE",
)


def _people_known(service: Service, asking: Asking) -> None:
    people = people_of(service)
    named = (("/as", asking.as_), ("/for", asking.for_))
    faults = [
        not_one_of(pointer, name, sorted(people))
        for pointer, name in named
        if name is not None and name not in people
    ]
    if faults:
        raise BadPayload("unknown-name", *faults)


def _owner(service: Service, given: str) -> str:
    """The person to whom an action is given, by id or by name; those with a like name otherwise."""
    people = people_of(service)
    known = {f"{person.name} ({id_})": id_ for id_, person in people.items()}
    fits = [
        id_ for shown, id_ in known.items()
        if given.casefold() in {id_.casefold(), people[id_].name.casefold(), shown.casefold()}
    ]  # fmt: skip
    if len(fits) == 1:
        return fits[0]
    near = [shown for shown, id_ in known.items() if id_ in fits]
    near = near or get_close_matches(given, known, n=3, cutoff=0.3)
    listed = ", ".join(near or sorted(known)[:3])
    what = (f"personne ne s'appelle « {given} » ici", f'nobody is called "{given}" here')
    fix = (f"écrivez par exemple : {listed}", f"write for example: {listed}")
    raise BadPayload("unknown-name", fault("/fields/owner", what=what, fix=fix))


def _actor(asking: Asking, incident: Incident, body: IncidentBody) -> Actor:
    """Who acts. An answer to an offer, without a name, is that of the person who was asked."""
    if asking.as_ is not None:
        other = asking.for_ if asking.for_ != asking.as_ else None
        return Actor(kind="person", id=asking.as_, for_person=other)
    if asking.for_ is not None:
        return Actor(kind="person", id=asking.for_)
    if isinstance(body, AcceptRoles | DeclineRoles) and body.offer_id in incident.offers:
        return Actor(kind="person", id=incident.offers[body.offer_id].person)
    return Actor(kind="source", id="operator")
