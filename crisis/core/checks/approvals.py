"""Approvals: somebody can give them, in time, and nobody is left in silence meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crisis.core import promised
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.view import DIRECTORATE, View
from crisis.core.plan import Audience
from crisis.core.tell import ApprovalStage
from crisis.core.values import Span
from crisis.core.written import instead


def faults(view: View) -> Iterator[Fault]:
    """The approvals that nobody can give, or that would leave people without a word."""
    for name, tell in view.playbook.tell.items():
        audience = view.plan.audiences.get(name)
        if audience is None:
            continue
        stages = tell.approval or audience.approval
        at: Pointer = ("tell", name, "approval") if tell.approval else ("tell", name)
        if stages:
            yield from _nobody(view, at, name, stages)
            yield from _blocked(view, at, name, audience, stages)
            yield from _slow(view, at, name, audience, stages)


def _nobody(
    view: View, at: Pointer, name: str, stages: tuple[ApprovalStage, ...]
) -> Iterator[Fault]:
    known = {*view.playbook.roles, DIRECTORATE}
    for number, stage in enumerate(stages):
        strange = [by for by in stage.by if by not in known]
        if at[-1] == "approval":
            for by in strange:
                says = f'there is no role "{by}"; {instead(by, known)}'
                yield view.fault("unknown-name", (*at, number, "by"), says)
        elif len(strange) == len(stage.by):
            says = (
                f"the plan has messages to {name} approved by {' or '.join(strange)}, and this "
                f"playbook has no such role; add it, or write tell.{name}.approval"
            )
            yield view.fault("approval-may-block", at, says)


def _blocked(
    view: View, at: Pointer, name: str, audience: Audience, stages: tuple[ApprovalStage, ...]
) -> Iterator[Fault]:
    """What would leave people in silence while somebody is awaited (G4, G5)."""
    if "holding" not in audience.preapproved:
        says = (
            f"while an approval is awaited nothing could be said to {name} at the promised time; "
            "add holding to preapproved in the plan"
        )
        yield view.fault("approval-may-block", at, says)
    for number, stage in enumerate(stages):
        alone = _alone(view, stage)
        if stage.silence == "hold" and alone is not None:
            says = (
                f"{alone} alone may approve what {name} is told, and nobody approves their own "
                f"words: what {alone} says would wait for ever; add another role to by, give one "
                "authority: approve, or write silence: next"
            )
            yield view.fault("approval-may-block", (*at, number, "by"), says)
    holds = any(stage.silence == "hold" for stage in stages)
    if holds and "alert" not in audience.preapproved:
        says = (
            f"the first message to {name} would wait for ever if nobody answers; "
            "write silence: send, or add alert to preapproved in the plan"
        )
        yield view.fault("approval-may-block", at, says)


def _alone(view: View, stage: ApprovalStage) -> str | None:
    """The one role whose one holder may answer a stage; None where there are others."""
    roles = view.playbook.roles
    able = {by for by in stage.by if by == DIRECTORATE or by in roles}
    able |= {name for name, role in roles.items() if "approve" in role.authority}
    one = next(iter(able)) if len(able) == 1 else DIRECTORATE
    return one if one in roles and not roles[one].several else None


def _slow(
    view: View, at: Pointer, name: str, audience: Audience, stages: tuple[ApprovalStage, ...]
) -> Iterator[Fault]:
    """Silence in every stage must have its answer before the time that is promised."""
    for severity in view.plan.severities:
        spans = [stage.within.at(severity) for stage in stages]
        if None in spans:
            says = f"no stage says how long it waits at {severity}; add {severity} to within"
            yield view.fault("approval-too-slow", at, says)
            continue
        takes = sum((span.delta for span in spans if span is not None), timedelta())
        for kind, what, span in _promised(view, name, severity):
            if kind not in audience.preapproved and span is not None and takes >= span.delta:
                says = (
                    f"at {severity} the approval of {kind} messages to {name} takes up to "
                    f"{Span(takes)}, and {what} is {span}; shorten within, or add {kind} to "
                    "preapproved in the plan"
                )
                yield view.fault("approval-too-slow", at, says)


def _promised(view: View, name: str, severity: str) -> Iterator[tuple[str, str, Span | None]]:
    plan, playbook = view.plan, view.playbook
    first = promised.first_within(plan, playbook, name, severity)
    every = promised.update_every(plan, playbook, name, severity, long=False)
    yield "alert", "first_within", first
    yield "update", "update_every", every
