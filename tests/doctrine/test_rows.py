"""Every row of the doctrine is held: without its rule, its test fails."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.doctrine.rows import ROOT, rows

NUMBERS = [row.number for row in rows()]
AT_ONCE = 40
"""Rows that one process tries: it imports the product once for all of them."""


@pytest.mark.parametrize("first", range(0, len(NUMBERS), AT_ONCE))
def test_without_its_rule_the_test_of_a_row_fails(first: int) -> None:
    """The rule is taken away, in turn; a row whose test still passes is held by nothing."""
    tried = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.doctrine.taken_away", *NUMBERS[first : first + AT_ONCE]],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert tried.stdout.count(" held ") == len(NUMBERS[first : first + AT_ONCE])


def test_no_two_rows_are_held_by_the_same_rule_and_test() -> None:
    """A row of its own wants a proof of its own."""
    proofs = [(row.rule, row.test) for row in rows()]
    assert len(proofs) == len(set(proofs))
