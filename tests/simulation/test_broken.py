"""The simulator sees a rule that is broken; ``make broken`` tries every one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crisis.proof.simulator import PREMISES, Theatre
from tests.simulation.broken.catch import catch
from tests.simulation.broken.rules import RULES
from tests.simulation.broken.swap import Broken, function_at, swapped
from tests.simulation.house import example_house

QUICK = (
    "a report comes to nothing", "each batch is handed over twice", "an audience is forgotten",
    "what was sent is queued again", "the decision log names no events",
)  # fmt: skip
"""Caught by one of the first seeds."""


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    """The example house, read once."""
    opened = Theatre(example_house())
    yield opened
    opened.close()


@pytest.mark.parametrize("name", QUICK)
def test_a_broken_rule_is_caught(theatre: Theatre, name: str) -> None:
    """G1, G2, G4, G11: what proves these guarantees can fail."""
    [broken] = [one for one in RULES if one.name == name]
    assert catch(theatre, broken, range(2, 8)).by


def test_every_guarantee_has_a_broken_rule() -> None:
    """Twenty rules and more, one for each guarantee at least; each names a function that exists."""
    assert len(RULES) >= 20
    assert {g for one in RULES for g in one.guarantee.split()} == PREMISES.keys()
    assert all(function_at(one.where) for one in RULES)


def test_a_rule_is_whole_again_afterwards() -> None:
    """Breaking a rule leaves nothing behind."""
    where = "crisis.core.course:delivery_id"
    whole = function_at(where)("m", "r", "mail")
    broken = Broken(
        name="x", guarantee="G2", where=where, make=lambda was: lambda *a: was(*a) + "!"
    )
    with swapped(broken):
        assert function_at(where)("m", "r", "mail") == f"{whole}!"
    assert function_at(where)("m", "r", "mail") == whole
