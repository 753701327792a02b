"""What people answer when they are asked for a role, or take one unasked; silence lapses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from crisis.core.commands import AcceptRoles, DeclineRoles, TakeRole
from crisis.core.decide.asking import clash, wanted
from crisis.core.decide.covering import part_for
from crisis.core.decide.notices import holders
from crisis.core.decide.relief import hand_over
from crisis.core.decide.rights import person
from crisis.core.decide.steps import tell_new_holder
from crisis.core.deciding import Deciding
from crisis.core.events import OfferLapsed, RolesAccepted, RolesDeclined
from crisis.core.incident import Incident, Offer
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook


def accept(d: Deciding, body: AcceptRoles) -> None:
    """Take the offered roles that nobody holds yet: the first to accept holds."""
    offer = _offered(d, body.offer_id)
    _needed(d, "accept")
    if offer.state == "accepted":
        d.refuse("accept", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    free = tuple(role for role in offer.roles if wanted(d, role, offer))
    if not free and not holders(d, offer.roles):
        _not_needed(d, "accept")
    if not free:
        d.refuse(
            "accept",
            "Merci : quelqu'un d'autre a déjà accepté. Vous n'avez rien à faire.",
            "Thank you: somebody else has already accepted. There is nothing for you to do.",
        )
    shown = frozenset(
        name for name, state in d.incident.steps.items() if state.ready_at <= offer.made_at
    )
    _hold(d, offer.person, free, offer_id=body.offer_id, known=shown)


def _hold(
    d: Deciding, who: str, roles: tuple[str, ...], *, offer_id: str | None, known: frozenset[str]
) -> None:
    """Let somebody hold these roles from now on; ``known`` are the steps that they know of."""
    rule = "accept" if offer_id else "take-role"
    held = d.incident.roles_of(who)
    for role in roles:
        other = clash(d, role, (*held, *roles))
        if other is not None:
            d.object(
                "apart",
                f"Les rôles « {role} » et « {other} » se tiennent à deux. Passez outre avec un"
                " motif si la situation l'exige : le journal le dira.",
                f'The roles "{role}" and "{other}" are kept with two people. Override with a'
                " reason if the situation demands it: the record will say so.",
            )
    beside = tuple(role for role in roles if d.playbook.roles[role].several)
    before = {
        role: state.holder for role in roles
        if (state := d.incident.roles.get(role)) is not None and state.holder is not None
        and (role not in beside or state.relief_at is not None)
    }  # fmt: skip
    d.record(
        RolesAccepted(
            offer_id=offer_id, person=who, roles=roles, beside=beside,
            relieves=tuple(before[role] for role in beside if role in before),
            parts=_parts(d, who, roles, offer_id),
        ),
        rule=rule,
    )  # fmt: skip
    tell_new_holder(d, who, roles, known)
    hand_over(d, who, before)


def _parts(d: Deciding, who: str, roles: tuple[str, ...], offer_id: str | None) -> dict[str, str]:
    """Give the floor, building or site that they hold each role for, where each has its own."""
    offered = d.incident.offers[offer_id].parts if offer_id is not None else {}
    found = {
        role: part_for(d, role, who, offered.get(role))
        for role in roles if d.playbook.roles[role].one_per is not None
    }  # fmt: skip
    return {role: part for role, part in found.items() if part}


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
    if who in holders(d, (body.role,)):
        d.refuse(
            "take-role",
            "Vous tenez déjà ce rôle. Merci.",
            "You hold this role already. Thank you.",
        )
    _hold(d, who, (body.role,), offer_id=None, known=frozenset())


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
