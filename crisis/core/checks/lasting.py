"""Times that are sound and surely not meant: too long for the gravity, or months as minutes.

An hour comes from CAP 1.2 (§3.2.2): what is only `expected` is done "within next hour", so what may
take longer than that is not done at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.view import LEAD, View
from crisis.core.plan import CommunicationPlan
from crisis.core.step import Step
from crisis.core.values import Span, Timing

HOUR = Span(timedelta(hours=1))
"""What may take longer is not done at once."""

_AT_ONCE = ("lead_within", "first_within", "directorate_within", "update_every")
"""What a plan promises within the hour, where people must act at once."""

AFTER_SAFE = frozenset({"worked_around", "normal"})
"""Phases that only come once it is safe."""


def faults(view: View) -> Iterator[Fault]:
    """The times of a playbook that nobody can have meant, each at its place."""
    outlasting = list(_outlasts_its_phase(view))
    yield from outlasting
    said = {fault.at[:2] for fault in outlasting}
    yield from (fault for fault in _exposed(view) if fault.at[:2] not in said)
    yield from _contradictory(view)
    yield from _waits(view)
    yield from _too_short(view)


def plan_faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """The promises of a plan that come later than in an hour, where people must act at once."""
    times: list[tuple[Pointer, Timing | None]] = [
        (("cadence", field), getattr(plan.cadence, field)) for field in _AT_ONCE
    ]
    risked = {name: one for name, one in plan.audiences.items() if one.at_risk}
    times += [(("audiences", name, "first_within"), one.first_within)
              for name, one in risked.items()]  # fmt: skip
    immediate = [one for one in plan.severities if plan.urgency.get(one) == "immediate"]
    for at, timing in times:
        if found := _longer(immediate, timing, HOUR):
            severity, span, _ = found
            says = (
                f"at {severity} people must act at once, and {path(at)} is {span}; write "
                f"{HOUR} or less, or another urgency"
            )
            place = (*at, severity)
            yield Fault(at=place, rule="late-for-its-gravity", says=says, severity="warning")


def _longer(
    severities: Iterable[str], timing: Timing | None, bound: Timing | Span | None
) -> tuple[str, Span, Span] | None:
    """The first severity at which a time exceeds its bound, both; none, where it never does."""
    for severity in severities:
        span = timing.at(severity) if timing else None
        limit = bound.at(severity) if isinstance(bound, Timing) else bound
        if span is not None and limit is not None and span > limit:
            return severity, span, limit
    return None


def _outlasts_its_phase(view: View) -> Iterator[Fault]:
    """Steps that may take longer than the phase that waits for them is aimed at."""
    for phase, ending in view.playbook.phases.items():
        for name, step in _before(view, ending.after).items():
            if found := _longer(view.plan.severities, step.within, ending.within):
                severity, span, aim = found
                says = (
                    f"at {severity} {name} may take {span}, and {phase}, which waits for it, "
                    f"is aimed at within {aim}; write {aim} or less, or a longer within in "
                    f"phases.{phase}"
                )
                yield view.warning("outlasts-its-phase", ("steps", name, "within", severity), says)


def _contradictory(view: View) -> Iterator[Fault]:
    """Ends that are aimed at before the safety that comes before them."""
    safe = view.playbook.phases.get("safe")
    for name, ending in view.playbook.phases.items():
        if safe is None or name not in AFTER_SAFE:
            continue
        if found := _longer(view.plan.severities, safe.within, ending.within):
            severity, first, last = found
            says = (
                f"at {severity} {name} is aimed at within {last}, and safe, which comes before "
                f"it, within {first}; write {first} or more"
            )
            yield view.warning("outlasts-its-phase", ("phases", name, "within"), says)


def _exposed(view: View) -> Iterator[Fault]:
    """Steps that nobody is late with for hours, while people must act at once."""
    playbook, safe = view.playbook, view.playbook.phases.get("safe")
    if playbook.planned or safe is None:
        return  # works take the time that was announced
    unaimed = [one for one in view.immediate if not (safe.within and safe.within.at(one))]
    for name, step in _before(view, safe.after).items():
        if found := _longer(unaimed, step.within, view.plan.cadence.long_after):
            severity, span, longest = found
            says = (
                f"at {severity} people must act at once, and {name}, for which safe waits, is "
                f"late only after {span}; write {longest} or less"
            )
            yield view.warning("late-for-its-gravity", ("steps", name, "within", severity), says)


def _before(view: View, after: Sequence[str]) -> Mapping[str, Step]:
    """The steps that a phase waits for: those it names, and what these wait for in their turn."""
    steps, waiting = view.playbook.steps, list(after)
    found: dict[str, Step] = {}
    while waiting:
        name = waiting.pop()
        if name in steps and name not in found:
            found[name] = step = steps[name]
            waiting += [*step.after, *(step.when.names() if step.when else ())]
    return found


def _waits(view: View) -> Iterator[Fault]:
    """Offers, signals and a directorate that keep others waiting for longer than the rest lasts."""
    in_time = view.plan.cadence.lead_within
    for name, role in view.playbook.roles.items():
        if name == LEAD:
            continue
        if found := _longer(view.plan.severities, role.accept_within, in_time):
            severity, span, bound = found
            says = (
                f"at {severity} one offer of {name} waits {span}, and the crisis has its lead "
                f"within {bound}; write {bound} or less"
            )
            at = ("roles", name, "accept_within", severity)
            yield view.warning("late-for-its-gravity", at, says)
    after = view.playbook.directorate.unreachable_after
    if view.immediate and after > HOUR:
        says = (
            f"those outside wait {after} for a directorate that does not answer; write 10m, and "
            f"never more than {HOUR}"
        )
        yield view.warning("late-for-its-gravity", ("directorate", "unreachable_after"), says)
    start = view.playbook.severity.start
    for index, one in enumerate(view.playbook.opens_on if start in view.immediate else ()):
        if one.lasting is not None and one.lasting > HOUR:
            says = (
                f"it opens at {start}, where people must act at once, and this signal must last "
                f"{one.lasting} first; write {HOUR} or less"
            )
            yield view.warning("late-for-its-gravity", ("opens_on", index, "lasting"), says)


def _too_short(view: View) -> Iterator[Fault]:
    """`6m` where months are meant: `m` counts minutes."""
    playbook, review = view.playbook, view.playbook.review
    spans: list[tuple[Pointer, Span | None]] = [(("review_every",), playbook.review_every)]
    spans += [(("review", "follow_up", turn), one) for turn, one in enumerate(review.follow_up)]
    for severity in view.plan.severities:
        spans.append((("review", "within", severity), review.within.at(severity)))
    if playbook.exercise is not None:
        rules = playbook.exercise
        spans.append((("exercise", "every"), rules.every))
        spans.append((("exercise", "contact_test_every"), rules.contact_test_every))
    said = set()
    for at, span in spans:
        if span is not None and not span.workdays and span < HOUR and at[:2] not in said:
            said.add(at[:2] if at[0] == "review" and at[1] == "within" else at)
            says = (
                f'{path(at)}: "{span}" counts minutes; for as many months write '
                f"{30 * (span.delta // timedelta(minutes=1))}d"
            )
            yield view.warning("months-as-minutes", at, says)
    for name, role in playbook.roles.items():
        for field, span in (("relieve_after", role.relieve_after), ("rest", role.rest)):
            if span is not None and not span.workdays and span < HOUR:
                says = (
                    f'{field} of {name}: "{span}" counts minutes; for as many hours write '
                    f"{span.delta // timedelta(minutes=1)}h"
                )
                yield view.warning("hours-as-minutes", ("roles", name, field), says)
