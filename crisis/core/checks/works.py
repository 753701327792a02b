"""Announced works: what only they have, and reminders that nobody would ever get."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.view import View
from crisis.core.tell import Tell

OF_WORKS = frozenset({"no-go", "postpone"})
"""Options that end or put off announced works."""


def faults(view: View) -> Iterator[Fault]:
    """What is written of works in a crisis that nobody plans, and of reminders never sent."""
    planned = view.playbook.planned
    for name, step in view.playbook.steps.items():
        at: Pointer = ("steps", name, "at")
        if step.at is not None and not planned:
            yield _not_planned(view, at, f"{name} is at {step.at.written()}")
        if step.at is not None and step.wait is not None:
            says = f"steps.{name} has at and wait; keep one of them"
            yield view.fault("verb", at, says)
    for name, tell in view.playbook.tell.items():
        if tell.reminders and not planned:
            yield _not_planned(view, ("tell", name, "reminders"), f"{name} is to be reminded")
        yield from _unsent(view, name, tell)
    if planned and not any(OF_WORKS & set(step.options) for step in view.playbook.steps.values()):
        says = (
            "nobody decides whether these works take place; add a step with decide:, at: start-1d "
            "and the options go and no-go (or postpone)"
        )
        yield view.warning("no-go-missing", ("steps",), says)


def _not_planned(view: View, at: Pointer, what: str) -> Fault:
    says = (
        f"{what}, and this playbook is not for announced works; write planned: true, or take it out"
    )
    return view.fault("not-planned", at, says)


def _unsent(view: View, name: str, tell: Tell) -> Iterator[Fault]:
    """Reminders without words, or of working days, and words before it begins that nobody hears."""
    at: Pointer = ("tell", name, "reminders")
    if tell.expected is not None and not view.playbook.foreseen:
        says = (
            f"tell.{name}.expected is never said: nothing opens this playbook before it begins; "
            "write planned: true, begins: expected in opens_on, or take it out"
        )
        yield view.fault("never-expected", ("tell", name, "expected"), says)
    if not tell.reminders or not view.playbook.planned:
        return
    if tell.expected is None or tell.from_ not in {"expected", "open"}:
        says = (
            f"{name} is never reminded: it is told nothing before the works begin; "
            "add expected: with impact and instruction, or take the reminders out"
        )
        yield view.fault("never-reminded", at, says)
    for index, before in enumerate(tell.reminders):
        if before.workdays:
            says = f"{before} before the works counts working days; write days (d) or hours (h)"
            yield view.fault("duration", (*at, index), says)
        elif before in tell.reminders[:index]:
            says = f"{name} is reminded {before} before already; take one out"
            yield view.fault("never-reminded", (*at, index), says)
