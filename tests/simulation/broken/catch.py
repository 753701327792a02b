"""Play seeds on a broken rule until the simulator sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crisis.proof.simulator import Theatre
from tests.simulation.broken.rules import RULES
from tests.simulation.broken.swap import Broken, swapped
from tests.simulation.house import example_house


@dataclass(frozen=True, slots=True)
class Caught:
    """What became of one broken rule."""

    rule: str
    seeds: int
    """How many were played."""
    by: str = ""
    """The breach; empty where none was found."""


def catch(theatre: Theatre, broken: Broken, seeds: Sequence[int]) -> Caught:
    """Play seeds on a broken rule until one of its guarantees is reported as broken."""
    with swapped(broken):
        for number, seed in enumerate(seeds, start=1):
            for breach in theatre.seed(seed).breaches:
                if breach.guarantee in broken.guarantee.split():
                    return Caught(broken.name, number, str(breach))
    return Caught(broken.name, len(seeds))


def caught(asked: tuple[int, int, int]) -> Caught:
    """Try one rule: its place, the first seed, and how many at most."""
    place, first, limit = asked
    theatre = Theatre(example_house())
    try:
        return catch(theatre, RULES[place], range(first, first + limit))
    finally:
        theatre.close()
