"""How each contractor did: called, on the way, late against the contract, there, gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crisis.core import events as e
from crisis.core.scorecard.figure import Verdict
from crisis.core.scorecard.reading import Reading, happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractorScore:
    """One call of one contractor."""

    step: str
    trade: str
    called_at: datetime
    due_at: datetime | None
    """What the contract says: ``arrive_within`` of the step, from the call."""
    eta_at: datetime | None = None
    """When it said last that it would be there."""
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    shown: bool = True
    """False: it did not come."""
    verdict: Verdict | None = None
    """Whether it was there in time; None where no time was agreed."""
    evidence: tuple[int, ...] = ()

    @property
    def late(self) -> timedelta | None:
        """By how much it was late; None where it was not, or is not there yet."""
        if self.due_at is None or self.arrived_at is None or self.arrived_at <= self.due_at:
            return None
        return self.arrived_at - self.due_at


def contractors(read: Reading) -> Iterator[ContractorScore]:
    """Give each call in order; whoever did not come and was called again has two."""
    rows: dict[str, list[tuple[e.ContractorReported, datetime, int]]] = {}
    for event, body in read.of(e.ContractorReported):
        mine = rows.setdefault(body.step, [])
        if body.stage == "called" and mine:
            yield _scored(read, mine)
            mine.clear()
        mine.append((body, happened(event), event.seq))
    for mine in rows.values():
        yield _scored(read, mine)


def _scored(
    read: Reading, reported: list[tuple[e.ContractorReported, datetime, int]]
) -> ContractorScore:
    first, called_at, _ = reported[0]
    at = {body.stage: when for body, when, _ in reported}
    etas = [body.eta_at for body, _, _ in reported if body.eta_at is not None]
    state = [one.incident for one in read.states if one.since <= called_at] or [
        read.states[0].incident
    ]
    step = read.pinned.in_force(state[-1].situation).steps.get(first.step)
    within = step.arrive_within.at(state[-1].severity) if step and step.arrive_within else None
    due_at = read.pinned.site.add(called_at, within) if within else None
    arrived_at, shown = at.get("arrived"), "no-show" not in at
    return ContractorScore(
        step=first.step,
        trade=(step.trade if step else None) or first.step,
        called_at=called_at,
        due_at=due_at,
        eta_at=etas[-1] if etas else None,
        arrived_at=arrived_at,
        left_at=at.get("left"),
        shown=shown,
        verdict=_verdict(due_at, arrived_at if shown else None, read.now, shown=shown),
        evidence=tuple(seq for _, _, seq in reported),
    )


def _verdict(
    due_at: datetime | None, arrived_at: datetime | None, now: datetime, *, shown: bool
) -> Verdict | None:
    if not shown:
        return "failed"
    if due_at is None:
        return None
    if arrived_at is None:
        return "failed" if now > due_at else "unknown"
    return "passed" if arrived_at <= due_at else "failed"
