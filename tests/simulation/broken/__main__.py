"""Break each rule in turn, and count the seeds until the simulator sees it.

``python -m tests.simulation.broken --limit 300``; 1 where one was not caught.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Sequence

from tests.simulation.broken.catch import caught
from tests.simulation.broken.rules import RULES


def main(given: Sequence[str] | None = None) -> int:
    """Try every broken rule."""
    parser = argparse.ArgumentParser(prog="broken", description=__doc__)
    parser.add_argument("--limit", type=int, default=300, help="seeds for one rule at most")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--cores", type=int, default=2, help="how many rules are tried at once")
    parser.add_argument("--only", default="", help="rules whose name holds this word")
    asked = parser.parse_args(given)
    chosen = [(place, asked.seed, asked.limit)
              for place, one in enumerate(RULES) if asked.only in one.name]  # fmt: skip
    missed = 0
    with multiprocessing.get_context("spawn").Pool(asked.cores) as pool:
        for (place, _, _), found in zip(chosen, pool.imap(caught, chosen), strict=True):
            missed += not found.by
            said = f"caught after {found.seeds:>4} seeds" if found.by else "NOT CAUGHT           "
            name = RULES[place].name
            print(f"{RULES[place].guarantee:<10} {name:<50} {said}  {found.by[:110]}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} broken rules were caught")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
