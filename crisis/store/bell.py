"""Who is told that something was committed: listeners within this process."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from threading import Condition
from weakref import WeakSet

from crisis.ports import Stir


class LocalBell:
    """Rings when this process commits: see :class:`crisis.ports.Bell`."""

    def __init__(self, forget: Callable[[LocalBell], None]) -> None:
        self._forget = forget
        self._of: Collection[Stir] | None = None
        self._stirred: set[Stir] = set()
        self._rung = Condition()

    def heed(self, of: Collection[Stir]) -> None:
        """Ring for these alone."""
        with self._rung:
            self._of = frozenset(of)

    def ring(self, stirred: Collection[Stir]) -> None:
        """Tell whoever waits, now or next."""
        with self._rung:
            self._stirred.update(one for one in stirred if self._of is None or one in self._of)
            self._rung.notify_all()

    def wait(self, within: timedelta) -> frozenset[Stir]:
        """What has stirred since the last answer."""
        with self._rung:
            self._rung.wait_for(lambda: self._stirred, within.total_seconds())
            told = frozenset(self._stirred)
            self._stirred.clear()
        return told

    def close(self) -> None:
        """Listen no more."""
        self._forget(self)


class Tower:
    """The bells of one store."""

    def __init__(self) -> None:
        self._bells: WeakSet[LocalBell] = WeakSet()

    def hang(self) -> LocalBell:
        """Give one more."""
        bell = LocalBell(self._bells.discard)
        self._bells.add(bell)
        return bell

    def ring(self, stirred: Collection[Stir]) -> None:
        """Ring them all."""
        if stirred:
            for bell in list(self._bells):
                bell.ring(stirred)
