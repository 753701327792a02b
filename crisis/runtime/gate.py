"""A store that may be away for a while, for those who must answer all the same.

A server that does not answer can hold up whoever asks it for many seconds. Doors and pages ask on
the loop that all of them share: so they ask through a gate, and somebody else finds out, on a
thread of its own, whether the store is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from crisis.ports import Bell, Job, Store, Unavailable, View


class LateStore:
    """A store that is opened with its first use, and again until that succeeds."""

    def __init__(self, opens: Callable[[], Store]) -> None:
        self._opens = opens
        self._opened: Store | None = None
        self._turn = Lock()

    def open(self) -> Store:
        """The store; raises as opening it does."""
        with self._turn:
            if self._opened is None:
                self._opened = self._opens()
            return self._opened

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """See :class:`crisis.ports.Store`."""
        return self._there().transact(jobs)

    @contextmanager
    def read(self) -> Iterator[View]:
        """See :class:`crisis.ports.Store`."""
        with self._there().read() as view:
            yield view

    def listen(self) -> Bell:
        """See :class:`crisis.ports.Store`."""
        return self._there().listen()

    def close(self) -> None:
        """Give back what was opened."""
        if self._opened is not None:
            self._opened.close()

    def _there(self) -> Store:
        try:
            return self.open()
        except Unavailable:
            raise
        except Exception as error:
            raise Unavailable(f"the store cannot be opened: {error}") from error


class Gate:
    """The same store, for those who cannot wait: while it is known to be away, that is said."""

    def __init__(self, store: Store, away: str | None = None) -> None:
        """``away`` says why it is away; None where it is there."""
        self._store = store
        self.away = away

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """See :class:`crisis.ports.Store`."""
        return self._open().transact(jobs)

    @contextmanager
    def read(self) -> Iterator[View]:
        """See :class:`crisis.ports.Store`."""
        with self._open().read() as view:
            yield view

    def listen(self) -> Bell:
        """See :class:`crisis.ports.Store`."""
        return self._open().listen()

    def close(self) -> None:
        """See :class:`crisis.ports.Store`."""
        self._store.close()

    def _open(self) -> Store:
        if self.away is not None:
            raise Unavailable(self.away)
        return self._store
