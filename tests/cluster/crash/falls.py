"""Parts that end by themselves: which of them what was done to them explains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

SOON_S = 2.0
"""Until whoever waits for the database has tried again: it may be back for less than that."""
GRACE_S = 20.0
"""How long after a blow a part may still fall by it: as long as its streams need to give up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A life of a part that ended by itself."""

    part: str
    at: float
    """Seconds of the monotonic clock."""
    code: int

    def __str__(self) -> str:
        return f"fell: {self.part} ended by itself with {self.code}, and nothing explains it"


@dataclass(slots=True, kw_only=True)
class Blow:
    """What was done on purpose, and to whom."""

    parts: frozenset[str] | None
    """None: to a server, which all of them use."""
    since: float
    until: float = math.inf


def outlasted(absences: Iterable[tuple[float, float]], lease: float) -> int:
    """How often the database was away for so long that a claim of mails ended meanwhile.

    Whoever had sent them could not say so, and another may have been the first to find it back.
    """
    long = 0
    since = until = -math.inf
    for begins, ends in sorted(absences):
        counted = until - since + SOON_S >= lease
        if begins > until + SOON_S:
            since, counted = begins, False
        until = ends
        long += until - since + SOON_S >= lease and not counted
    return long


@dataclass(slots=True)
class Blows:
    """All of them."""

    dealt: list[Blow] = field(default_factory=list)

    @contextmanager
    def dealing(self, *parts: str) -> Iterator[None]:
        """For the time of the block, and a while after it; without ``parts`` to a server."""
        blow = Blow(parts=frozenset(parts) or None, since=monotonic())
        self.dealt.append(blow)
        try:
            yield
        finally:
            blow.until = monotonic() + GRACE_S

    def unexplained(self, falls: Iterable[Fall]) -> list[Fall]:
        """Those that no blow explains: each explains one fall of each part that it has met.

        So whoever starts again and falls again is seen, however near to a blow.
        """
        used: set[tuple[str, int]] = set()
        strange = []
        for fall in sorted(falls, key=lambda one: one.at):
            met = [
                (blow.until, number) for number, blow in enumerate(self.dealt)
                if blow.since <= fall.at <= blow.until
                and (blow.parts is None or fall.part in blow.parts)
                and (fall.part, number) not in used
            ]  # fmt: skip
            if met:
                used.add((fall.part, min(met)[1]))
            else:
                strange.append(fall)
        return strange
