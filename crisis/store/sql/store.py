"""The store in a database: one writer, any number of readers, one commit for all that wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from crisis.ports import Job, Unavailable, View
from crisis.store.sql.beside import BesideUnit, BesideView
from crisis.store.sql.journal import JournalUnit, JournalView
from crisis.store.sql.ledger import LedgerUnit, LedgerView
from crisis.store.sql.statements import Statements

BEGIN_WRITING = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}
BEGIN_READING = {
    "sqlite": "BEGIN",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class SqlView(JournalView, LedgerView, BesideView):
    """All that may be read."""

    __slots__ = ()


class SqlUnit(JournalUnit, LedgerUnit, BesideUnit):
    """All that may be written."""

    __slots__ = ()


class Base(Protocol):
    """An opened database: see :mod:`crisis.store.sqlite`. Its connections begin nothing alone."""

    writer: Engine
    readers: Engine

    def close(self) -> None:
        """Give back what holds it open."""


class SqlStore:
    """Keeps its promises by those of the database: see :class:`crisis.ports.Store`."""

    def __init__(self, base: Base) -> None:
        dialect = base.writer.dialect
        self._base = base
        self._driver_error: type[Exception] = dialect.loaded_dbapi.Error
        self._statements = Statements.of(dialect, dialect.loaded_dbapi.IntegrityError)
        self._begin_writing = BEGIN_WRITING[dialect.name]
        self._begin_reading = BEGIN_READING[dialect.name]
        self._writer = base.writer.raw_connection()
        self._idle: deque[PoolProxiedConnection] = deque()

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """One transaction, with a savepoint for each job."""
        if not jobs:
            return []
        cursor = self._writer.cursor()
        try:
            cursor.execute(self._begin_writing)
            answers = [self._answer(cursor, job) for job in jobs]
            cursor.execute("COMMIT")
        except BaseException as error:
            self._writer.rollback()
            if isinstance(error, self._driver_error):
                raise Unavailable(f"nothing could be written: {error}") from error
            raise
        finally:
            cursor.close()
        return answers

    def _answer(self, cursor: Any, job: Job[Any]) -> Any | Exception:
        """What the job answers; what it wrote is undone when it raises.

        Where the database itself gave up the transaction (a full disk), there is no savepoint
        any more, and that ends the batch: no job is told that it stands when it does not.
        """
        cursor.execute("SAVEPOINT job")
        try:
            answer = job(SqlUnit(cursor, self._statements))
        except Exception as error:  # noqa: BLE001 - the contract: the error is the answer
            answer = error
            try:
                cursor.execute("ROLLBACK TO SAVEPOINT job")
            except self._driver_error:
                raise Unavailable(f"the transaction was given up: {error}") from error
        cursor.execute("RELEASE SAVEPOINT job")
        return answer

    @contextmanager
    def read(self) -> Iterator[View]:
        """A transaction that only reads, pinned to this moment by its first statement."""
        try:
            connection = self._idle.pop() if self._idle else self._base.readers.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(self._begin_reading)
                cursor.execute(self._statements.beside.clock)
                cursor.fetchall()
                yield SqlView(cursor, self._statements)
                cursor.close()
                connection.rollback()
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)
        except (self._driver_error, DBAPIError) as error:
            raise Unavailable(f"nothing can be read: {error}") from error

    def close(self) -> None:
        """Give back connections, files and the lock."""
        for connection in (self._writer, *self._idle):
            connection.close()
        self._idle.clear()
        self._base.close()
