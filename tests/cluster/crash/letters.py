"""Messages that nobody can read, held against the dead letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from crisis.runtime.dead_letters import Letter


@dataclass(frozen=True, slots=True)
class Bad:
    """A message that nobody can read, and the topic that it was written to."""

    topic: str
    value: bytes


@dataclass(slots=True)
class Poison:
    """All of them."""

    kept: list[Bad] = field(default_factory=list)
    """Those that a broker has answered for."""
    tried: set[Bad] = field(default_factory=set)
    """Those that may stand in a topic: with them those whose broker fell before it answered."""


def misplaced(
    kept: Iterable[Bad], tried: Collection[Bad], letters: Iterable[Letter]
) -> Iterator[str]:
    """Each waits for a person among the dead letters, and nothing else does.

    One may stand there twice: whoever has kept it and falls before that is noted keeps it again.
    """
    found = {Bad(one.topic, one.value or b""): one for one in letters}
    for bad in kept:
        if bad not in found:
            yield f"lost: {bad.value!r} of {bad.topic} is not among the dead letters"
    for bad, letter in found.items():
        if bad not in tried:
            stood = f"{letter.topic}-{letter.came_partition} at {letter.came_offset}"
            yield f"set aside: {stood} can be read, and is a dead letter: {letter.reason}"
