"""Between a row of a table and the dataclass that the contract speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Table

Row = TypeVar("Row")
Change = Callable[[Any], Any]


class Shape(Generic[Row]):
    """Turns rows of one table into ``row_type`` and back, as the types of its columns say.

    ``columns`` stand in the order of the dataclass's fields. ``written`` are their names without
    the one whose value only the database gives; ``values`` answers these of a row, in that order.
    """

    def __init__(
        self, row_type: type[Row], table: Table, dialect: Dialect, *, given: str | None = None
    ) -> None:
        self._row_type = row_type
        self._names = [field.name for field in fields(row_type)]  # type: ignore[arg-type]  # always a dataclass
        self._kinds = {name: table.c[name].type.dialect_impl(dialect) for name in self._names}
        self._dialect = dialect
        self._changes = _changes(
            kind.result_processor(dialect, None) for kind in self._kinds.values()
        )
        self.columns = [table.c[name] for name in self._names]
        self.written = [name for name in self._names if name != given]
        self.values = self.writer(self.written)

    def writer(self, names: Sequence[str]) -> Callable[[Row], list[Any]]:
        """How to get the values of some columns, in this order, as the driver takes them."""
        pick = attrgetter(*names)
        changes = _changes(self._kinds[name].bind_processor(self._dialect) for name in names)

        def values(row: Row) -> list[Any]:
            picked = list(pick(row))
            for place, change in changes:
                picked[place] = change(picked[place])
            return picked

        return values

    def row(self, values: Sequence[Any]) -> Row:
        """The row that was read; ``values`` beyond its columns are left aside."""
        changed = list(values)
        for place, change in self._changes:
            changed[place] = change(changed[place])
        return self._row_type(**dict(zip(self._names, changed, strict=False)))

    def rows(self, found: Iterable[Sequence[Any]]) -> list[Row]:
        """All rows that were read."""
        return [self.row(values) for values in found]


def _changes(changes: Iterable[Change | None]) -> list[tuple[int, Change]]:
    """Only the places where something has to be done."""
    return [(place, change) for place, change in enumerate(changes) if change is not None]
