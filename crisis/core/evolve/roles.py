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
    )
    roles = dict(incident.roles)
    for role, rank in zip(body.roles, body.ranks, strict=True):
        state = roles.get(role, RoleState())
        asked = state.asked if rank in state.asked else (*state.asked, rank)
        roles[role] = replace(state, asked=asked)
    return replace(incident, offers=put(incident.offers, body.offer_id, offer), roles=roles)


def _accepted(incident: Incident, event: Event, body: e.RolesAccepted) -> Incident:
    roles = dict(incident.roles)
    for role in body.roles:
        state = roles.get(role, RoleState())
        roles[role] = replace(state, holder=body.person, since=event.at, unfilled=False)
    offers = incident.offers
    if body.offer_id is not None:
        offers = _answered(incident, body.offer_id, "accepted")
    return replace(incident, roles=roles, offers=offers)


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
    return replace(incident, offers=_answered(incident, body.offer_id, "withdrawn"))


def _unfilled(incident: Incident, event: Event, body: e.RoleUnfilled) -> Incident:
    state = replace(incident.roles.get(body.role, RoleState()), unfilled=True)
    return replace(
        incident,
        roles=put(incident.roles, body.role, state),
        lapses=lapsed(incident, event, "role-unfilled", body.role),
    )


def _lead_missing(incident: Incident, event: Event, body: e.LeadMissing) -> Incident:
    return replace(
        incident,
        lead_missing=body.count,
        lead_missing_at=event.at,
        lapses=lapsed(incident, event, "no-lead", "lead"),
    )


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.RolesOffered: _offered,
    e.RolesAccepted: _accepted,
    e.RolesDeclined: _declined,
    e.OfferLapsed: _lapsed,
    e.OfferWithdrawn: _withdrawn,
    e.RoleUnfilled: _unfilled,
    e.LeadMissing: _lead_missing,
}
