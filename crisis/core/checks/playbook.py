"""All the checks of one playbook, on every combination of layers that can hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from crisis.core.checks import (
    approvals,
    flow,
    indented,
    lasting,
    layers,
    names,
    opening,
    present,
    promises,
    roles,
    silence,
    slips,
    steps,
    telling,
    texts,
    times,
    unfinished,
    wording,
    works,
)
from crisis.core.checks.combinations import ELSEWHERE, holding
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.form import empty_faults, faults_of
from crisis.core.checks.view import View
from crisis.core.layers import merged
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Playbook

_ALWAYS = (
    opening, names, texts, wording, approvals, times, flow, steps, roles, telling,
    promises, silence, works, unfinished,
)  # fmt: skip
"""Families that look at the playbook as it is in force, layer by layer."""


def faults(
    source: Mapping[str, Any],
    plan: CommunicationPlan,
    sites: Sequence[Site] = (),
    *,
    legal: Collection[str] = (),
) -> list[Fault]:
    """Everything that is wrong with a raw playbook; the fewest layers that show it are named.

    `sites` are the sites it serves; without them, what a site must say is not checked. `legal` are
    the names of the legal clocks that there are.
    """
    moved = list(indented.faults(source))
    if moved:
        return moved
    empty = list(empty_faults(source))
    try:
        base = Playbook.model_validate(source)
    except ValidationError as error:
        nothing = {fault.at for fault in empty}
        return [*empty, *(one for one in faults_of(error, Playbook) if one.at not in nothing)]
    if empty:
        return empty
    view = View(playbook=base, plan=plan, base=base, all_sites=tuple(sites), legal=frozenset(legal))
    found = list(_once(view))
    changes = {name: layer.changes for name, layer in base.layers.items()}
    found += layers.faults(source, changes, plan.languages)
    whens = {name: layer.when for name, layer in base.layers.items()}
    looked_at = {name for when in whens.values() for name in when.names()}
    together, exhaustive = holding(whens, {name: view.domain(name) for name in looked_at})
    found += layers.disagreements(changes, list(together))
    if not exhaustive:
        says = "the layers combine in too many ways; only each pair of them is checked together"
        found.append(Fault(at=("layers",), rule="too-many-layers", says=says, severity="warning"))
    bare = {name: value for name, value in source.items() if name != "layers"}
    served = tuple(site for site in sites if base.serves(site.name))
    alone = _Alone(bare, changes, replace(view, sites=served))
    for held, at_sites in together.items():
        inside = [site for site in served if {site.name, ELSEWHERE} & at_sites]
        raw = merged(bare, [changes[name] for name in held])
        shown = _in_force(raw, replace(view, layers=held, sites=tuple(inside)))
        found += [alone.brought(fault) for fault in list(shown) if not _said(fault, found)]
    return found


class _Alone:
    """What each layer breaks by itself, worked out only once something is broken."""

    def __init__(self, bare: Mapping[str, Any], changes: layers.Changes, view: View) -> None:
        self._bare, self._changes, self._view = bare, changes, view
        self._broken: dict[str, dict[tuple[str, Pointer], Fault]] = {}

    def brought(self, fault: Fault) -> Fault:
        """The fault as a layer shows it that brings it by itself, if there is such a layer."""
        shown = (self._by(layer).get((fault.rule, fault.at)) for layer in fault.layers)
        return next((one for one in shown if one is not None), fault)

    def _by(self, layer: str) -> dict[tuple[str, Pointer], Fault]:
        if layer not in self._broken:
            raw = merged(self._bare, [self._changes[layer]])
            faults = _in_force(raw, replace(self._view, layers=(layer,)))
            self._broken[layer] = {(one.rule, one.at): one for one in faults}
        return self._broken[layer]


def _said(fault: Fault, found: Sequence[Fault]) -> bool:
    """Whether the same rule has been found broken at the same place with fewer layers."""
    return any(
        (other.rule, other.at) == (fault.rule, fault.at) and set(other.layers) < set(fault.layers)
        for other in found
    )


def _once(view: View) -> Iterator[Fault]:
    """What is looked at in the playbook as it is written, once."""
    yield from flow.layer_faults(view)
    for at, when in view.layer_whens:
        yield from names.when_faults(view, at, when)
    yield from steps.unused_faults(view)
    yield from slips.faults(view)
    yield from lasting.faults(view)
    yield from present.faults(view)
    yield from roles.idle_faults(view)
    yield from telling.same_faults(view)
    yield from promises.late_directorate_faults(view)


def _in_force(raw: Mapping[str, Any], view: View) -> Iterator[Fault]:
    try:
        playbook = Playbook.model_validate(raw)
    except ValidationError as error:
        for fault in faults_of(error, Playbook):
            yield replace(fault, layers=view.layers)
        return
    view = replace(view, playbook=playbook)
    for family in _ALWAYS:
        for fault in family.faults(view):
            yield replace(fault, layers=view.layers)
