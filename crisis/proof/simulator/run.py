"""Many seeds, on several cores: counted, measured, and the first failures shrunk and told."""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from crisis.proof.simulator.clock import StillLoop
from crisis.proof.simulator.draw import draw
from crisis.proof.simulator.play import Played, play
from crisis.proof.simulator.premises import PREMISES
from crisis.proof.simulator.shrink import shrink
from crisis.proof.simulator.steps import Tale
from crisis.proof.simulator.tell import told_failure
from crisis.proof.simulator.world import House

TOLD = 5
"""How many different faults are shrunk and told in full."""
AT_ONCE = 8
"""Seeds handed to a core at a time."""

GARBAGE = 50_000
"""New objects after which Python looks for rings of garbage: a story leaves few."""


@dataclass(slots=True)
class Sum:
    """What many stories came to."""

    stories: int = 0
    steps: int = 0
    events: int = 0
    deliveries: int = 0
    premises: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[int]] = field(default_factory=dict)
    """Fault -> the seeds that found it, the first few."""
    failed: int = 0

    def add(self, played: Played) -> None:
        """One story more."""
        self.stories += 1
        self.steps += len(played.tale.steps)
        self.events += played.events
        self.deliveries += played.deliveries
        self.premises += played.premises
        self.seen += played.seen
        self.marks += played.marks
        self.failed += bool(played.breaches)
        for fault in sorted(played.faults()):
            self.faults.setdefault(fault, []).append(played.tale.seed)


@dataclass(slots=True)
class Theatre:
    """Plays stories in this program, one after the other."""

    house: House
    loop: StillLoop = field(default_factory=StillLoop)

    def close(self) -> None:
        """Give back the loop."""
        self.loop.close()

    def play(self, tale: Tale) -> Played:
        """One story."""
        return play(tale, self.house, self.loop)

    def seed(self, seed: int) -> Played:
        """The story of a seed."""
        return self.play(draw(seed))

    def shrunk(self, seed: int, fault: str, *, tries: int = 120) -> Played:
        """The shortest story of a seed in which the same thing goes wrong."""
        tale = shrink(draw(seed), lambda one: fault in self.play(one).faults(), tries=tries)
        return self.play(tale)


_STAGE: list[Theatre] = []
"""The theatre of this process: made once, when the process begins."""


def _open(house: Callable[[], House]) -> None:
    _STAGE[:] = [Theatre(house())]
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 100)


def _one(seed: int) -> Played:
    return _STAGE[0].seed(seed)


def many(seeds: Iterable[int], house: Callable[[], House], *, cores: int) -> Iterator[Played]:
    """Play the stories of many seeds; on one core in this process, in the order of the seeds."""
    if cores == 1:
        _open(house)
        yield from map(_one, seeds)
        _STAGE.pop().close()
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(cores, initializer=_open, initargs=(house,)) as pool:
        yield from pool.imap_unordered(_one, seeds, chunksize=AT_ONCE)


def run(
    first: int,
    count: int,
    house: Callable[[], House],
    *,
    cores: int,
    say: Callable[[str], None],
    zone: ZoneInfo,
) -> Sum:
    """Play ``count`` seeds from ``first`` on; say what came of them."""
    began, total = time.monotonic(), Sum()
    for played in many(range(first, first + count), house, cores=cores):
        total.add(played)
        if played.breaches:
            say(f"seed {played.tale.seed}: {'; '.join(map(str, played.breaches[:2]))}")
        if total.stories % 500 == 0:
            say(f"{total.stories} stories, {_pace(total, began)} a second")
    for line in _told(total, began):
        say(line)
    if total.faults:
        theatre = Theatre(house())
        for fault, seeds in sorted(total.faults.items())[:TOLD]:
            say("")
            for line in told_failure(theatre.shrunk(min(seeds), fault), zone):
                say(line)
        theatre.close()
    return total


def _pace(total: Sum, began: float) -> str:
    return f"{total.stories / max(time.monotonic() - began, 0.001):.1f}"


def _told(total: Sum, began: float) -> Iterator[str]:
    yield (
        f"{total.stories} stories, {total.steps} steps, {total.events} events,"
        f" {total.deliveries} deliveries: {_pace(total, began)} stories a second"
    )
    for guarantee, words in PREMISES.items():
        yield f"  {guarantee:<4} {total.premises[guarantee]:>8}  {words}"
    for what, number in sorted(total.seen.items()):
        yield f"       {number:>8}  {what}"
    if total.faults:
        yield f"{total.failed} stories broke a guarantee:"
        for fault, seeds in sorted(total.faults.items()):
            yield f"  {len(seeds):>6} x {fault} (seeds {', '.join(map(str, sorted(seeds)[:5]))})"
    else:
        yield "no guarantee was broken"
