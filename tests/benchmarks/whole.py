"""What the decisions of a whole crisis cost, in microseconds of CPU: every one that it takes.

    python -m tests.benchmarks.whole [--seed 7] [--rounds 20] [--behind 100000]

Each shipped playbook is played as an exercise, from the report to the last action of the review;
every decision is kept with what it was given, and then taken again and again, with as many events
more behind it as is asked for. The target is 100 µs at p50. Words are at hand: rendering is
measured elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from statistics import median, quantiles
from unittest.mock import patch

import structlog

from crisis.cli.drill_stage import opened, organisation_files
from crisis.coordinator import coordinator
from crisis.core.commands import Command
from crisis.core.decide import decide
from crisis.core.deciding import Decision, Facts
from crisis.core.events import Event, MeasureRecorded
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.core.message import Message
from crisis.core.pinned import Pinned
from crisis.core.prose import TextRef
from crisis.organisation import Organisation

Taken = Callable[[], object]


FOLDED = 1_000
"""Events that are folded one by one: what is behind these is in the state no more, but as a count.
The state remembers a bounded number of everything."""


MEASURE = MeasureRecorded(
    measure=TextRef(id="m", digest="m"), expected_result=None, inside_only=False
)


def later(incident: Incident | None, behind: int) -> Incident | None:
    """The same crisis with so many events more behind it, all of them measures."""
    if incident is None or not behind:
        return incident
    grown = incident
    for _ in range(min(behind, FOLDED)):
        grown = evolve(grown, Event(seq=grown.seq + 1, at=grown.last_at, body=MEASURE))
    return replace(grown, seq=incident.seq + behind)


@contextmanager
def kept(found: list[Taken], behind: int = 0) -> Iterator[None]:
    """Keep every decision that is taken meanwhile, to be taken again."""

    def keeping(
        incident: Incident | None, command: Command, pinned: Pinned, facts: Facts, now: datetime
    ) -> Decision:
        prepared: dict[str, Mapping[str, TextRef]] = {}

        def words(message: Message) -> Mapping[str, TextRef]:
            if message.id not in prepared:
                prepared[message.id] = facts.words(message)
            return prepared[message.id]

        at_hand = replace(facts, words=words)
        decision = decide(incident, command, pinned, at_hand, now)
        grown = later(incident, behind)
        found.append(lambda: decide(grown, command, pinned, at_hand, now))
        return decision

    with patch.object(coordinator, "decide", keeping):
        yield


async def played(name: str, seed: int, behind: int = 0) -> list[Taken]:
    """Play an exercise; answers its decisions."""
    found: list[Taken] = []
    async with opened(organisation_files(None), name, seed=seed) as drill:
        with kept(found, behind):
            await drill.play()
    return found


def microseconds(work: Taken, rounds: int) -> float:
    """The median of so many times, in CPU of this thread."""
    spent = []
    for _ in range(rounds):
        before = time.thread_time_ns()
        work()
        spent.append((time.thread_time_ns() - before) / 1_000)
    return median(spent)


def spent_on(name: str, seed: int, rounds: int, behind: int = 0) -> list[float]:
    """Give what each decision of a crisis costs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return [microseconds(work, rounds) for work in asyncio.run(played(name, seed, behind))]


def crises(seed: int, rounds: int, behind: int = 0) -> Iterator[tuple[str, list[float]]]:
    """Give each shipped playbook, and what each decision of its crisis costs."""
    for name in sorted(Organisation.from_files(organisation_files(None), version=1).playbooks):
        yield name, spent_on(name, seed, rounds, behind)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--behind", type=int, default=0, help="events more behind each of them")
    asked = parser.parse_args()
    print(f"{'playbook':20}{'decisions':>10}{'p50 µs':>10}{'p90 µs':>10}{'p99 µs':>10}")
    for name, spent in crises(asked.seed, asked.rounds, asked.behind):
        cuts = quantiles(spent, n=100)
        print(f"{name:20}{len(spent):>10}{cuts[49]:>10.1f}{cuts[89]:>10.1f}{cuts[98]:>10.1f}")


if __name__ == "__main__":
    main()
