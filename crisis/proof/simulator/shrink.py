"""Make a failing story as short as it can be while the same thing still goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crisis.proof.simulator.steps import Tale

Fails = Callable[[Tale], bool]
"""Plays a story; whether the same thing goes wrong."""


def shrink(tale: Tale, fails: Fails, *, tries: int = 200) -> Tale:
    """Leave out steps, many at a time and then fewer, and what comes after the last that matters.

    ``tries`` bounds how often a story is played. Answers the shortest that still fails.
    """
    left = tries
    size = max(len(tale.steps) // 2, 1)
    while left > 0:
        before = len(tale.steps)
        place = 0
        while place < len(tale.steps) and left > 0:
            left -= 1
            shorter = tale.without(range(place, min(place + size, len(tale.steps))))
            if fails(shorter):
                tale = shorter
            else:
                place += size
        if size == 1 and len(tale.steps) == before:
            break
        size = max(size // 2, 1)
    return _cut(tale, fails) if left > 0 else tale


def _cut(tale: Tale, fails: Fails) -> Tale:
    """End it earlier."""
    last = tale.steps[-1].after if tale.steps else 0.0
    for share in (0.0, 0.25, 0.5):
        shorter = replace(tale, ends_after=round(last + (tale.ends_after - last) * share, 1))
        if shorter.ends_after < tale.ends_after and fails(shorter):
            return shorter
    return tale
