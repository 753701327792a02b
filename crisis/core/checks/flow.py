"""Order in time: nothing waits for itself, for what never comes, or begins after its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.names import when_faults
from crisis.core.checks.possible import Possible
from crisis.core.checks.view import View
from crisis.core.matching import When
from crisis.core.playbook import Ending
from crisis.core.step import Step
from crisis.core.tell import PHASES

_COMES_AFTER = {"worked_around": ("safe",), "normal": ("safe",)}
"""Phases that only come once another has been declared."""

_NEEDED = ("safe", "normal")
"""The ends that every crisis has."""

_DECLARED = ("safe", "worked_around", "normal")
"""The phases that a person declares."""


def faults(view: View) -> Iterator[Fault]:
    """The steps that can never become ready, and those that never end."""
    yield from _ends(view)
    yield from _phases_named(view)
    waits = _waits(view)
    yield from _rings(view, waits)
    possible = Possible(view)
    for at, when in view.whens:
        if at[0] != "steps" and _never(view, possible, at, when):
            says = f"{path(at)}: no situation fits the whole condition; change its values"
            yield view.fault("never-holds", at, says)
    for name, step in view.playbook.steps.items():
        if step.every is not None and step.until is None:
            says = f"{name} comes again every {step.every} and never ends; add until: safe"
            yield view.fault("endless-step", ("steps", name, "every"), says)
        if step.until is not None:
            yield from _begins_after_end(view, name, step.until, waits)
        at = ("steps", name, "when")
        if step.when is not None and _never(view, possible, at, step.when):
            yield view.fault(
                "unreachable-step",
                at,
                f"{name} never applies: no situation fits its whole condition; "
                + _asked_late(view, name),
            )


def _ends(view: View) -> Iterator[Fault]:
    """The ends that a crisis lacks, and phases that nobody declares."""
    for phase in _NEEDED:
        if phase not in view.playbook.phases:
            says = (
                f"no crisis ends without {phase}; add phases.{phase} with means: {{fr: …, en: …}}"
            )
            yield view.fault("no-end", ("phases",), says)
    foreseen = view.playbook.foreseen
    for phase in view.playbook.phases:
        if phase == "expected" and not foreseen:
            yield _never_expected(view, ("phases", phase))
        elif phase == "open" and not foreseen:
            says = "phases.open is never declared: the report opens it; take it out"
            yield view.fault("unknown-value", ("phases", phase), says)
        elif phase == "cancelled":
            says = (
                "phases.cancelled is not the playbook's: the lead cancels, and words.false_alarm "
                "is said; take it out"
            )
            yield view.fault("unknown-value", ("phases", phase), says)


def _phases_named(view: View) -> Iterator[Fault]:
    """The phases that something begins or ends with, and that no crisis with it goes through."""
    playbook = view.playbook
    blocks: list[tuple[Pointer, Sequence[str]]] = [
        (("steps", name), step.after) for name, step in playbook.steps.items()
    ]
    blocks += [(("phases", name), ending.after) for name, ending in playbook.phases.items()]
    for at, after in blocks:
        for index, one in enumerate(after):
            if one == "expected" and not playbook.foreseen:
                yield _never_expected(view, (*at, "after", index))
            elif one == "cancelled":
                yield _no_phase(view, (*at, "after", index), one, ("open", *_DECLARED))
    ends: list[tuple[Pointer, str | None]] = [
        (("steps", name, "until"), step.until) for name, step in playbook.steps.items()
    ]
    rules = playbook.severity.raise_.items()
    ends += [(("severity", "raise", name, "until"), one.until) for name, one in rules]
    for end, until in ends:
        if until is not None and until not in _DECLARED:
            yield _no_phase(view, end, until, _DECLARED)
    for name, tell in playbook.tell.items():
        if tell.from_ not in ("expected", "open", "safe", "worked_around"):
            yield _no_phase(view, ("tell", name, "from"), tell.from_, ("open", *_DECLARED[:2]))


def _never_expected(view: View, at: Pointer) -> Fault:
    """Something is said of a phase in which no crisis of this playbook ever is."""
    says = (
        f"{path(at)}: nothing opens this playbook before it begins; write planned: true for "
        "announced works, begins: expected in opens_on for what is foreseen, or take it out"
    )
    return view.fault("never-expected", at, says)


def _no_phase(view: View, at: Pointer, phase: str, instead: Sequence[str]) -> Fault:
    says = f'{path(at)}: "{phase}" cannot stand here; write {" or ".join(instead)}'
    return view.fault("unknown-value", at, says)


def layer_faults(view: View) -> Iterator[Fault]:
    """The layers that no situation brings into force."""
    possible = Possible(view)
    for at, when in view.layer_whens:
        if _never(view, possible, at, when):
            says = (
                f"{path(at[:2])} is never in force: no situation fits its whole condition; "
                "change its when, or take the layer out"
            )
            yield view.fault("unreachable-layer", at, says)


def _never(view: View, possible: Possible, at: Pointer, when: When) -> bool:
    """Whether a condition of names and values that are all there fits no situation."""
    return not possible(when) and next(when_faults(view, at, when), None) is None


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
    if _in_order(waits):
        return
    reported: set[frozenset[str]] = set()
    for name in waits:
        ring = _ring_from(name, waits)
        if ring and frozenset(ring) not in reported:
            reported.add(frozenset(ring))
            shown = " → ".join([*ring, name])
            section = "steps" if name in view.playbook.steps else "phases"
            says = f'{name} waits for itself: {shown}; take one "after" or "when" out of the ring'
            yield view.fault("unreachable-step", (section, name), says)


def _in_order(waits: Mapping[str, Sequence[str]]) -> bool:
    """Whether nothing waits for itself: quickly said of a sound playbook."""
    try:
        TopologicalSorter(waits).prepare()
    except CycleError:
        return False
    return True


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
