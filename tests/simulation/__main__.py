"""Run the simulator: ``python -m tests.simulation --seeds 10000 --seed 1``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from crisis.proof.simulator import Theatre, draw, run, tale_from, told, told_failure
from tests.simulation.house import example_house

PARIS = ZoneInfo("Europe/Paris")


def main(given: Sequence[str] | None = None) -> int:
    """Play seeds, or one story that was kept; 1 where a guarantee was broken."""
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many stories")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--cores", type=int, default=2, help="how many play at once")
    parser.add_argument("--tell", action="store_true", help="print the story of --seed")
    parser.add_argument("--kept", help="play a story that was printed, as JSON")
    asked = parser.parse_args(given)
    if asked.tell:
        say("\n".join(told(draw(asked.seed), PARIS)))
        return 0
    if asked.kept:
        played = Theatre(example_house()).play(tale_from(asked.kept))
        say("\n".join(told_failure(played, PARIS)))
        return int(bool(played.breaches))
    total = run(asked.seed, asked.seeds, example_house, cores=asked.cores, say=say, zone=PARIS)
    return int(bool(total.faults))


def say(line: str) -> None:
    """Print at once, also into a file."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
