"""``python -m tests.benchmarks``: measure, print a table, write ``build/bench.json``.

Never a timed test: what is slow is printed, nothing fails for it. Absolute figures swing with the
machine; read ratios, and the limit that stands beside each figure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

import uvloop

from tests.benchmarks import commands, decision, fanout, first_mail, reading, whole
from tests.benchmarks.table import Figure, as_json, as_table, at_most

OUT = Path("build") / "bench.json"
LARGEST = "flood"
"""The largest playbook that is shipped."""


def _decision() -> list[Figure]:
    """The decisions of whole crises, with few and many events behind; then dear single ones."""
    return [
        *(
            at_most(f"a whole {name}, {len(spent)} decisions", median(spent), "µs", decision.TARGET)
            for name, spent in whole.crises(seed=7, rounds=20)
        ),
        *(
            at_most(
                f"a whole {LARGEST}, {events:,} events behind each",
                median(whole.spent_on(LARGEST, 7, 20, events)),
                "µs",
                decision.TARGET,
            )
            for events in decision.BEHIND
        ),
        *_single(),
    ]


def _single() -> list[Figure]:
    """What single decisions cost, the dearest of them too."""
    return [
        at_most(f"{row.what}, {row.events:,} events behind", row.p50, "µs", decision.TARGET)
        for events in decision.BEHIND
        for what, work in decision.cases(events).items()
        for row in [decision.measured(what, events, work, 500)]
    ]


def _reading() -> list[Figure]:
    """An organisation, read to be used, and checked to be accepted."""
    used, checked = reading.seconds(kept=True), reading.seconds(kept=False)
    return [
        at_most("an organisation that was accepted, read", used, "s", 2),
        at_most("an organisation, read and checked", checked, "s", 7),
        at_most("of which a service that begins needs", used / checked, "", 1 / 3),
    ]


def main() -> None:
    """Run all benchmarks, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="first-mail, commands, decision, fan-out, reading")
    parser.add_argument("--floods", type=int, default=2000, help="for the first mail")
    parser.add_argument("--people", type=int, default=10_000, help="for the fan-out")
    parser.add_argument("--rounds", type=int, default=5, help="for durable commands")
    asked = parser.parse_args()
    work: dict[str, Callable[[Path], list[Figure]]] = {
        "first-mail": lambda folder: uvloop.run(first_mail.run(folder, asked.floods)),
        "commands": lambda folder: uvloop.run(commands.run(folder, rounds=asked.rounds)),
        "decision": lambda _: _decision(),
        "fan-out": lambda folder: uvloop.run(fanout.run(folder, asked.people)),
        "reading": lambda _: _reading(),
    }
    sections = {}
    for name in asked.only or work:
        with tempfile.TemporaryDirectory(prefix="crisis-bench-", dir=disk()) as folder:
            sections[name] = work[name](Path(folder))
        print(as_table({name: sections[name]}), flush=True)
    write(OUT, sections)


def write(out: Path, sections: Mapping[str, list[Figure]]) -> None:
    """Write the figures for programs, with the machine that they are of."""
    machine = {
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    out.parent.mkdir(exist_ok=True)
    written = {"machine": machine, "figures": as_json(sections)}
    out.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"\n{machine}\nwritten to {out}")


def disk() -> str:
    """Where files lie on a disk: /tmp may be memory, which syncs for nothing."""
    return "/var/tmp" if Path("/var/tmp").is_dir() else tempfile.gettempdir()  # noqa: S108 - as said


if __name__ == "__main__":
    main()
