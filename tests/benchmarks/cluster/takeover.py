"""One of two workers is killed under a steady load: how long its incidents wait, and the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from itertools import cycle

from tests.benchmarks.cluster.load import Load
from tests.benchmarks.table import Figure, at_most
from tests.cluster.ground import Place

EVERY_S = 0.005
"""Between two commands: 200 a second over all partitions, a fraction of what a worker can do."""
BEFORE_S, AFTER_S = 5.0, 15.0
"""How long it is watched, before the kill and after it."""
MOVED_S, STALLED_S = 8.0, 0.5
"""The goals: the session is 6 s."""

Waits = Mapping[Place, float]
"""Partition -> the longest wait of a command in it, from safe in the topic to decided: seconds."""


async def run(load: Load) -> list[Figure]:
    """Kill the first of two; the longest wait of what it read, and of what the other one read."""
    reads = await load.ground.start_workers(2)
    killed, survivor = load.ground.workers
    load.kept_at.clear()
    handled_at: dict[Place, dict[int, float]] = {}
    asking = asyncio.create_task(_ask(load))
    watching = asyncio.create_task(_watch(load, handled_at))
    await asyncio.sleep(BEFORE_S)
    killed_at = time.monotonic()
    killed.kill()
    killed.wait()
    await asking
    await load.ground.worked_off()
    await asyncio.sleep(0.1)  # the last of them is seen
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    before = _waits(load, handled_at, 0.0, killed_at - 1.0)
    after = _waits(load, handled_at, killed_at - 1.0, killed_at + AFTER_S)
    await load.ground.stop(load.ground.workers)
    return [
        Figure(name="longest wait before the kill", value=max(before.values()), unit="s"),
        at_most(
            "longest wait of what the killed worker read", _longest(after, reads[killed.pid]), "s",
            MOVED_S, "session 6 s",
        ),
        at_most(
            "longest wait of what the other one read", _longest(after, reads[survivor.pid]), "s",
            STALLED_S,
        ),
    ]  # fmt: skip


async def _ask(load: Load) -> None:
    """Steadily, one partition after the other."""
    sent = []
    until = time.monotonic() + BEFORE_S + AFTER_S
    for partition in cycle(sorted(load.incidents)):
        if time.monotonic() > until:
            break
        sent.append(await load.one(partition))
        await asyncio.sleep(EVERY_S)
    await asyncio.gather(*sent)


async def _watch(load: Load, handled_at: dict[Place, dict[int, float]]) -> None:
    """When each command was seen to be decided, a hundredth of a second later at most."""
    last: dict[Place, int] = dict(load.ground.positions())
    while True:
        found = await asyncio.to_thread(load.ground.positions)
        now = time.monotonic()
        for place, offset in found.items():
            seen = handled_at.setdefault(place, {})
            seen.update((one, now) for one in range(last.get(place, -1) + 1, offset + 1))
        last = dict(found)
        await asyncio.sleep(0.01)


def _waits(
    load: Load, handled_at: Mapping[Place, Mapping[int, float]], begins: float, ends: float
) -> Waits:
    """Of those commands that became safe within this time."""
    return {
        place: max(
            (
                handled_at[place][offset] - at
                for offset, at in kept.items()
                if begins <= at < ends and offset in handled_at.get(place, {})
            ),
            default=0.0,
        )
        for place, kept in load.kept_at.items()
    }


def _longest(waits: Waits, places: frozenset[Place]) -> float:
    return max(wait for place, wait in waits.items() if place in places)
