"""Play a story, and hold what came of it against the guarantees.

After every step: what arrived, and that nothing which is owed stays undone. At the end: every
invariant. What comes too late stays in the record, so nothing is missed by that; checking all of
it after each step would take ten times as long.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from crisis.codec import CannotRead
from crisis.marks import watching
from crisis.organisation import Organisation
from crisis.ports import Unavailable
from crisis.proof.invariants import Breach, Record, Version, check, read_record
from crisis.proof.invariants.delivery import (
    g2_nobody_gets_it_twice,
    g13_every_claim_ends,
    g13_nothing_stops_the_rest,
)
from crisis.proof.simulator.clock import StillLoop
from crisis.proof.simulator.happenings import HAPPENINGS
from crisis.proof.simulator.premises import premises
from crisis.proof.simulator.steps import Tale
from crisis.proof.simulator.world import House, World

_FIGURES = re.compile(r"\b[\w.:/-]*\d[\w.:/-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a story."""

    tale: Tale
    breaches: tuple[Breach, ...]
    premises: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    events: int = 0
    deliveries: int = 0
    digest: str = ""
    """Of the whole journal: the same story has the same one."""

    def faults(self) -> frozenset[str]:
        """What is wrong, whichever incident and moment it is about: what shrinking must keep."""
        return frozenset(fault_of(one) for one in self.breaches)


def fault_of(breach: Breach) -> str:
    """A breach without its names and figures."""
    return f"{breach.guarantee} {_FIGURES.sub('…', breach.words)}"


def play(tale: Tale, house: House, loop: StillLoop) -> Played:
    """Play a story from its beginning to its end."""
    with structlog.testing.capture_logs() as logged:
        world = World(tale, house, loop)
        try:
            with watching(world.traps):
                _live(world)
        finally:
            world.ends()
        _log_says(world, logged)
    return _judged(world)


def _live(world: World) -> None:
    world.starts()
    tale = world.tale
    steps = sorted(tale.steps, key=lambda one: one.after)
    for step in steps:
        world.until(step.after)
        with suppress(Unavailable):  # whoever acts sees that the store is away, and goes away too
            HAPPENINGS[step.verb](world, step)
        world.settles()
        world.found += (one for one in _at_once(world) if one not in world.found)
        if world.found or world.worn_out():
            break
    else:
        world.until(tale.ends_after)
    world.traps.set.clear()
    world.returns()
    world.found += (one for one in _claims(world) if one not in world.found)
    world.looks = 0
    world.stops(1.0)
    world.until(world.clock.monotonic() + 90.0)


def _claims(world: World) -> Iterator[Breach]:
    """What was claimed and is nobody's any more, before a new life of the service settles it."""
    with world.store.read() as view:
        for row in view.streams("incident", limit=100_000):
            with suppress(CannotRead):  # told as a breach of G11
                yield from g13_every_claim_ends(
                    read_record(
                        view,
                        row,
                        organisation=_version(world),
                        now=world.clock.now(),
                        away=tuple(world.away),
                    )
                )


def _at_once(world: World) -> Iterator[Breach]:
    """What is cheap enough to be looked at after every step."""
    if world.store_back is not None:
        return
    with world.store.read() as view:
        yield from g2_nobody_gets_it_twice(view, world.sinks())
        yield from g13_nothing_stops_the_rest(view, world.clock.now(), tuple(world.away))


def _all(world: World) -> list[Breach]:
    """Everything, but for what the story itself has broken."""
    if world.store_back is not None:
        return []
    with world.store.read() as view:
        found = check(
            view,
            organisation=_version(world),
            now=world.clock.now(),
            sinks=world.sinks(),
            away=tuple(world.away),
        )
        parked = {one.stream_id: one.parked for one in view.streams("incident", limit=100_000)
                  if one.parked is not None}  # fmt: skip
    if not world.seen["rules made to fail"]:
        found += [Breach(guarantee="G13", where=id_, words=f"set aside: {why}")
                  for id_, why in parked.items()]  # fmt: skip
        return found
    return [one for one in found if one.guarantee in {"G2", "G9", "G11"}]


def _version(world: World) -> Version:
    with world.store.read() as view:
        newest = view.configuration()

    def version(number: int | None = None) -> Organisation:
        return world.house.version(number or (newest.version if newest else None))

    return version


def _log_says(world: World, logged: Sequence[Mapping[str, Any]]) -> None:
    """A fault that is only logged is a fault."""
    if world.seen["rules made to fail"]:
        return
    for line in logged:
        if line.get("log_level") in {"error", "critical"} or line.get("exc_info"):
            world.breach("G13", f"logged: {line.get('event')} {line.get('reason', '')}")


def _judged(world: World) -> Played:
    world.found += (one for one in _all(world) if one not in world.found)
    records: list[Record] = []
    digest = hashlib.sha256()
    with world.store.read() as view:
        journal = view.since(0, 10_000_000)
        for one in journal:
            digest.update(one.head.encode())
        for row in view.streams("incident", limit=100_000):
            try:
                records.append(
                    read_record(view, row, organisation=_version(world), now=world.clock.now())
                )
            except CannotRead:
                continue  # told as a breach of G11
    return Played(
        tale=world.tale,
        breaches=tuple(world.found),
        premises=premises(records, world.seen, answered=len(set(world.answered))),
        seen=world.seen,
        marks=world.traps.passed,
        events=len(journal),
        deliveries=len(world.handed),
        digest=digest.hexdigest(),
    )
