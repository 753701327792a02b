"""The mutants are what they claim to be: small, drawn by a seed, and noticed where a test looks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.ground import Ground
from tests.mutants.kinds import ROOT, Mutant, all_mutants, drawn
from tests.mutants.trial import summed, tried

PLACE = "crisis/core/decide/severity.py"
TEST = "tests/unit/core/test_severity.py"


def test_the_same_seed_draws_the_same_mutants() -> None:
    """A score can be compared with another one of the same seed."""
    assert drawn(50, 1) == drawn(50, 1)
    assert drawn(50, 1) != drawn(50, 2)


def test_each_mutant_changes_one_thing() -> None:
    """Its file is still Python, and is not the same any more."""
    for mutant in drawn(60, 3):
        whole = ast.unparse(ast.parse((ROOT / mutant.path).read_text(encoding="utf-8")))
        changed = ast.unparse(mutant.source())
        assert changed != whole
        compile(mutant.source(), mutant.path, "exec")
        assert "->" in mutant.shown()


def test_no_annotation_is_a_mutant(tmp_path: Path) -> None:
    """What only a type checker reads holds no rule; each kind is found where it stands."""
    folder = ROOT / "tests" / "mutants"
    kinds = {one.kind for one in all_mutants(folder)}
    assert kinds == {
        "comparison", "boolean", "constant", "counting", "return", "removed", "branch",
    }  # fmt: skip
    assert not list(all_mutants(tmp_path))


@pytest.mark.slow
def test_what_a_test_looks_at_is_noticed() -> None:
    """A branch of the rules of severity taken the other way does not pass their tests."""
    mutant = next(one for one in all_mutants() if one.path == PLACE and one.kind == "branch")
    ground = Ground(lines={PLACE: {mutant.line: frozenset({TEST})}}, took={TEST: 5.0})
    untested = Mutant("crisis/core/none.py", 0, "branch", 1)
    fates = {one.mutant: one.fate for one in tried([mutant, untested], ground, cores=1)}
    assert fates == {mutant: "killed", untested: "untested"}


def test_the_score_counts_what_some_test_passes_through() -> None:
    """Late is noticed too; what no test passes through says nothing of the tests."""
    said = summed({"killed": 7, "timed out": 1, "survived": 2, "untested": 5})
    assert said == "8 of 10 mutants were noticed: 80.0 %"
