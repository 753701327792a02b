"""Roles: somebody leads, somebody is left when all stay silent, and nobody is asked for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crisis.core.checks.fault import Fault
from crisis.core.checks.view import DIRECTORATE, View
from crisis.core.promised import accept_within
from crisis.core.values import Span

LEAD = "lead"


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
    if lead.last_resort is None:
        says = (
            "nobody is left when holder and deputies of lead stay silent; add last_resort: FUNCTION"
        )
        yield view.fault("no-last-resort", ("roles", LEAD), says)
    yield from _too_late(view)


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
