"""How a statement of SQLAlchemy becomes the text that a driver runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, Column, Dialect, Table, and_, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from crisis.store.schema import spelt
from crisis.store.shape import Shape

INSERT: dict[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""The insert of each database that knows what to do with a row that stands already."""

Values = dict[str, BindParameter[Any]]
"""Columns and the parameters that they are given."""

CHUNK = 32
"""So many ids are looked up at once; fewer are filled up by repeating the last."""

AMONG = " ".join(f"one_{number}" for number in range(CHUNK))
"""The parameters of :func:`among`."""


class Compiled:
    """Statements for one kind of database, compiled when the first store of it is opened.

    Each names its parameters in their order; they are given by position.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._insert = INSERT[dialect.name]

    def _sql(self, statement: Any, takes: str = "") -> str:
        """The text of a statement; AssertionError when it takes other parameters than named."""
        compiled = statement.compile(dialect=self._dialect)
        order = compiled.positiontup or []
        if order != takes.split():
            raise AssertionError(f"parameters come as {order}, not as {takes!r}: {compiled}")
        return str(compiled)

    def _add(self, table: Table, shape: Shape[Any]) -> str:
        """Insert a row of this shape; one that stands already is left, and not counted."""
        values: Values = {name: bindparam(name) for name in shape.written}
        statement = self._insert(table).values(values).on_conflict_do_nothing()
        return self._sql(statement, " ".join(shape.written))


def given(*columns: Column[Any]) -> Any:
    """Each column equals its parameter, which is called ``this_`` and the column's name."""
    return and_(*(column == bindparam(f"this_{column.name}") for column in columns))


def among(column: Column[Any]) -> Any:
    """The column is one of ``CHUNK`` parameters."""
    return column.in_([bindparam(f"one_{number}") for number in range(CHUNK)])


def first(statement: Any) -> Any:
    """Only the first rows, as many as the parameter ``limit`` says."""
    return statement.limit(bindparam("limit")).offset(spelt(0))
