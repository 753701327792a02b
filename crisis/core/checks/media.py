"""Media: every audience can be reached, and those in danger by two ways that fail apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import get_args

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.plan import Audience, CommunicationPlan, Medium, Rung
from crisis.core.section import Urgency

_KINDS = ("alert", "update", "end")


def faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """What the plan's ladders leave without a way, or with one way only."""
    yield from _offers(plan)
    for name, audience in plan.audiences.items():
        for urgency in get_args(Urgency):
            for kind in _KINDS:
                if not plan.rungs(kind, name, urgency):
                    says = (
                        f"no ladder carries {kind} ({urgency}) to {name}; "
                        f"add ladders.any.any, or a ladder to audiences.{name}"
                    )
                    yield _fault("no-medium", ("audiences", name), says)
        if "role_offer" in audience.ladders:
            says = (
                f"audiences.{name}.ladders.role_offer is never used: an offer goes to one person, "
                "whoever they are; write it under ladders.role_offer of the plan"
            )
            yield _fault("unknown-field", ("audiences", name, "ladders", "role_offer"), says)
        yield from _in_danger(plan, name, audience)
        yield from _lost(plan, name)


def _offers(plan: CommunicationPlan) -> Iterator[Fault]:
    """Offers of roles wake people up, at once and by another medium than mail (they always do)."""
    rungs = plan.rungs("role_offer", None, "immediate")
    at = plan.cell("role_offer", None, "immediate") or ("ladders",)
    if not rungs:
        says = "no ladder carries a role offer; add ladders.any.any with its rungs"
        yield _fault("no-medium", at, says)
        return
    if not any(medium.interruptive for medium in _media(plan, rungs[:1])):
        says = (
            "an offer of a role must wake people up: put an interruptive medium into the first "
            f"rung; it has {', '.join(rungs[0].by)}"
        )
        yield _fault("no-medium", at, says)
    for thing in plan.can_fail:
        if all(thing in one.needs for one in _media(plan, rungs)):
            says = f"without {thing} no offer of a role arrives; add a rung that does not need it"
            yield _fault("lost-without", at, says)


def _in_danger(plan: CommunicationPlan, name: str, audience: Audience) -> Iterator[Fault]:
    rungs = plan.rungs("alert", name, "immediate")
    if not audience.at_risk or not rungs:
        return
    media = _media(plan, rungs[:1])
    apart = (
        not (set(a.needs) & set(b.needs)) and (a.interruptive or b.interruptive)
        for a, b in combinations(media, 2)
    )
    if not any(apart):
        says = (
            f"{name} may be in danger: the first rung of an immediate alert takes two media that "
            f"need nothing in common, one interruptive; it has {', '.join(rungs[0].by)}"
        )
        yield _fault("one-medium-only", _cell(plan, name, "immediate"), says)


def _lost(plan: CommunicationPlan, name: str) -> Iterator[Fault]:
    """Whatever can fail and takes with it every medium of a ladder."""
    told: set[tuple[Pointer, str]] = set()
    for kind in _KINDS:
        for urgency in get_args(Urgency):
            rungs = plan.rungs(kind, name, urgency)
            media = _media(plan, rungs)
            for thing in plan.can_fail:
                at = _cell(plan, name, urgency, kind)
                if media and all(thing in one.needs for one in media) and (at, thing) not in told:
                    told.add((at, thing))
                    says = (
                        f"without {thing} nothing reaches {name} ({kind}, {urgency}); "
                        "add a rung with a medium that does not need it"
                    )
                    yield _fault("lost-without", at, says)


def _media(plan: CommunicationPlan, rungs: tuple[Rung, ...]) -> list[Medium]:
    return [plan.media[one] for rung in rungs for one in rung.by if one in plan.media]


def _cell(plan: CommunicationPlan, name: str, urgency: str, kind: str = "alert") -> Pointer:
    """Where the ladder stands that carries a kind of message to an audience."""
    found = plan.cell(kind, name, urgency)
    return found or ("audiences", name)


def _fault(rule: str, at: Pointer, says: str) -> Fault:
    return Fault(at=at, rule=rule, says=says)
