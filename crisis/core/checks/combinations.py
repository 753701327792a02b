"""Which layers can hold together: every combination that a situation can bring about.

Each name that layers look at is cut into classes of values that no layer tells apart, so the
walk is exact and small. Above `MOST_SITUATIONS` only the base, each layer and each pair is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations, product
from math import prod

from crisis.core.matching import When

ELSEWHERE = "…"
"""Stands for any value of an open list that no layer names."""

MOST_SITUATIONS = 4096
MOST_COMBINATIONS = 256


def holding(
    whens: Mapping[str, When], domains: Mapping[str, Iterable[str] | None]
) -> tuple[dict[tuple[str, ...], frozenset[str]], bool]:
    """Each set of layers that can hold at once, fewest layers first, with the sites where it can.

    `domains` gives the values of each name (None for an open list). The second value tells whether
    that is every combination; it is not where there are too many.
    """
    names = sorted({name for when in whens.values() for name in when.names()})
    values = [_classes(name, whens, domains.get(name)) for name in names]
    found: dict[tuple[str, ...], set[str]] = {(): set()}
    exhaustive = prod(map(len, values)) <= MOST_SITUATIONS
    if exhaustive:
        for situation in product(*values):
            seen = dict(zip(names, situation, strict=True))
            held = tuple(name for name, when in whens.items() if when.holds(seen))
            found.setdefault(held, set()).add(seen.get("site", ELSEWHERE))
        exhaustive = len(found) <= MOST_COMBINATIONS
    if not exhaustive:
        few = [held for size in (1, 2) for held in combinations(whens, size)]
        found = {held: {ELSEWHERE} for held in [(), *few]}
    return {held: frozenset(found[held]) for held in sorted(found, key=len)}, exhaustive


def _several(things: list[str]) -> list[str]:
    """Things that fail, two or more at once, as a situation has them."""
    sizes = range(2, len(things) + 1)
    return [" ".join(some) for size in sizes for some in combinations(things, size)]


def _classes(name: str, whens: Mapping[str, When], domain: Iterable[str] | None) -> list[str]:
    """One value for each way in which the layers can see this name."""
    matches = [block[name] for when in whens.values() for block in when.blocks if name in block]
    named = {value for match in matches for value in match.values}
    # A site is told apart from every other: what it says and what it lacks is checked there.
    values = [*sorted(named), ELSEWHERE] if domain is None else list(domain)
    if name == "down":
        values += _several(sorted(named & set(values)))
    if name == "site":
        return values
    seen: dict[tuple[bool, ...], str] = {}
    for value in values:
        seen.setdefault(tuple(match.fits(value) for match in matches), value)
    return list(seen.values())
