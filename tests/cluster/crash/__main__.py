"""Runs in which things die, and nothing may be lost: ``python -m tests.cluster.crash``.

Each run starts brokers, a database, doors, two workers and two dispatchers; sends reports; lets
faults happen that its seed has drawn; and counts. Ends with 1 where something was lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.cluster import broker, jars
from tests.cluster.crash.run import Outcome, plan, run
from tests.postgres import Postgres, _embedded

_COLUMNS = (
    "seed", "nodes", "reports", "answered", "pressed", "lost", "doubled", "order", "mails",
    "came", "excess",
    "bound", "again", "fell", "gap s", "took s", "cpu s", "faults",
)  # fmt: skip


def main() -> int:
    """Run them all; 0 where every one is good."""
    asked = _asked()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # all that was started ends with us
    try:
        jars.java()
        jars.jars()
    except jars.NoKafkaError as reason:
        print(reason, file=sys.stderr)
        return 2
    print("  ".join(_COLUMNS), flush=True)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="crisis-pg-") as place:
        postgres = _embedded(Path(place))
        try:
            for number in range(asked.runs):
                bad += not _good(number, asked, postgres)
        finally:
            postgres.close()
    print(f"{asked.runs - bad} of {asked.runs} runs are good", flush=True)
    return 1 if bad else 0


def _good(number: int, asked: argparse.Namespace, postgres: Postgres) -> bool:
    drawn = plan(
        number, asked.seed + number, reports=asked.reports, nodes=asked.nodes, only=asked.only
    )
    folder = Path(tempfile.mkdtemp(prefix=f"crisis-crash-{drawn.seed}-"))
    try:
        with broker.started(folder / "kafka", nodes=drawn.nodes) as cluster:
            outcome = asyncio.run(run(drawn, cluster, postgres, folder))
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    except Exception as error:  # noqa: BLE001 - the other runs are run all the same
        print(f"{drawn.seed}  did not end: {error!r}; see {folder}", flush=True)
        return False
    _show(outcome)
    if outcome.good and not outcome.fell:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"    what was said: {folder}", flush=True)
    return outcome.good


def _show(outcome: Outcome) -> None:
    drawn, verdict = outcome.plan, outcome.verdict
    faults = ", ".join(name for _, name in drawn.faults) + (", ahead" if drawn.ahead else "")
    shown = (
        drawn.seed, drawn.nodes, drawn.reports, outcome.answered, outcome.pressed, verdict.lost,
        verdict.doubled,
        verdict.out_of_order, verdict.expected, verdict.arrived, verdict.excess, outcome.bound,
        outcome.seen_again, outcome.fell, f"{outcome.longest_gap:.1f}", f"{outcome.took:.0f}",
        f"{outcome.cpu:.0f}",
    )  # fmt: skip
    cells = [str(one).rjust(len(name)) for one, name in zip(shown, _COLUMNS[:-1], strict=True)]
    print("  ".join([*cells, faults]), flush=True)
    for one in verdict.breaches[:20]:
        print(f"    seed {drawn.seed}: {one}", flush=True)


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.cluster.crash", description=__doc__)
    asked.add_argument("--runs", type=int, default=20)
    asked.add_argument("--seed", type=int, default=1, help="of the first run")
    asked.add_argument("--reports", type=int, default=5000)
    asked.add_argument("--nodes", type=int, choices=(1, 3), help="brokers; every fifth run has 3")
    asked.add_argument("--only", help="draw from these faults alone, with commas between")
    return asked.parse_args()


if __name__ == "__main__":
    sys.exit(main())
