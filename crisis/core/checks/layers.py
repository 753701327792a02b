"""Layers by themselves: what they change is theirs to change, is whole, and does not contradict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.texts import half_faults
from crisis.core.layers import Path, removals, written
from crisis.core.step import VERBS
from crisis.core.written import instead, nearest

_FIXED = frozenset({"playbook", "extends", "planned", "opens_on", "layers"})
"""Fields that a crisis cannot change once it is open."""

_WHOLE: Mapping[str, Collection[str]] = {"steps": VERBS, "roles": ("title", "holder")}
"""What shows that a layer brings a block of its own, and does not change one."""

Changes = Mapping[str, Mapping[str, Any]]


def faults(base: Mapping[str, Any], layers: Changes, languages: Collection[str]) -> Iterator[Fault]:
    """What is wrong in each layer, whatever holds beside it."""
    for name, changes in layers.items():
        at: Pointer = ("layers", name)
        for field in sorted(_FIXED & set(changes)):
            says = f"a layer cannot change {field}: the crisis is open by then; take it out"
            yield Fault(at=(*at, field), rule="unknown-field", says=says)
        yield from half_faults(changes, languages, at)
        yield from _changed(base, name, layers)
        earlier = [other for layer, other in layers.items() if layer != name]
        for removed in removals(changes):
            if not any(_has(source, removed) for source in (base, *earlier)):
                *above, last = removed
                siblings = _names(base, tuple(above))
                says = (
                    f"{path(at)} removes {path(removed)}, which is not there; "
                    f"{instead(last, siblings)}"
                )
                yield Fault(at=(*at, *removed), rule="unknown-name", says=says)


def _changed(base: Mapping[str, Any], name: str, layers: Changes) -> Iterator[Fault]:
    """Steps and roles that a layer changes in part, and that are nowhere whole."""
    others = [base, *(one for layer, one in layers.items() if layer != name)]
    for section, whole in _WHOLE.items():
        here = layers[name].get(section)
        known = {one for source in others for one in _names(source, (section,))}
        for one, change in here.items() if isinstance(here, Mapping) else ():
            part = isinstance(change, Mapping) and change.keys().isdisjoint(whole)
            near = nearest(one, known) if part and one not in known else None
            if near is not None:
                at: Pointer = ("layers", name, section, one)
                says = f'{path(at)} changes what is not there; did you mean "{near}"?'
                yield Fault(at=at, rule="unknown-name", says=says)


def disagreements(layers: Changes, together: Collection[tuple[str, ...]]) -> Iterator[Fault]:
    """Two layers that can hold at once and write different things into one field."""
    pairs = {pair for held in together for pair in combinations(held, 2)}
    for one, other in combinations(layers, 2):
        if (one, other) not in pairs:
            continue
        first, second = dict(written(layers[one])), dict(written(layers[other]))
        for field in sorted(first.keys() & second.keys()):
            both = first[field] is not None and second[field] is not None  # removals win
            if both and first[field] != second[field]:
                says = (
                    f"{path(('layers', other))} and {one} can hold at once and both write "
                    f"{path(field)}; {other} wins: say so in one layer for both, or part their when"
                )
                yield Fault(
                    at=("layers", other, *field), rule="layers-disagree", says=says,
                    severity="warning",
                )  # fmt: skip


def _has(source: Any, at: Path) -> bool:
    for name in at:
        if not isinstance(source, Mapping) or name not in source:
            return False
        source = source[name]
    return True


def _names(source: Any, at: Path) -> list[str]:
    for name in at:
        source = source.get(name) if isinstance(source, Mapping) else None
    return list(source) if isinstance(source, Mapping) else []
