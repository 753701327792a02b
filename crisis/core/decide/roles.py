"""Roles: offered, accepted, declined; a deputy after silence; nobody silent in charge (G3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from crisis.core.commands import AcceptRoles, DeclineRoles, TakeRole
from crisis.core.decide.briefs import brief
from crisis.core.decide.lateness import doubled
from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.readiness import helping, owners, words_of
from crisis.core.decide.release import release
from crisis.core.decide.rights import person
from crisis.core.decide.steps import tell_new_holder, waiting
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.events import (
    LeadMissing,
    OfferLapsed,
    OfferWithdrawn,
    RolesAccepted,
    RolesDeclined,
    RolesOffered,
    RoleUnfilled,
)
from crisis.core.incident import Incident, Offer
from crisis.core.message import Message, RoleCard, Words
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

OFTEN = 3
"""So often is the missing lead escalated after twice the wait; then after four times the bound."""


def wanted_roles(d: Deciding) -> Iterator[str]:
    """Give the roles in force that nobody holds and nobody has an open offer of."""
    offered = {
        role for offer in d.incident.offers.values() if offer.state == "open"
        for role in offer.roles
    }  # fmt: skip
    for name in d.playbook.roles:
        state = d.incident.roles.get(name)
        if name not in offered and _wanted(d, name) and not (state and state.unfilled):
            yield name


def _wanted(d: Deciding, name: str) -> bool:
    """Whether the playbook in force has this role now, and nobody holds it."""
    role, state = d.playbook.roles.get(name), d.incident.roles.get(name)
    if role is None or (state is not None and state.holder is not None):
        return False
    return role.when is None or role.when.holds(d.incident.situation)


def offer_roles(d: Deciding) -> None:
    """Offer every role that nobody holds to those who come next; one person gets one offer."""
    if d.incident.over:
        return
    asked: dict[str, list[tuple[str, str]]] = {}
    unfilled = []
    for role in tuple(wanted_roles(d)):
        rank, people = next_rank(d, role)
        if rank is None:
            d.record(RoleUnfilled(role=role), rule="role-unfilled", pointer=f"/roles/{role}")
            unfilled.append(role)
        for who in people:
            asked.setdefault(who, []).append((role, rank or ""))
    for who, roles in asked.items():
        _offer(d, who, roles)
    _tell_unfilled(d, unfilled)


def _tell_unfilled(d: Deciding, unfilled: list[str]) -> None:
    """Everyone has declined or stayed silent: no use waiting for the bound to say so."""
    if "lead" in unfilled and d.incident.lead_missing == 0:
        no_lead(d, "")  # once it was said, it is said again at its own rhythm
    others = [role for role in unfilled if role != "lead"]
    if others:
        subject = ",".join(others)
        notify(d, lead_or_above(d), "role-unfilled", subject=subject, rule="role-unfilled")


def withdraw_offers(d: Deciding) -> None:
    """Let go those whose answer nobody waits for any more: they need not be woken further."""
    for offer_id, offer in tuple(d.incident.offers.items()):
        if offer.state != "open":
            continue
        if d.incident.over or not any(_wanted(d, role) for role in offer.roles):
            d.record(OfferWithdrawn(offer_id=offer_id, person=offer.person), rule="withdraw")


def next_rank(d: Deciding, role: str) -> tuple[str | None, tuple[str, ...]]:
    """Give the next people to ask for a role, and what they are to it; None when all were asked."""
    state = d.incident.roles.get(role)
    asked = state.asked if state else ()
    refused = {
        offer.person for offer in d.incident.offers.values()
        if role in offer.roles and offer.state in {"declined", "lapsed"}
    }  # fmt: skip
    for rank in d.facts.candidates.get(role, ()):
        people = tuple(who for who in rank.people if who not in refused)
        if rank.name not in asked and people:
            return rank.name, people
    return None, ()


def _offer(d: Deciding, who: str, roles: list[tuple[str, str]]) -> None:
    names = tuple(role for role, _ in roles)
    severity = d.incident.severity
    spans = [d.pinned.accept_within(d.playbook.roles[role], severity) for role in names]
    accept_by = d.pinned.site.add(d.now, min(spans))
    offer_id = f"{d.incident.id}-o{len(d.incident.offers) + 1}"
    d.record(
        RolesOffered(
            offer_id=offer_id,
            person=who,
            roles=names,
            ranks=tuple(rank for _, rank in roles),
            accept_by=accept_by,
        ),
        rule="offer-roles",
        pointer=f"/roles/{names[0]}",
    )
    message = Message(
        **common(d),
        kind="role_offer",
        phase=d.incident.phase,
        audience=None,
        to=(who,),
        urgency="immediate",
        life_safety=False,
        speaker=speaker(d, "lead"),
        speaker_function=speaker_function(d, "lead"),
        contact=d.pinned.plan.audiences["directorate"].contact,
        offer_id=offer_id,
        accept_by=accept_by,
        cards=tuple(_card(d, role) for role in names),
    )
    release(d, message, rule="offer-roles", automatic=True)


def _card(d: Deciding, name: str) -> RoleCard:
    role = d.playbook.roles[name]
    owed = waiting(d, (name,), owners)
    helped = tuple(step for step in waiting(d, (name,), helping) if step not in owed)
    return RoleCard(
        role=name,
        title=role.title,
        mission=role.mission,
        authority=tuple(sorted(role.authority)),
        spend_up_to=role.spend_up_to.written() if role.spend_up_to else None,
        tasks=_words(d, owed),
        helps=_words(d, helped),
    )


def _words(d: Deciding, names: tuple[str, ...]) -> tuple[Words, ...]:
    words = (words_of(d.incident, d.playbook, name) for name in names)
    return tuple(one for one in words if one is not None)


def accept(d: Deciding, body: AcceptRoles) -> None:
    """Take the offered roles that nobody holds yet: the first to accept holds."""
    offer = _offered(d, body.offer_id)
    _needed(d, "accept")
    if offer.state == "accepted":
        d.refuse("accept", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    free = tuple(role for role in offer.roles if _wanted(d, role))
    if not free and not holders(d, offer.roles):
        _not_needed(d, "accept")
    if not free:
        d.refuse(
            "accept",
            "Merci : quelqu'un d'autre a déjà accepté. Vous n'avez rien à faire.",
            "Thank you: somebody else has already accepted. There is nothing for you to do.",
        )
    d.record(RolesAccepted(offer_id=body.offer_id, person=offer.person, roles=free), rule="accept")
    shown = frozenset(
        name for name, state in d.incident.steps.items() if state.ready_at <= offer.made_at
    )
    tell_new_holder(d, offer.person, free, shown)


def _needed(d: Deciding, rule: str) -> None:
    if d.incident.over:
        _not_needed(d, rule)


def _not_needed(d: Deciding, rule: str) -> NoReturn:
    d.refuse(
        rule,
        "Merci : ce rôle n'est plus nécessaire. Vous n'avez rien à faire.",
        "Thank you: this role is not needed any more. There is nothing for you to do.",
    )


def _offered(d: Deciding, offer_id: str) -> Offer:
    offer = d.incident.offers.get(offer_id)
    who = person(d, "offer")
    if offer is None:
        d.refuse("offer", "Cette proposition n'existe pas.", "There is no such offer.")
    if who != offer.person:
        d.refuse(
            "offer",
            "Cette proposition est faite à une autre personne. Pour entrer sa réponse, agissez en"
            " son nom.",
            "This offer was made to somebody else. To enter their answer, act for them.",
        )
    return offer


def decline(d: Deciding, body: DeclineRoles) -> None:
    """Say no: the next person is asked at once, without a wait."""
    offer = _offered(d, body.offer_id)
    if offer.state == "declined":
        d.refuse("decline", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    if offer.state == "accepted":
        d.refuse(
            "decline",
            "Vous avez accepté ce rôle. Pour le rendre, trouvez qui le reprend : cette personne le"
            " prend, et vous êtes relevé.",
            "You accepted this role. To give it back, find who takes over: that person takes the"
            " role, and you are relieved.",
        )
    d.record(
        RolesDeclined(offer_id=body.offer_id, person=offer.person, reason=body.reason),
        rule="decline",
    )


def take(d: Deciding, body: TakeRole) -> None:
    """Step in without having been asked; taking over from a holder is a hand-over."""
    who = person(d, "take-role")
    if body.role not in d.playbook.roles:
        known = ", ".join(d.playbook.roles)
        d.refuse(
            "take-role",
            f"Le plan n'a pas de rôle « {body.role} ». Rôles : {known}.",
            f'The playbook has no role "{body.role}". Roles: {known}.',
        )
    _needed(d, "take-role")
    state = d.incident.roles.get(body.role)
    before = state.holder if state else None
    if before == who:
        d.refuse(
            "take-role",
            "Vous tenez déjà ce rôle. Merci.",
            "You hold this role already. Thank you.",
        )
    d.record(RolesAccepted(offer_id=None, person=who, roles=(body.role,)), rule="take-role")
    tell_new_holder(d, who, (body.role,), frozenset())
    if before is not None:
        notify(d, (before,), "relieved", subject=body.role, rule="take-role")


# --- what time brings ---


def owed_offers(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """An offer lapses when its time to answer has passed."""
    if incident.over:
        return
    waiting = [offer.accept_by for offer in incident.offers.values() if offer.state == "open"]
    if waiting:
        yield Owed(min(waiting), "offers-lapse")


def offers_lapse(d: Deciding, _subject: str) -> None:
    """Silence has an answer: all offers whose time has passed lapse together.

    Taken together, so that a deputy of several roles gets one offer. Whoever stays silent may
    still accept late, as long as nobody else holds the role.
    """
    for offer_id, offer in tuple(d.incident.offers.items()):
        if offer.state == "open" and offer.accept_by <= d.now:
            d.record(OfferLapsed(offer_id=offer_id, person=offer.person), rule="offers-lapse")


def owed_lead(incident: Incident, _playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A named lead within the plan's bound, or those above are told, again and again (G3)."""
    if incident.over or incident.lead is not None:
        return
    bound = pinned.lead_within(incident.severity)
    if incident.lead_missing_at is None:
        yield Owed(pinned.site.add(incident.opened_at, bound), "no-lead")
        return
    since = incident.lead_missing_at
    wait = pinned.site.add(since, bound) - since
    yield Owed(doubled(since, wait, min(incident.lead_missing, OFTEN)), "no-lead")


def no_lead(d: Deciding, _subject: str) -> None:
    """Tell the last resort and the directorate that nobody leads (G3); then all who could."""
    count = d.incident.lead_missing + 1
    d.record(LeadMissing(count=count), rule="no-lead", pointer="/roles/lead/last_resort")
    people = (_last_resort(d) if count == 1 else ()) or chain_of_lead(d)
    notify(d, people, "no-lead", subject="lead", rule="no-lead", count=count)
    brief(d, "no-lead")


def _last_resort(d: Deciding) -> tuple[str, ...]:
    ranks = d.facts.candidates.get("lead", ())
    return tuple(who for rank in ranks if rank.name == "last-resort" for who in rank.people)
