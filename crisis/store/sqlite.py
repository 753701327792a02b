"""One SQLite file, owned by one running service, that loses nothing it has committed.

A commit is on the disk when it returns: write-ahead log, ``synchronous=FULL``. What was logged is
carried into the file by a thread of its own, never by a commit.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from crisis.ports import Bell, Stir
from crisis.store.bell import Tower
from crisis.store.checkpoint import LOG_BYTES, Checkpointer
from crisis.store.migrate import upgrade
from crisis.store.refused import StoreRefused

PRIVATE = 0o600
"""The file holds prose and personal matters: nobody but its owner reads it."""

WRITE_AHEAD = "PRAGMA journal_mode=WAL"
PRAGMAS = (
    "PRAGMA synchronous=FULL",  # a commit is synced before it returns
    "PRAGMA fullfsync=ON",  # on macOS: to the disk, not only to its cache
    "PRAGMA wal_autocheckpoint=0",  # never on the way of a commit
    f"PRAGMA journal_size_limit={LOG_BYTES}",
    "PRAGMA temp_store=MEMORY",  # what a savepoint may have to put back
    "PRAGMA cache_size=-65536",  # 64 MB
)
BUSY_SECONDS = 10.0
"""How long a connection waits for a checkpoint that restarts the log."""

READERS = 8
"""Connections that are kept for reading; more are made as needed."""


class SqliteBase:
    """The file, its lock, and connections to it."""

    def __init__(self, path: Path) -> None:
        """StoreRefused when another service owns the file, or it is not for this version."""
        self._lock = _own(path)
        self._tower = Tower()
        try:
            _make_private(path)
            self.writer = _engine(path, WRITE_AHEAD, *PRAGMAS)
            self.readers = _engine(path, *PRAGMAS, "PRAGMA query_only=ON")
            self._prepare(path)
            self._checkpointer = Checkpointer(path)
        except BaseException:
            os.close(self._lock)
            raise

    def _prepare(self, path: Path) -> None:
        """Bring the schema up to date; make sure that the file keeps what it is given."""
        try:
            with self.writer.connect() as connection:
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
                upgrade(connection, str(path))
        except DBAPIError as error:
            raise StoreRefused(f"{path} cannot be opened: {error.orig}") from error
        if mode != "wal":
            raise StoreRefused(
                f"{path} cannot keep a write-ahead log ({mode}): "
                "put it on a local disk, not on a network share"
            )

    def commit(self, stirred: Collection[Stir]) -> str:
        """One process owns the file: nobody else is to be told."""
        del stirred
        return "COMMIT"

    def committed(self, stirred: Collection[Stir]) -> None:
        """Tell who listens here."""
        self._tower.ring(stirred)

    def listen(self) -> Bell:
        """Hear of every commit from now on."""
        return self._tower.hang()

    def close(self) -> None:
        """Carry the log into the file and let go of it."""
        self._checkpointer.stop()
        self.readers.dispose()
        self.writer.dispose()
        os.close(self._lock)


def _own(path: Path) -> int:
    """The lock beside the file; it ends with this program, however that ends."""
    beside = path.with_name(f"{path.name}.lock")
    try:
        lock = os.open(beside, os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise StoreRefused(f"{beside} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise StoreRefused(
            f"another crisis service (pid {owner}) owns {path}: "
            "speak to it with the command line, or stop it first"
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode("ascii"), 0)
    return lock


def _make_private(path: Path) -> None:
    """Create the file for its owner alone; SQLite gives its log the same rights."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))


def _engine(path: Path, *pragmas: str) -> Engine:
    """Connections that begin a transaction when told to, not by themselves."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=-1,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma)

    return engine
