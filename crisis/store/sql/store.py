"""The store in a database: one writer, any number of readers, one commit for all that wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from crisis.ports import Bell, InDoubt, Job, Stir, Unavailable, View
from crisis.store.sql.beside import BesideUnit, BesideView
from crisis.store.sql.connections import LAST_JOB, NEXT_JOB, Base, Connections
from crisis.store.sql.journal import JournalUnit, JournalView
from crisis.store.sql.ledger import LedgerUnit, LedgerView
from crisis.store.sql.statements import Statements


class SqlView(JournalView, LedgerView, BesideView):
    """All that may be read."""

    __slots__ = ()


class Reading:
    """A cursor whose errors say that the store is away, also to whoever reads in mid-view."""

    __slots__ = ("_cursor", "_errors")

    def __init__(self, cursor: Any, errors: tuple[type[Exception], ...]) -> None:
        self._cursor, self._errors = cursor, errors

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Self:
        """Ask."""
        try:
            self._cursor.execute(sql, values)
        except self._errors as error:
            raise Unavailable(f"nothing can be read: {error}") from error
        return self

    def fetchall(self) -> Any:
        """Every row."""
        try:
            return self._cursor.fetchall()
        except self._errors as error:
            raise Unavailable(f"nothing can be read: {error}") from error

    def fetchone(self) -> Any:
        """The next row, or None."""
        try:
            return self._cursor.fetchone()
        except self._errors as error:
            raise Unavailable(f"nothing can be read: {error}") from error


class SqlUnit(JournalUnit, LedgerUnit, BesideUnit):
    """All that may be written."""

    __slots__ = ()


class SqlStore:
    """Keeps its promises by those of the database: see :class:`crisis.ports.Store`.

    Jobs are never run again by themselves: each runs once. What passes by itself (a deadlock with
    a session that is not ours, a serialisation failure, a lock that was not given in time) is
    Unavailable for the job that met it, which is undone alone; the others stand. A connection
    that is lost in a batch is Unavailable for the batch, and nothing of it stands; lost at its
    commit it may stand, and that is InDoubt: a command that comes again finds its decision, if
    there is one. The next batch is written on a new connection.
    """

    def __init__(self, base: Base) -> None:
        dialect = base.writer.dialect
        self._statements = Statements.of(dialect, dialect.loaded_dbapi.IntegrityError)
        self._base = base
        self._connections = Connections(base)
        self._next_job = NEXT_JOB[dialect.name]

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """One transaction, with a savepoint for each job."""
        if not jobs:
            return []
        line = self._connections
        stirred: set[Stir] = set()
        try:
            cursor = line.begin()
            cursor.execute("SAVEPOINT job")
            answers = [self._answer(cursor, job, stirred, self._next_job) for job in jobs[:-1]]
            answers.append(self._answer(cursor, jobs[-1], stirred, LAST_JOB))
        except BaseException as error:
            line.undo()
            if isinstance(error, line.errors):
                raise Unavailable(f"nothing could be written: {error}") from error
            raise
        try:
            cursor.execute(self._base.commit(stirred))
        except BaseException as error:
            undone = line.undo()
            if isinstance(error, line.errors):
                if undone:
                    raise Unavailable(f"nothing could be written: {error}") from error
                raise InDoubt(f"lost at the commit, it may stand: {error}") from error
            raise
        cursor.close()
        self._base.committed(stirred)
        return answers

    def _answer(
        self, cursor: Any, job: Job[Any], stirred: set[Stir], then: Sequence[str]
    ) -> Any | Exception:
        """What the job answers; undone when it raises. ``then`` goes on from its savepoint.

        Where the database itself gave up the transaction (a full disk), there is no savepoint
        any more, and that ends the batch: no job is told that it stands when it does not.
        """
        unit = SqlUnit(cursor, self._statements)
        try:
            answer = job(unit)
            for statement in then:
                cursor.execute(statement)
        except Exception as error:  # noqa: BLE001 - the contract: the error is the answer
            try:
                cursor.execute("ROLLBACK TO SAVEPOINT job")
                for statement in then:
                    cursor.execute(statement)
            except self._connections.errors:
                raise Unavailable(f"nothing could be written: {error}") from error
            return self._said(error)
        stirred |= unit.stirred
        return answer

    def _said(self, error: Exception) -> Exception:
        """The error of a job; what passes by itself is no fault of the job."""
        if not isinstance(error, self._connections.passing):
            return error
        unavailable = Unavailable(f"the job was given up by the database: {error}")
        unavailable.__cause__ = error
        return unavailable

    @contextmanager
    def read(self) -> Iterator[View]:
        """A transaction that only reads, pinned to this moment by its first statement."""
        line = self._connections
        try:
            connection, cursor = line.look(self._statements.beside.clock)
            try:
                yield SqlView(Reading(cursor, line.errors), self._statements)
            finally:
                line.looked(connection)
        except line.errors as error:
            raise Unavailable(f"nothing can be read: {error}") from error

    def listen(self) -> Bell:
        """Hear of every commit from now on."""
        return self._base.listen()

    def close(self) -> None:
        """Give back connections, files and the lock."""
        self._connections.close()
