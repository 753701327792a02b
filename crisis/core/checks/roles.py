"""Roles: somebody leads, somebody is left when all stay silent, and nobody is asked for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crisis.core.checks.fault import Fault
from crisis.core.checks.view import DIRECTORATE, LEAD, View
from crisis.core.playbook import Role
from crisis.core.promised import accept_within
from crisis.core.values import Span


def faults(view: View) -> Iterator[Fault]:
    """What keeps a crisis from having a named lead in time."""
    lead = view.playbook.roles.get(LEAD)
    if lead is None:
        says = "no role is called lead: nobody would decide; add roles.lead with its last_resort"
        yield view.fault("no-lead", ("roles",), says)
        return
    if lead.when is not None:
        says = "the lead is offered only in some situations; take when: out of roles.lead"
        yield view.fault("no-lead", ("roles", LEAD, "when"), says)
    if lead.need > 1:
        says = "one person leads; take need: out of roles.lead, and name deputies"
        yield view.fault("no-lead", ("roles", LEAD, "need"), says)
    if lead.one_per is not None:
        says = (
            f"one person leads, not one for each {lead.one_per}; take one_per: out of roles.lead, "
            "and give each its own in another role"
        )
        yield view.fault("no-lead", ("roles", LEAD, "one_per"), says)
    if lead.last_resort is None:
        says = (
            "nobody is left when holder and deputies of lead stay silent; add last_resort: FUNCTION"
        )
        yield view.fault("no-last-resort", ("roles", LEAD), says)
    if not lead.deputies:
        says = (
            "lead has no deputies: after one silence only the last resort is left, who is told and "
            "not asked; add deputies: [FUNCTION]"
        )
        yield view.warning("no-deputy", ("roles", LEAD), says)
    yield from _too_late(view)
    yield from _quorums(view)
    for name, role in view.playbook.roles.items():
        yield from _asked_twice(view, name, role)
        if role.wave is not None and role.one_per is not None:
            says = (
                f"{name} is asked for each {role.one_per} at once, so wave: changes nothing; "
                "take it out"
            )
            yield view.fault("wave-of-parts", ("roles", name, "wave"), says)
        if name in role.apart_from:
            says = f"{name} is kept apart from itself: nobody could hold it; take {name} out"
            yield view.fault("role-unfillable", ("roles", name, "apart_from"), says)


def _asked_twice(view: View, name: str, role: Role) -> Iterator[Fault]:
    """A deputy who has been asked already: the offer goes to those who have just been silent."""
    asked = list(role.holder)
    for turn, who in enumerate(role.deputies):
        if who in asked:
            says = (
                f"the same people are asked for {name} again, after they were silent; name "
                "somebody else as deputy, or take the line out"
            )
            yield view.warning("deputy-asked-before", ("roles", name, "deputies", turn), says)
        asked.append(who)
    if role.last_resort in asked:
        says = (
            f"the last resort of {name} is among those who are asked for it: when all of them stay "
            "silent, nobody else is told; name somebody else in last_resort"
        )
        yield view.warning("last-resort-asked-before", ("roles", name, "last_resort"), says)


def _quorums(view: View) -> Iterator[Fault]:
    """Decisions that want more people than ever hold the role."""
    for name, step in view.playbook.steps.items():
        for index, who in enumerate(step.by):
            role, need = view.playbook.roles.get(who), step.quorum.get(who, 1)
            if role is not None and role.one_per is None and role.need < need:
                says = (
                    f"steps.{name}: {need} people of {who} must choose the same, and {role.need} "
                    f"holds it; write need: {need} in roles.{who}, or ask another role"
                )
                yield view.fault("role-unfillable", ("steps", name, "by", index), says)


def idle_faults(view: View) -> Iterator[Fault]:
    """The roles that owe and decide nothing: whoever accepts one would have nothing to do."""
    busy = _busy(view)
    for name in view.playbook.roles:
        if name not in busy:
            says = f"nothing is owed by {name}; give it a step, or take the role out"
            yield view.warning("role-idle", ("roles", name), says)


def _too_late(view: View) -> Iterator[Fault]:
    """Offers to holder and deputies, one after the other, that outlast the bound for a lead."""
    lead = view.playbook.roles[LEAD]
    turns = 1 + len(lead.deputies)
    for severity in view.plan.severities:
        bound = view.plan.cadence.lead_within.at(severity)
        each = accept_within(view.plan, lead, severity)
        whole = Span(each.delta * turns, each.workdays * turns)
        if bound is not None and whole > bound:
            fits = Span(bound.delta // turns // timedelta(minutes=1) * timedelta(minutes=1))
            says = (
                f"at {severity} the offers to holder and deputies of lead take {whole}, and a "
                f"named person leads within {bound}; write accept_within: {{{severity}: {fits}}}"
            )
            at = ("roles", LEAD, "accept_within") if lead.accept_within else ("roles", LEAD)
            yield view.fault("lead-too-late", at, says)


def _busy(view: View) -> set[str]:
    playbook, plan = view.playbook, view.plan
    busy = {LEAD, DIRECTORATE, playbook.directorate.informed_by, playbook.review.owner}
    busy.update(playbook.severity.lowered_by)
    busy.update(name for name, role in playbook.roles.items() if role.authority)
    for step in playbook.steps.values():
        busy.update((*step.by, *step.with_, step.then_by or LEAD))
    for ending in playbook.phases.values():
        busy.update(ending.declared_by)
    for name, tell in playbook.tell.items():
        planned = plan.audiences[name].speaker if name in plan.audiences else LEAD
        busy.add(tell.speaker or planned)
    return busy
