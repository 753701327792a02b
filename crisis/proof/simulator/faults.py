"""What fails in a story: a store that goes away, channels with faults, and the power."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from crisis.organisation import Organisation
from crisis.ports import Bell, Clock, Job, Outgoing, Receipt, Store, Unavailable, View
from crisis.proof.fakes import FakeChannel, Fault, fake_channels

DOUBTED: frozenset[Fault | None] = frozenset({"silent", "dropped"})
"""Faults after which nobody can say whether it left: where a repeat does no harm it goes again."""


class PowerCut(SystemExit):
    """Nothing that is not durable survives this. It ends a loop at once, as nothing else does."""


class GuardedStore:
    """A store that may be away, and that the dead cannot reach any more."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """As the store does, while it is there."""
        self._insist()
        return self._store.transact(jobs)

    @contextmanager
    def read(self) -> Iterator[View]:
        """As the store does, while it is there."""
        self._insist()
        with self._store.read() as view:
            yield view

    def listen(self) -> Bell:
        """As the store does."""
        return self._store.listen()

    def close(self) -> None:
        """The store itself lives on."""

    def _insist(self) -> None:
        if self.away:
            raise Unavailable("the story has taken the store away")


class StoryChannel(FakeChannel):
    """A fake channel that knows what it left in doubt."""

    doubted: Counter[str]

    @classmethod
    def of(cls, fake: FakeChannel, clock: Clock, *, confirms: bool) -> StoryChannel:
        """Take the place of a fake; with call-backs where the story wants them."""
        abilities = replace(fake.abilities, confirms=fake.abilities.confirms or confirms)
        channel = cls(fake.name, abilities, clock, answer=fake._answer)  # noqa: SLF001 - its own kind
        channel.doubted = Counter()
        return channel

    def _said(self, one: Outgoing, fault: Fault | None) -> Receipt:
        if fault in DOUBTED:
            self.doubted[one.delivery_id] += 1
        return super()._said(one, fault)


def story_channels(
    organisation: Organisation, clock: Clock, confirming: frozenset[str]
) -> Mapping[str, StoryChannel]:
    """Make every channel of an organisation."""
    return {
        name: StoryChannel.of(fake, clock, confirms=name in confirming)
        for name, fake in fake_channels(organisation, clock).items()
    }


@dataclass(slots=True, kw_only=True)
class Trap:
    """Strikes when a mark is reached for the nth time: the power goes, or the rules fail."""

    mark: str
    nth: int
    strikes: Callable[[], None]
    sprung: bool = False

    def reached(self, mark: str) -> None:
        """One mark was passed."""
        if self.sprung or mark != self.mark:
            return
        self.nth -= 1
        if self.nth <= 0:
            self.sprung = True
            self.strikes()


@dataclass(slots=True)
class Traps:
    """Everything that waits to go wrong; hears of every mark."""

    set: list[Trap] = field(default_factory=list)
    off: bool = False
    passed: Counter[str] = field(default_factory=Counter)

    def __call__(self, mark: str) -> None:
        """Hear of one mark."""
        if self.off:
            return
        self.passed[mark] += 1
        for trap in [*self.set]:
            trap.reached(mark)
        self.set = [one for one in self.set if not one.sprung]
