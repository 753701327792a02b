"""All the checks of one playbook, on every combination of layers that can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from crisis.core.checks import (
    flow,
    layers,
    names,
    not_yet,
    promises,
    roles,
    steps,
    telling,
    texts,
)
from crisis.core.checks.combinations import ELSEWHERE, holding
from crisis.core.checks.fault import Fault
from crisis.core.checks.form import faults_of
from crisis.core.checks.view import View
from crisis.core.layers import merged
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Playbook

_ALWAYS = (names, texts, flow, steps, roles, telling, promises)
"""Families that look at the playbook as it is in force, layer by layer."""


def faults(
    source: Mapping[str, Any], plan: CommunicationPlan, sites: Sequence[Site] = ()
) -> list[Fault]:
    """Everything that is wrong with a raw playbook; the fewest layers that show it are named.

    `sites` are the sites it serves; without them, what a site must say is not checked.
    """
    try:
        base = Playbook.model_validate(source)
    except ValidationError as error:
        return faults_of(error, Playbook)
    found = list(not_yet.faults(base))
    view = View(playbook=base, plan=plan, base=base, all_sites=tuple(sites))
    found += _once(view)
    changes = {name: layer.changes for name, layer in base.layers.items()}
    found += layers.faults(source, changes, plan.languages)
    whens = {name: layer.when for name, layer in base.layers.items()}
    looked_at = {name for when in whens.values() for name in when.names()}
    together, exhaustive = holding(whens, {name: view.domain(name) for name in looked_at})
    found += layers.disagreements(changes, list(together))
    if not exhaustive:
        says = "the layers combine in too many ways; only each pair of them is checked together"
        found.append(Fault(at=("layers",), rule="too-many-layers", says=says, severity="warning"))
    seen = {(fault.rule, fault.at, fault.says) for fault in found}
    bare = {name: value for name, value in source.items() if name != "layers"}
    for held, at_sites in together.items():
        inside = [site for site in sites if {site.name, ELSEWHERE} & at_sites]
        raw = merged(bare, [changes[name] for name in held])
        for fault in _in_force(raw, replace(view, layers=held, sites=tuple(inside))):
            if (fault.rule, fault.at, fault.says) not in seen:
                seen.add((fault.rule, fault.at, fault.says))
                found.append(fault)
    return found


def _once(view: View) -> Iterator[Fault]:
    """What is looked at in the playbook as it is written, once."""
    yield from flow.layer_faults(view)
    for at, when in view.layer_whens:
        yield from names.when_faults(view, at, when)
    yield from steps.unused_faults(view)
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
