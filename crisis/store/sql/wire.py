"""What every view and unit shares: a cursor of the driver, and the statements of its database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crisis.ports import Stir
from crisis.store.sql.statements import Statements
from crisis.store.sql.statements.compiled import CHUNK


class Wire:
    """Runs named statements in the transaction that its cursor is in."""

    __slots__ = ("_cursor", "_sql", "stirred")

    def __init__(self, cursor: Any, statements: Statements) -> None:
        self._cursor = cursor
        self._sql = statements
        self.stirred: set[Stir] = set()
        """What others hear of once it is committed."""

    def _all(self, sql: str, *values: Any) -> list[Any]:
        """Every row that a statement finds."""
        self._cursor.execute(sql, values)
        return self._cursor.fetchall()  # type: ignore[no-any-return]  # the driver's

    def _one(self, sql: str, *values: Any) -> Any:
        """The only row, or None."""
        self._cursor.execute(sql, values)
        return self._cursor.fetchone()

    def _value(self, sql: str, *values: Any) -> Any:
        """The only column of the only row, or None."""
        row = self._one(sql, *values)
        return row[0] if row else None

    def _write(self, sql: str, values: Sequence[Any]) -> int:
        """How many rows one statement has written."""
        self._cursor.execute(sql, values)
        return self._cursor.rowcount  # type: ignore[no-any-return]  # the driver's

    def _write_all(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """How many rows a statement has written in all, run with each of these.

        One row goes alone: the pipeline in which the driver of PostgreSQL sends many costs it
        more, and keeps the server from noticing that we stand still afterwards
        (``idle_in_transaction_session_timeout``).
        """
        if not rows:
            return 0
        if len(rows) == 1:
            return self._write(sql, rows[0])
        self._cursor.executemany(sql, rows)
        return self._cursor.rowcount  # type: ignore[no-any-return]  # the driver's

    def _among(self, sql: str, ids: Sequence[str]) -> Iterator[Any]:
        """Every row that a statement finds for any number of ids, a chunk at a time."""
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            filled = [*chunk, *[chunk[-1]] * (CHUNK - len(chunk))]
            yield from self._all(sql, *filled)
