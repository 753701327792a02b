"""Change the rules a little, again and again: does a test notice? ``python -m tests.mutants``.

Mutants of ``crisis/core`` are drawn by a seed. Each is tried against the quickest tests that pass
through its line; those that nobody notices are printed with their place.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.ground import measure
from tests.mutants.kinds import ROOT, drawn
from tests.mutants.trial import Fate, summed, tried


def main(given: Sequence[str] | None = None) -> int:
    """Draw, try, and say what became of them."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=100, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--cores", type=int, default=2, help="how many are tried at once")
    parser.add_argument("--watched", type=Path, help="folder that keeps what was measured")
    asked = parser.parse_args(given)
    os.chdir(ROOT)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ground = measure(asked.watched or Path(folder))
    print(f"the tests were watched in {time.monotonic() - began:.0f} s", flush=True)
    fates: Counter[Fate] = Counter()
    for one in tried(drawn(asked.number, asked.seed), ground, cores=asked.cores):
        fates[one.fate] += 1
        if one.fate in {"survived", "untested"}:
            print(f"{one.fate}: {one.mutant}: {one.mutant.shown()}", flush=True)
        if fates.total() % 100 == 0:
            print(f"{fates.total()} tried, {time.monotonic() - began:.0f} s", flush=True)
    print(", ".join(f"{fates[fate]} {fate}" for fate in sorted(fates)))
    print(f"{summed(fates)} (seed {asked.seed}, {time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
