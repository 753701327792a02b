"""Faults on real processes, each with those that it may meet: nothing is lost, nothing is doubled.

What ``make crash`` draws by seed happens here by name, with fewer reports. All that a run is held
against is in :mod:`tests.cluster.crash.verdict`: the shared invariants, and every mail counted.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.broker import Kafka
from tests.cluster.crash.run import Plan, run
from tests.postgres import Postgres

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

REPORTS, WITHIN_S = 600, 15.0

TOGETHER = {
    "a worker falls, another wakes up as a zombie": ("kill worker", "stop worker", "poison"),
    "a dispatcher stands still past its lease": ("stop dispatcher", "kill dispatcher"),
    "hands change in mid-fan-out": ("rebalance", "term worker", "term dispatcher"),
    "the servers fall": ("postgres", "broker", "transactions"),
}


async def carried_out(
    faults: tuple[str, ...], cluster: Kafka, postgres: Postgres, folder: Path, *, ahead: bool
) -> None:
    """Let these happen in turn while people report, and hold what it came to."""
    postgres.only_ours()
    drawn = Plan(
        seed=1, reports=REPORTS, within=WITHIN_S, nodes=len(cluster.nodes), ahead=ahead,
        faults=tuple((0.15 + 0.2 * number, name) for number, name in enumerate(faults)),
    )  # fmt: skip
    outcome = await run(drawn, cluster, postgres, folder)
    assert outcome.verdict.breaches == ()
    assert outcome.verdict.excess <= outcome.bound, "no more than was in flight comes twice"
    assert outcome.answered == REPORTS


@pytest.mark.parametrize("faults", TOGETHER.values(), ids=TOGETHER)
async def test_what_falls_is_taken_over(
    faults: tuple[str, ...], one_node: Kafka, postgres: Postgres, tmp_path: Path
) -> None:
    """G1, G2, G11, G13: by whoever is left, with not a report lost nor a mail too many."""
    await carried_out(faults, one_node, postgres, tmp_path, ahead=False)


async def test_one_broker_of_three_falls_and_the_group_is_ahead(
    three_nodes: Kafka, postgres: Postgres, tmp_path: Path
) -> None:
    """G1: what the group has committed beyond the truth is believed by nobody."""
    await carried_out(("broker", "kill worker"), three_nodes, postgres, tmp_path, ahead=True)
