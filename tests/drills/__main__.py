"""Every shipped playbook as an exercise, seed by seed: a silent lead is scored worse than a prompt.

    python -m tests.drills [--seeds 12]

For each exercise one line; the exit code is 1 where one does not come to its end, or where the lead
who stayed silent is held as well as the prompt one in E1 or E4. It takes minutes: one seed of each
playbook is played by the tests.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from crisis.cli.drill import Ways, score_of
from crisis.cli.logs import quiet
from crisis.config import shipped_playbooks

ENDED = {"learnt", "closed", "cancelled"}
PLAYBOOKS = sorted(
    name.removesuffix(".yaml") for name in shipped_playbooks() if name != "communication-plan.yaml"
)


def held(result: dict[str, Any]) -> dict[str, float]:
    """Error -> the share of its figures that are good."""
    return {
        one["error"]: one["passed"] / one["judged"] for one in result["errors"] if one["judged"]
    }


def wrong(playbook: str, seed: int) -> list[str]:
    """What is wrong with the exercises of one seed, and one line on the way."""
    ways: tuple[Ways, Ways] = (
        {"silent_lead": False, "automatic": False}, {"silent_lead": True, "automatic": False},
    )  # fmt: skip
    prompt, silent = (asyncio.run(score_of(playbook, seed, one)) for one in ways)
    well, badly = held(prompt), held(silent)
    found = [f"{one['ended']}: {one['phase']}" for one in (prompt, silent)
             if one["ended"] not in ENDED]  # fmt: skip
    found += [f"{error} of a silent lead is no worse: {badly[error]:.0%} of {well[error]:.0%}"
              for error in ("E1", "E4") if badly[error] >= well[error]]  # fmt: skip
    shown = "  ".join(f"{error} {well[error]:4.0%} {badly[error]:4.0%}" for error in ("E1", "E4"))
    print(f"{playbook:16}{seed:4}  {prompt['ended']:10}{shown}  {'; '.join(found)}", flush=True)
    return found


def main() -> int:
    """Play them all."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seeds", type=int, default=12)
    seeds = range(1, asked.parse_args().seeds + 1)
    quiet()
    bad = sum(bool(wrong(name, seed)) for name in PLAYBOOKS for seed in seeds)
    print(f"{bad} of {len(PLAYBOOKS) * len(seeds)} are not as they should be")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
