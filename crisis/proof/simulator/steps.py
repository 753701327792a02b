"""A story as a list of plain steps: what is drawn, played, shrunk, printed and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody or something does, so many seconds after the story began.

    Numbers point at what there is when the step is played (the third open offer, counted round and
    round), so that a step still means something when others before it are taken away.
    """

    after: float
    verb: str
    how: Mapping[str, Value] = field(default_factory=dict)

    def number(self, name: str = "n", default: int = 0) -> int:
        """A number of the step."""
        return int(self.how.get(name) or default)

    def words(self, name: str, default: str = "") -> str:
        """A word of the step."""
        return str(self.how.get(name) or default)

    def holds(self, name: str) -> bool:
        """Whether something is so."""
        return bool(self.how.get(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """One story: when it begins, what happens, and how long the world goes on afterwards."""

    seed: int
    begins_at: datetime
    steps: tuple[Step, ...]
    ends_after: float

    def without(self, left_out: Sequence[int]) -> Tale:
        """The same story but for some of its steps."""
        out = frozenset(left_out)
        kept = tuple(one for place, one in enumerate(self.steps) if place not in out)
        return replace(self, steps=kept)

    def at(self, step: Step) -> datetime:
        """When a step is played, if no clock jumps."""
        return self.begins_at + timedelta(seconds=step.after)

    def dump(self) -> str:
        """As JSON: whoever has it can play it again, whatever becomes of how stories are drawn."""
        steps = [[one.after, one.verb, dict(one.how)] for one in self.steps]
        return json.dumps({
            "seed": self.seed,
            "begins_at": self.begins_at.isoformat(),
            "ends_after": self.ends_after,
            "steps": steps,
        })  # fmt: skip


def tale_from(raw: str) -> Tale:
    """Read a story back that was kept."""
    kept: dict[str, Any] = json.loads(raw)
    return Tale(
        seed=kept["seed"],
        begins_at=datetime.fromisoformat(kept["begins_at"]),
        ends_after=kept["ends_after"],
        steps=tuple(Step(after=at, verb=verb, how=how) for at, verb, how in kept["steps"]),
    )
