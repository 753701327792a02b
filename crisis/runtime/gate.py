"""A store that may be away for a while, for those who must answer all the same.

A server that does not answer can hold up whoever asks it for many seconds. Doors and pages ask on
the loop that all of them share, and so do workers and dispatchers: so they ask through a gate, and
somebody else finds out, on a thread of its own, whether the store is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

import structlog

from crisis.ports import Bell, Job, Store, Unavailable, View

_log = structlog.get_logger(__name__)

IN_VAIN = 1.0
"""Seconds after which a read that fails has waited in vain; one that is refused takes far less."""
KNOCKS_EVERY = 1.0
"""Seconds between two tries of a gate that has shut by itself."""


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
    """The same store, for those who cannot wait: while it is known to be away, that is said.

    It shuts by itself behind a read that has waited in vain, so that an outage holds up a loop
    once, and not once more for everybody who reads. What fails at once holds up nobody, and may
    be the fault of who asked: that shuts nothing. Then it knocks, on a thread of its own, until
    the store is back; or tells ``lost``, whoever looks after it, from whatever thread.
    """

    def __init__(self, store: Store, away: str | None = None) -> None:
        """``away`` says why it is away; None where it is there."""
        self._store = store
        self.away = away
        self.lost: Callable[[str], None] | None = None
        self._closed = Event()

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """See :class:`crisis.ports.Store`."""
        return self._open().transact(jobs)

    @contextmanager
    def read(self) -> Iterator[View]:
        """See :class:`crisis.ports.Store`."""
        began = monotonic()
        try:
            with self._open().read() as view:
                yield view
        except Unavailable as error:
            if self.away is None and monotonic() - began >= IN_VAIN:
                self._shut(str(error))
            raise

    def listen(self) -> Bell:
        """See :class:`crisis.ports.Store`."""
        return self._open().listen()

    def close(self) -> None:
        """See :class:`crisis.ports.Store`."""
        self._closed.set()
        self._store.close()

    def _open(self) -> Store:
        if self.away is not None:
            raise Unavailable(self.away)
        return self._store

    def _shut(self, why: str) -> None:
        self.away = why
        if self.lost is not None:
            self.lost(why)
            return
        _log.error("the store does not answer; nobody waits for it until it does", why=why)
        Thread(target=self._knock, name="crisis-gate", daemon=True).start()

    def _knock(self) -> None:
        while not self._closed.wait(KNOCKS_EVERY):
            try:
                with self._store.read():
                    self.away = None
            except Exception as error:  # noqa: BLE001 - whatever it is, a gate must not stay shut
                _log.debug("the store is still away", why=str(error))
            else:
                _log.warning("the store is back")
                return
