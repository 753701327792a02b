"""Spans: none of no length, and no working days where the rules count hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.view import View
from crisis.core.checks.walk import leaves
from crisis.core.plan import CommunicationPlan
from crisis.core.values import Span, Timing

_BY_THE_HOUR = (
    ("severity", "raise", "*", "wait"),
    ("directorate", "unreachable_after"),
    ("cadence", "long_after"),
    ("cadence", "long_not_before"),
)
"""Times that run on through nights and days off: people are exposed meanwhile."""


def faults(view: View) -> Iterator[Fault]:
    """The spans of a playbook that nobody could mean."""
    for at, says in _wrong(view.leaves):
        yield view.fault("duration", at, says)


def plan_faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """The spans of a plan that nobody could mean."""
    for at, says in _wrong(leaves(plan)):
        yield Fault(at=at, rule="duration", says=says, in_plan=True)


def _wrong(values: Iterable[tuple[Pointer, Any]]) -> Iterator[tuple[Pointer, str]]:
    for at, value in values:
        for here, span in _spans(at, value):
            at_once = span.delta == timedelta() and not span.workdays
            if at_once and "needs" not in here:  # a medium may die at once
                yield here, f'{path(here)}: "0m" is no time at all; write 1m or more'
            elif span.workdays and _by_the_hour(here):
                says = f'{path(here)}: "{span}" counts working days; write {span.workdays}d'
                yield here, f"{says}, because danger does not wait for them"


def _spans(at: Pointer, value: Any) -> Iterator[tuple[Pointer, Span]]:
    if isinstance(value, Span):
        yield at, value
    elif isinstance(value, Timing) and value.always is not None:
        yield at, value.always
    elif isinstance(value, Timing):
        for severity, span in value.by_severity.items():
            yield (*at, severity), span


def _by_the_hour(at: Pointer) -> bool:
    if "ladders" in at:
        return True
    return any(
        len(at) == len(one) and all(part in ("*", here) for part, here in zip(one, at, strict=True))
        for one in _BY_THE_HOUR
    )
