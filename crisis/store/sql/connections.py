"""The connections of a store: one to write, any to read, each opened anew once it was lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from crisis.ports import Bell, Stir

WRITERS = 0x6372_6973_7772
"""The key of the advisory lock that a writing transaction of PostgreSQL holds until its end."""

STILL = "4s"
"""How long a writer may stand still in mid-batch (stopped, swapped out) before the server ends its
transaction, so that it holds up nobody: shorter than it takes to miss a worker."""

BEGIN_WRITING = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
    f"SET LOCAL idle_in_transaction_session_timeout = '{STILL}'; "
    f"SELECT pg_advisory_xact_lock({WRITERS})",
}
"""What begins a batch, in one journey to the server.

On PostgreSQL the services that share a database write in turn, as jobs on one file do. So rows of
the journal become visible in the order of their positions (a sequence alone gives no such order:
``bigserial > last`` loses the row of whoever began first and committed last), and no two services
can meet in a deadlock, whatever they lock in whatever order. The lock is asked for before the
first savepoint: one that a job asks for is given back when that job is undone.
"""

IN_VAIN = 1.0
"""Seconds after which a connection that fails was waited for; one that was lost says so at once."""

LAST_JOB = ("RELEASE SAVEPOINT job",)
NEXT_JOB = {
    "sqlite": ("RELEASE SAVEPOINT job", "SAVEPOINT job"),
    "postgresql": ("RELEASE SAVEPOINT job; SAVEPOINT job",),
}
"""What ends a job within a batch, and begins the next: on a server in one journey."""

BEGIN_READING = {
    "sqlite": "BEGIN",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class Base(Protocol):
    """An opened database: see :mod:`crisis.store.sqlite`. Its connections begin nothing alone."""

    writer: Engine
    readers: Engine

    def commit(self, stirred: Collection[Stir]) -> str:
        """The statement that ends a batch."""

    def committed(self, stirred: Collection[Stir]) -> None:
        """It has ended, and stands."""

    def listen(self) -> Bell:
        """Hear of every commit from now on."""

    def close(self) -> None:
        """Give back what holds it open."""


class Connections:
    """Begins transactions; what the driver raises goes through, see ``errors``.

    A connection that was lost while it lay idle costs nobody anything: the transaction begins on
    a new one.
    """

    def __init__(self, base: Base) -> None:
        dialect = base.writer.dialect
        self.errors = (dialect.loaded_dbapi.Error, DBAPIError)
        self.passing = (dialect.loaded_dbapi.OperationalError,)
        self._base = base
        self._begin_writing = BEGIN_WRITING[dialect.name]
        self._begin_reading = BEGIN_READING[dialect.name]
        self._writer: PoolProxiedConnection | None = base.writer.raw_connection()
        self._idle: deque[PoolProxiedConnection] = deque()

    # --- to write ---

    def begin(self) -> Any:
        """A cursor in a transaction that writes."""
        if self._writer is not None:
            try:
                return self._begun(self._writer)
            except self.errors:
                if self.undo():  # the server is there, and refuses
                    raise
        self._writer = self._base.writer.raw_connection()
        return self._begun(self._writer)

    def _begun(self, connection: PoolProxiedConnection) -> Any:
        cursor = connection.cursor()
        cursor.execute(self._begin_writing)
        return cursor

    def undo(self) -> bool:
        """Roll back what is being written; False where the connection was lost: it is let go."""
        if self._writer is None:
            return False
        try:
            self._writer.rollback()
        except self.errors:
            self._writer.invalidate()
            self._writer = None
            return False
        return True

    # --- to read ---

    def look(self, pin: str) -> tuple[PoolProxiedConnection, Any]:
        """A connection, and a cursor in a view that the statement ``pin`` ties to this moment."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread took the last
                break
            began = monotonic()
            try:
                return connection, self._pinned(connection, pin)
            except self.errors:
                connection.invalidate()
                self._let_go_of_idle()
                if monotonic() - began >= IN_VAIN:
                    raise  # a server that says nothing: a new connection would hear no more
        connection = self._base.readers.raw_connection()
        try:
            return connection, self._pinned(connection, pin)
        except BaseException:
            connection.invalidate()
            raise

    def _let_go_of_idle(self) -> None:
        """What made one fail has made them all fail: each would take its time to say so."""
        while self._idle:
            try:
                self._idle.pop().invalidate()
            except IndexError:  # another thread took the last
                return

    def _pinned(self, connection: PoolProxiedConnection, pin: str) -> Any:
        cursor = connection.cursor()
        cursor.execute(self._begin_reading)
        cursor.execute(pin)
        cursor.fetchall()
        return cursor

    def looked(self, connection: PoolProxiedConnection) -> None:
        """End a view; what was lost meanwhile is let go, for what was read has been read."""
        try:
            connection.rollback()
        except self.errors:
            connection.invalidate()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Give everything back."""
        for connection in (*self._idle, *([self._writer] if self._writer else [])):
            connection.invalidate()
        self._idle.clear()
        self._writer = None
        self._base.close()
