"""Order in time: nothing waits for itself, for what never comes, or begins after its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crisis.core.checks.fault import Fault, path
from crisis.core.checks.possible import Possible
from crisis.core.checks.view import View
from crisis.core.playbook import Ending
from crisis.core.step import Step
from crisis.core.tell import PHASES

_COMES_AFTER = {"worked_around": ("safe",), "normal": ("safe",)}
"""Phases that only come once another has been declared."""


def faults(view: View) -> Iterator[Fault]:
    """The steps that can never become ready, and those that never end."""
    waits = _waits(view)
    yield from _rings(view, waits)
    possible = Possible(view)
    for name, step in view.playbook.steps.items():
        if step.every is not None and step.until is None:
            says = f"{name} comes again every {step.every} and never ends; add until: safe"
            yield view.fault("endless-step", ("steps", name, "every"), says)
        if step.until is not None:
            yield from _begins_after_end(view, name, step.until, waits)
        if step.when is not None and not possible(step.when):
            yield view.fault(
                "unreachable-step",
                ("steps", name, "when"),
                f"{name} never applies: no situation fits its whole condition; "
                + _asked_late(view, name),
            )


def layer_faults(view: View) -> Iterator[Fault]:
    """The layers that no situation brings into force."""
    possible = Possible(view)
    for at, when in view.layer_whens:
        if not possible(when):
            says = (
                f"{path(at[:2])} is never in force: no situation fits its whole condition; "
                "change its when, or take the layer out"
            )
            yield view.fault("unreachable-layer", at, says)


def _asked_late(view: View, name: str) -> str:
    """The advice for a condition that contradicts those of the steps it looks at."""
    when = view.playbook.steps[name].when
    looked_at = sorted(when.names() & set(view.answers)) if when else []
    bound = [step for step in looked_at if view.playbook.steps[step].when is not None]
    if bound:
        return f"compare it with the when of {' and '.join(bound)}"
    return "change its values, or take the step out"


def _waits(view: View) -> Mapping[str, tuple[str, ...]]:
    """For each step and phase, what must come before it."""
    blocks: list[tuple[str, Step | Ending]] = [
        *view.playbook.steps.items(),
        *view.playbook.phases.items(),
    ]
    waits: dict[str, tuple[str, ...]] = {}
    for name, block in blocks:
        asked = [a for a in view.answers if block.when is not None and block.when.needs(a)]
        before = (*block.after, *asked, *_COMES_AFTER.get(name, ()))
        waits[name] = tuple(dict.fromkeys(before))
    return waits


def _rings(view: View, waits: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """Each ring of things that wait for one another, once, from its first member."""
    reported: set[frozenset[str]] = set()
    for name in waits:
        ring = _ring_from(name, waits)
        if ring and frozenset(ring) not in reported:
            reported.add(frozenset(ring))
            shown = " → ".join([*ring, name])
            section = "steps" if name in view.playbook.steps else "phases"
            says = f'{name} waits for itself: {shown}; take one "after" or "when" out of the ring'
            yield view.fault("unreachable-step", (section, name), says)


def _ring_from(start: str, waits: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from `start` back to itself, or nothing."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    for way in ways:
        for before in waits.get(way[-1], ()):
            if before == start:
                return way
            if before not in seen:
                seen.add(before)
                ways.append([*way, before])
    return []


def _begins_after_end(
    view: View, name: str, until: str, waits: Mapping[str, Sequence[str]]
) -> Iterator[Fault]:
    """A step that is moot from a phase, and waits for that phase or a later one."""
    before: list[str] = list(waits[name])
    for one in before:
        if one in PHASES and PHASES.index(one) >= PHASES.index(until):
            says = (
                f"{name} begins after its end: it waits for {one} and is moot from {until}; "
                "put a later phase in until, or take it out"
            )
            yield view.fault("unreachable-step", ("steps", name, "until"), says)
            return
        before.extend(other for other in waits.get(one, ()) if other not in before)
