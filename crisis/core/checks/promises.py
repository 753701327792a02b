"""Time: what is promised has a rhythm, and a playbook is never slower than the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from crisis.core import promised
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.view import View
from crisis.core.tell import Tell
from crisis.core.values import Clock, Span, Timing

_DAY = 24 * 60


TWICE = "{} hears more at the times of update_at, never by update_every; keep one of the two"


def longest_gap(clocks: Sequence[Clock]) -> Span:
    """The longest time between two of these times of day; a day, for one."""
    minutes = sorted({clock.at.hour * 60 + clock.at.minute for clock in clocks})
    gaps = [later - one for one, later in pairwise([*minutes, minutes[0] + _DAY])]
    return Span(timedelta(minutes=max(gaps)))


def faults(view: View) -> Iterator[Fault]:
    """The promises nobody could keep count of, and those that break the plan's."""
    for name, tell in view.playbook.tell.items():
        if name not in view.plan.audiences:
            continue
        yield from _rhythm(view, name, tell)
        for severity in view.plan.severities:
            where: Pointer = ("tell", name)
            first = promised.planned_first(view.plan, name, severity)
            yield from _slower(view, (*where, "first_within"), tell.first_within, severity, first)
            every = promised.planned_update(view.plan, name, severity)
            yield from _slower(view, (*where, "update_every"), tell.update_every, severity, every)
            scope = promised.at(view.plan.cadence.scope_within, severity)
            yield from _slower(view, (*where, "scope_within"), tell.scope_within, severity, scope)
            if tell.update_at:
                rarest = Timing(always=longest_gap(tell.update_at))
                yield from _slower(view, (*where, "update_at"), rarest, severity, every)
        if tell.update_at and tell.update_every:
            yield view.fault("update-twice", ("tell", name, "update_every"), TWICE.format(name))
    yield from _directorate(view)


def _directorate(view: View) -> Iterator[Fault]:
    rules, cadence = view.playbook.directorate, view.plan.cadence
    for severity in view.plan.severities:
        first = cadence.directorate_within.at(severity)
        at: Pointer = ("directorate", "first_within")
        yield from _slower(view, at, rules.first_within, severity, first)
        every = cadence.brief_every.at(severity)
        at = ("directorate", "brief_every")
        yield from _slower(view, at, rules.brief_every, severity, every)


def late_directorate_faults(view: View) -> Iterator[Fault]:
    """The audiences outside that would wait for a directorate that is told later than they are."""
    for name in view.playbook.tell:
        audience = view.plan.audiences.get(name)
        if audience is None or not audience.outside:
            continue
        for severity in view.plan.severities:
            first = promised.first_within(view.plan, view.playbook, name, severity)
            brief = promised.directorate_within(view.plan, view.playbook, severity)
            if first is not None and brief is not None and brief > first:
                says = (
                    f"at {severity} {name} hears within {first} and the directorate, told before "
                    f"or with them, only within {brief}; write directorate.first_within: {first}"
                )
                yield view.warning("directorate-earlier", ("tell", name), says)


def _rhythm(view: View, name: str, tell: Tell) -> Iterator[Fault]:
    """A severity at which a next update is promised and nothing says when."""
    own = tell.update_every
    for severity in view.plan.severities:
        planned = promised.update_every(view.plan, view.playbook, name, severity, long=False)
        if planned is None or (own is not None and own.at(severity) is None):
            says = (
                f"at {severity} messages to {name} promise a next update, and no cadence says "
                f"when; add {severity} to update_every"
            )
            at: Pointer = ("tell", name, "update_every") if own else ("tell", name)
            yield view.fault("promise-without-cadence", at, says)


def _slower(
    view: View, at: Pointer, own: Timing | None, severity: str, planned: Span | None
) -> Iterator[Fault]:
    span = promised.at(own, severity)
    if span is not None and planned is not None and span > planned:
        where = ".".join(map(str, at))
        says = (
            f"at {severity} {where} is {span}, and the plan promises {planned}; "
            f"write {planned} or less"
        )
        yield view.fault("slower-than-promised", (*at, severity), says)
