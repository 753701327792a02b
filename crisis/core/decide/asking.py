"""Who is asked for which role: rank after rank, wave after wave; one person gets one offer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from crisis.core.decide.covering import gaps, next_for_parts, open_gaps, titled
from crisis.core.decide.lead import no_lead
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.readiness import helping, owners, words_of
from crisis.core.decide.release import release
from crisis.core.decide.relief import asked_since, resting
from crisis.core.decide.steps import waiting
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.events import OfferWithdrawn, RolesOffered, RoleUnfilled
from crisis.core.incident import Offer
from crisis.core.message import Message, RoleCard, Words


class Asked(NamedTuple):
    """A role that a person is asked to take."""

    role: str
    rank: str
    """What they are to it: ``holder``, ``deputy-1`` …, ``last-resort``."""
    part: str | None = None
    """The floor, building or site that it is for, where each has its own."""


def missing(d: Deciding, name: str) -> int:
    """Give how many people a role wants beyond those who hold it; one more for a relief."""
    role, state = d.playbook.roles.get(name), d.incident.roles.get(name)
    if role is None or not (role.when is None or role.when.holds(d.incident.situation)):
        return 0
    if role.one_per is not None:
        return len(gaps(d, name))
    if state is None:
        return role.need
    return max(0, role.need - len(state.holders)) or int(state.relief_at is not None)


def wanted(d: Deciding, name: str, offer: Offer) -> bool:
    """Whether anybody still waits for whoever was asked for this role, and for this floor."""
    part = offer.parts.get(name)
    return missing(d, name) > 0 and (part is None or part in gaps(d, name))


def offer_roles(d: Deciding) -> None:
    """Offer every role that wants somebody to those who come next; one person gets one offer."""
    if d.incident.over:
        return
    asked: dict[str, list[Asked]] = {}
    unfilled = []
    for role in tuple(_short_of(d)):
        together = {who: [one.role for one in asks] for who, asks in asked.items()}
        people = next_people(d, role, together)
        for who, one in people:
            asked.setdefault(who, []).append(one)
        if not people and not _open(d, role) and not _in_relief(d, role):
            held = len(holders(d, (role,)))
            bare = gaps(d, role) if d.playbook.roles[role].one_per is not None else ()
            d.record(
                RoleUnfilled(role=role, held=held, parts=tuple(dict.fromkeys(bare))),
                rule="role-unfilled", pointer=f"/roles/{role}",
            )  # fmt: skip
            unfilled += [f"{role}@{part}" for part in dict.fromkeys(bare)] or [role]
    for who, roles in asked.items():
        _offer(d, who, roles)
    _tell_unfilled(d, unfilled)


def _short_of(d: Deciding) -> Iterator[str]:
    """Give the roles in force for which too few hold them or are asked."""
    for name, role in d.playbook.roles.items():
        state = d.incident.roles.get(name)
        if state is not None and state.unfilled:
            continue
        lacking = missing(d, name)
        if lacking and role.one_per is not None:
            lacking = len(open_gaps(d, name)) + _open(d, name)
        if lacking > _open(d, name):
            yield name


def _open(d: Deciding, role: str) -> int:
    """Give how many people have been asked for a role and have not answered."""
    offers = d.incident.offers.values()
    return sum(offer.state == "open" and role in offer.roles for offer in offers)


def _in_relief(d: Deciding, role: str) -> bool:
    state = d.incident.roles.get(role)
    return state is not None and state.relief_at is not None


def _tell_unfilled(d: Deciding, unfilled: list[str]) -> None:
    """Everyone has declined or stayed silent: no use waiting for the bound to say so."""
    if "lead" in unfilled and d.incident.lead_missing == 0:
        no_lead(d, "")  # once it was said, it is said again at its own rhythm
    others = unfilled if "lead" not in unfilled else [one for one in unfilled if one != "lead"]
    if others:
        subject = ",".join(others)
        notify(d, lead_or_above(d), "role-unfilled", subject=subject, rule="role-unfilled")


def withdraw_offers(d: Deciding) -> None:
    """Let go those whose answer nobody waits for any more: they need not be woken further."""
    for offer_id, offer in tuple(d.incident.offers.items()):
        if offer.state != "open":
            continue
        if d.incident.over or not any(wanted(d, role, offer) for role in offer.roles):
            d.record(OfferWithdrawn(offer_id=offer_id, person=offer.person), rule="withdraw")


def next_people(
    d: Deciding, role: str, together: Mapping[str, Sequence[str]]
) -> list[tuple[str, Asked]]:
    """Give the next people to ask for a role; nobody when all were asked.

    All of a rank at once, and the first to accept holds; where several are needed, or the playbook
    names the size of a wave, so many of those who come next, the last resort when nobody else is
    left. ``together`` is what they are asked just now. Nobody is asked who has refused it, who
    holds it, who rests after a relief, or who would have two roles that are kept with two people.
    """
    of, state = d.playbook.roles[role], d.incident.roles.get(role)
    wave = of.wave or (of.need if of.need > 1 else None)
    out = _out(d, role)
    found: list[tuple[str, Asked]] = []
    ranks = d.facts.candidates.get(role, ())
    if of.one_per is not None:
        free = {
            who for rank in ranks for who in rank.people
            if who not in out and not clash(d, role, _has(d, who, together.get(who, ())))
        }  # fmt: skip
        return [(who, Asked(role, rank, part))
                for who, rank, part in next_for_parts(d, role, free)]  # fmt: skip
    for rank in ranks:
        people = [
            (who, Asked(role, rank.name)) for who in rank.people
            if who not in out and not clash(d, role, _has(d, who, together.get(who, ())))
        ]  # fmt: skip
        if wave is None and people and rank.name not in (state.asked if state else ()):
            return people
        if wave is not None and not (found and rank.name == "last-resort"):
            found += people
            out |= {who for who, _ in people}
    return found[:wave] if wave is not None else []


def _out(d: Deciding, role: str) -> set[str]:
    """Give those who are not asked for a role now.

    Whoever could not before it began, or began again, is asked once more.
    """
    since = asked_since(d.incident.roles.get(role)) or d.incident.opened_at
    answered = {
        offer.person for offer in d.incident.offers.values()
        if role in offer.roles
        and (offer.state == "open"
             or (offer.state in {"declined", "lapsed"} and offer.made_at >= since))
    }  # fmt: skip
    return answered | resting(d, role) | set(holders(d, (role,)))


def _has(d: Deciding, who: str, together: Sequence[str]) -> frozenset[str]:
    """Give the roles that a person holds or is asked to take."""
    offers = d.incident.offers.values()
    asked = (role for one in offers if one.person == who and one.state == "open"
             for role in one.roles)  # fmt: skip
    return frozenset((*d.incident.roles_of(who), *asked, *together))


def clash(d: Deciding, role: str, others: Collection[str]) -> str | None:
    """Give one of these roles that must not be held by whoever holds this one."""
    known = d.playbook.roles
    for other in sorted(others):
        theirs = known[other].apart_from if other in known else ()
        if other in known[role].apart_from or role in theirs:
            return other
    return None


def _offer(d: Deciding, who: str, asked: list[Asked]) -> None:
    names = tuple(one.role for one in asked)
    parts = {one.role: one.part for one in asked if one.part is not None}
    severity = d.incident.severity
    spans = [d.pinned.accept_within(d.playbook.roles[role], severity) for role in names]
    accept_by = d.pinned.site.add(d.now, min(spans))
    offer_id = f"{d.incident.id}-o{len(d.incident.offers) + 1}"
    d.record(
        RolesOffered(
            offer_id=offer_id,
            person=who,
            roles=names,
            ranks=tuple(one.rank for one in asked),
            accept_by=accept_by,
            parts=parts,
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
        urgency="expected" if d.incident.phase == "expected" else "immediate",
        life_safety=False,
        speaker=speaker(d, "lead"),
        speaker_function=speaker_function(d, "lead"),
        contact=_who_answers(d, names),
        offer_id=offer_id,
        accept_by=accept_by,
        cards=tuple(_card(d, role, parts.get(role)) for role in names),
    )
    release(d, message, rule="offer-roles", automatic=True)


def _who_answers(d: Deciding, roles: tuple[str, ...]) -> str:
    """Give whom to call about an offer: the usual contact, or the owner where that is asked."""
    contact = d.pinned.plan.audiences["directorate"].contact
    asked = {
        one for role in roles for who in d.playbook.roles[role].holder for one in who.functions
    }
    return d.playbook.owner if contact in asked else contact


def _card(d: Deciding, name: str, part: str | None) -> RoleCard:
    role = d.playbook.roles[name]
    owed = waiting(d, (name,), owners)
    helped = tuple(step for step in waiting(d, (name,), helping) if step not in owed)
    return RoleCard(
        role=name,
        title=role.title if part is None else titled(d, role.title, part),
        mission=role.mission,
        authority=tuple(sorted(role.authority)),
        spend_up_to=role.spend_up_to.written() if role.spend_up_to else None,
        tasks=_words(d, owed),
        helps=_words(d, helped),
        relieves=next(iter(holders(d, (name,))), None),
    )


def _words(d: Deciding, names: tuple[str, ...]) -> tuple[Words, ...]:
    words = (words_of(d.incident, d.playbook, name) for name in names)
    return tuple(one for one in words if one is not None)
