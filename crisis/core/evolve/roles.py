"""Who was asked, who holds what, and who let it go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import lapsed, put, replace
from crisis.core.incident import Incident, Offer, RoleState


def _offered(incident: Incident, event: Event, body: e.RolesOffered) -> Incident:
    offer = Offer(
        person=body.person,
        roles=body.roles,
        ranks=body.ranks,
        made_at=event.at,
        accept_by=body.accept_by,
        parts=body.parts,
    )
    roles = dict(incident.roles)
    for role, rank in zip(body.roles, body.ranks, strict=True):
        state = roles.get(role, RoleState())
        asked = state.asked if rank in state.asked else (*state.asked, rank)
        roles[role] = replace(state, asked=asked)
    return replace(incident, offers=put(incident.offers, body.offer_id, offer), roles=roles)


def _accepted(incident: Incident, event: Event, body: e.RolesAccepted) -> Incident:
    roles = dict(incident.roles)
    relieved = incident.relieved
    for role in body.roles:
        state = roles.get(role, RoleState())
        leave = set(body.relieves if role in body.beside else state.holders)
        if state.relief_at is not None:
            relieved = {**relieved, **dict.fromkeys(leave & state.holders.keys(), event.at)}
        stay = {who: since for who, since in state.holders.items() if who not in leave}
        parts = {who: part for who, part in state.parts.items() if who in stay}
        if role in body.parts:
            parts[body.person] = body.parts[role]
        roles[role] = RoleState(
            holders=stay | {body.person: event.at},
            parts=parts,
            asked=state.asked,
            unfilled=state.unfilled and role in body.beside,
        )
    offers = incident.offers
    if body.offer_id is not None:
        offers = _answered(incident, body.offer_id, "accepted")
    return replace(incident, roles=roles, offers=offers, relieved=relieved)


def _answered(
    incident: Incident,
    offer_id: str,
    state: Literal["accepted", "declined", "lapsed", "withdrawn"],
) -> dict[str, Offer]:
    return put(incident.offers, offer_id, replace(incident.offers[offer_id], state=state))


def _declined(incident: Incident, _event: Event, body: e.RolesDeclined) -> Incident:
    return replace(incident, offers=_answered(incident, body.offer_id, "declined"))


def _lapsed(incident: Incident, _event: Event, body: e.OfferLapsed) -> Incident:
    return replace(incident, offers=_answered(incident, body.offer_id, "lapsed"))


def _withdrawn(incident: Incident, _event: Event, body: e.OfferWithdrawn) -> Incident:
    """Nobody waited for the answer: should the role want somebody again, this rank comes first."""
    offer, roles = incident.offers[body.offer_id], dict(incident.roles)
    for role, rank in zip(offer.roles, offer.ranks, strict=True):
        asked = tuple(one for one in roles[role].asked if one != rank)
        roles[role] = replace(roles[role], asked=asked)
    offers = _answered(incident, body.offer_id, "withdrawn")
    return replace(incident, roles=roles, offers=offers)


def _unfilled(incident: Incident, event: Event, body: e.RoleUnfilled) -> Incident:
    state = replace(incident.roles.get(body.role, RoleState()), unfilled=True)
    return replace(
        incident,
        roles=put(incident.roles, body.role, state),
        lapses=lapsed(incident, event, "role-unfilled", body.role),
    )


def _relief_sought(incident: Incident, event: Event, body: e.ReliefSought) -> Incident:
    state = replace(incident.roles[body.role], relief_at=event.at, asked=(), unfilled=False)
    return replace(incident, roles=put(incident.roles, body.role, state))


def _relief_missing(incident: Incident, event: Event, body: e.ReliefMissing) -> Incident:
    state = replace(
        incident.roles[body.role],
        relief_missing=body.count,
        relief_missing_at=event.at,
        asked=(),
    )
    return replace(
        incident,
        roles=put(incident.roles, body.role, state),
        lapses=lapsed(incident, event, "relief-missing", body.role),
    )


def _lead_missing(incident: Incident, event: Event, body: e.LeadMissing) -> Incident:
    return replace(
        incident,
        lead_missing=body.count,
        lead_missing_at=event.at,
        lapses=lapsed(incident, event, "no-lead", "lead"),
    )


def _escalated(incident: Incident, event: Event, body: e.Escalated) -> Incident:
    """Whoever said so is thanked in the review: it shows where the playbook was short."""
    return replace(incident, lapses=lapsed(incident, event, "escalated", body.role))


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.RolesOffered: _offered,
    e.RolesAccepted: _accepted,
    e.RolesDeclined: _declined,
    e.OfferLapsed: _lapsed,
    e.OfferWithdrawn: _withdrawn,
    e.RoleUnfilled: _unfilled,
    e.ReliefSought: _relief_sought,
    e.ReliefMissing: _relief_missing,
    e.Escalated: _escalated,
    e.LeadMissing: _lead_missing,
}
