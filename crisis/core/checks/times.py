"""Spans: none of no length, no working days where the rules count hours, the gravest quickest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.view import View
from crisis.core.checks.walk import leaves
from crisis.core.plan import CommunicationPlan
from crisis.core.values import Span, Timing

_BY_THE_HOUR = (
    ("severity", "raise", "*", "wait"),
    ("directorate", "unreachable_after"),
    ("opens_on", "*", "lasting"),
    ("opens_on", "*", "confirmed_within"),
    ("opens_on", "*", "quiet_within"),
    ("cadence", "long_after"),
    ("cadence", "long_not_before"),
)
"""Times that run on through nights and days off: people are exposed meanwhile."""


def faults(view: View) -> Iterator[Fault]:
    """The spans of a playbook that nobody could mean."""
    for at, says in _wrong(view.leaves):
        yield view.fault("duration", at, says)
    for at, says in _upside_down(view.leaves, view.plan):
        yield view.warning("graver-slower", at, says)


def plan_faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """The spans of a plan that nobody could mean."""
    values = list(leaves(plan))
    for at, says in _wrong(values):
        yield Fault(at=at, rule="duration", says=says)
    for at, says in _upside_down(values, plan):
        yield Fault(at=at, rule="graver-slower", says=says, severity="warning")


def _wrong(values: Iterable[tuple[Pointer, Any]]) -> Iterator[tuple[Pointer, str]]:
    for at, value in values:
        for here, span in _spans(at, value):
            at_once = span.delta == timedelta() and not span.workdays
            if at_once and "needs" not in here:  # a medium may die at once
                yield here, f'{path(here)}: "0m" is no time at all; write 1m or more'
            elif span.workdays and _by_the_hour(here):
                says = f'{path(here)}: "{span}" counts working days; write {span.workdays}d'
                yield here, f"{says}, because danger does not wait for them"


def _upside_down(
    values: Iterable[tuple[Pointer, Any]], plan: CommunicationPlan
) -> Iterator[tuple[Pointer, str]]:
    """Times that are longer at a graver severity than at the next one."""
    for at, value in values:
        if not isinstance(value, Timing) or value.always is not None:
            continue
        said = [(one, span) for one in plan.severities if (span := value.at(one)) is not None]
        for (graver, longer), (lesser, span) in pairwise(said):
            if longer > span:
                says = f"{path(at)}: {graver} is graver than {lesser}, and has {longer} to its "
                yield (*at, graver), f"{says}{span}; write {span} or less"


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
