"""What a merge leaves behind is a breach that every record is held against (G8)."""

from __future__ import annotations

from dataclasses import replace

from crisis.core import events as e
from crisis.proof.invariants.crossing import promises_left_behind
from tests.scenarios.conftest import MORNING


def test_a_promise_that_a_merge_leaves_behind_is_caught() -> None:
    """G8: a taxi for one visitor by six; the other incident owes it whole, or it is a breach."""
    six = MORNING.replace(hour=18)
    taxi = e.PromiseMade(commitment_id="p1", audience="", person="visitor", due_at=six)
    step = e.PromiseMade(commitment_id="p2", audience="users-away", due_at=six, step="relief")
    there = [taxi, step]

    assert list(promises_left_behind(there, there)) == []
    assert list(promises_left_behind(there, [step])) == ["p1"]
    assert list(promises_left_behind(there, [replace(taxi, person=None), step])) == ["p1"]
    kept = e.CommitmentKept(commitment_id="p1", how="deed")
    assert list(promises_left_behind([*there, kept], [step])) == []
    later = MORNING.replace(hour=20)
    renewed = e.CommitmentRenewed(commitment_id="p1", due_at=later)
    assert list(promises_left_behind([*there, renewed], there)) == ["p1"]
    assert not list(promises_left_behind([*there, renewed], [replace(taxi, due_at=later), step]))
