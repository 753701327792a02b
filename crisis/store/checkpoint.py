"""Carries what was committed from the write-ahead log into the file, beside the writer."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import structlog

LOG_BYTES = 4 << 20
"""A log is carried over when it is longer, and cut to this when it is begun anew."""

TOO_LONG_BYTES = 64 << 20
"""From here on the writer is held up so that the log can begin anew."""

EVERY_SECONDS = 0.5
HELD_UP_SECONDS = 0.05
"""The writer waits no longer than this: a reader that stays open puts it off to the next time."""


class Checkpointer:
    """A thread that looks at the log twice a second and carries it over when it has grown.

    It works beside the writer. Only a log that never had a pause to begin anew makes the writer
    wait, for milliseconds, right after most of it has been carried over.
    """

    def __init__(self, path: Path) -> None:
        self._log = path.with_name(f"{path.name}-wal")
        self._connection = sqlite3.connect(
            path, timeout=HELD_UP_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="checkpoint", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        """Until the store is closed; what fails now is tried again at the next look."""
        while not self._over.wait(EVERY_SECONDS):
            try:
                self.look()
            except (OSError, sqlite3.Error) as error:
                structlog.get_logger().warning("checkpoint_failed", reason=str(error))

    def look(self) -> None:
        """Carry over a log that has grown; have one that is too long begin anew."""
        length = self._log.stat().st_size
        if length > LOG_BYTES:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if length > TOO_LONG_BYTES:
            self._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()

    def stop(self) -> None:
        """End the thread and give back its connection."""
        self._over.set()
        self._thread.join()
        self._connection.close()
