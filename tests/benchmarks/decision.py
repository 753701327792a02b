"""What one decision costs, in microseconds of CPU, with few or many events behind it.

    python -m tests.benchmarks.decision [--rounds 2000] [--json FILE]

The flood as shipped, all roles held. The target is 100 µs at p50 for what people do most, with no
growth from 10 to 100 000 events. Words are at hand: rendering is measured elsewhere.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from crisis.core import commands as c
from crisis.core.decide import decide
from crisis.core.deciding import Facts
from crisis.core.due import due, next_due_at
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from tests.unit.core.story import Story, words

BEHIND = (10, 1_000, 100_000)
"""How many events lie behind the decision."""
TARGET = 100.0
"""Microseconds of CPU at p50."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One line of the table: microseconds of CPU."""

    what: str
    events: int
    p50: float
    p99: float


class Flood:
    """A flood at some point of its life, and one command to be decided again and again."""

    def __init__(self, events: int, *, accepted: bool = True) -> None:
        self.story = Story("flood")
        self.story.report()
        if accepted:
            self.story.accept()
        while self.story.seq < min(events, 1_000):
            self.story.does(c.RecordMeasure(measure=words("m")))
        self.incident = self._grown(self.story.incident, events)

    def _grown(self, incident: Incident, events: int) -> Incident:
        """The same state with as many events behind it: folded, not decided, which is quicker."""
        last = self.story.log[-1]
        while incident.seq < events:
            fields = {name: getattr(last, name) for name in ("at", "body", "actor", "rule")}
            incident = evolve(incident, type(last)(seq=incident.seq + 1, **fields))
        return incident

    def decides(self, body: c.IncidentBody, by: str) -> Callable[[], object]:
        """The decision on one command; its words are at hand."""
        story, incident = self.story, self.incident
        command = c.Command(
            id="b", stream="incident", stream_id=incident.id, body=body,
            actor=c.Actor(kind="person", id=by), authority="operator", door="cli",
        )  # fmt: skip
        prepared = {"fr": words("fr"), "en": words("en")}
        facts = Facts(candidates=story.candidates, head="head", words=lambda _message: prepared)
        answer = decide(incident, command, story.pinned, facts, story.now)
        if not answer.accepted:
            raise SystemExit(f"refused: {answer.refusal}")
        return lambda: decide(incident, command, story.pinned, facts, story.now)


def cases(events: int) -> Mapping[str, Callable[[], object]]:
    """What is measured with so many events behind it."""
    flood, early = Flood(events), Flood(events, accepted=False)
    story = flood.story
    flood.story.ledger = early.story.ledger = False
    done = flood.decides
    return {
        "RecordMeasure": done(c.RecordMeasure(measure=words("m")), "lead"),
        "AcceptRoles": early.decides(c.AcceptRoles(offer_id=early.story.offer("lead")), "lead"),
        "AnswerStep, nothing changes": done(c.AnswerStep(step="people", answer="no"), "security"),
        "AnswerStep, severity rises": done(c.AnswerStep(step="current", answer="yes"), "technical"),
        "CompleteStep": done(c.CompleteStep(step="lifts"), "security"),
        "Say to five audiences": done(c.Say(), "lead"),
        "next_due_at": lambda: next_due_at(flood.incident, story.pinned),
        "due": lambda: due(flood.incident, story.pinned, story.now),
    }


def measured(what: str, events: int, work: Callable[[], object], rounds: int) -> Measured:
    """Time one thing, many times; CPU of this thread, so that neighbours do not count."""
    for _ in range(rounds // 10):
        work()
    spent = []
    for _ in range(rounds):
        before = time.thread_time_ns()
        work()
        spent.append((time.thread_time_ns() - before) / 1_000)
    cuts = quantiles(spent, n=100)
    return Measured(what=what, events=events, p50=cuts[49], p99=cuts[98])


def main() -> None:
    """Print the table; write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows = [
        measured(what, events, work, asked.rounds)
        for events in BEHIND
        for what, work in cases(events).items()
    ]
    print(f"{'decision':32}{'events':>9}{'p50 µs':>10}{'p99 µs':>10}")
    for row in sorted(rows, key=lambda row: (row.what, row.events)):
        print(f"{row.what:32}{row.events:>9}{row.p50:>10.1f}{row.p99:>10.1f}")
    if asked.json:
        out = {"target_p50_us": TARGET, "rows": [row.__dict__ for row in rows]}
        asked.json.write_text(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
