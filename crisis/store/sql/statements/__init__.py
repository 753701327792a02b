"""Every statement, named, in one place with a line of purpose each.

They are written once, in SQLAlchemy, and compiled to the text of a database when the first store of
its kind is opened. The driver runs that text, so that a statement costs what it costs the bare
driver.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Dialect

from crisis.store.sql.statements.beside import BesideStatements
from crisis.store.sql.statements.journal import JournalStatements
from crisis.store.sql.statements.ledger import LedgerStatements


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The three families, for one database."""

    journal: JournalStatements
    ledger: LedgerStatements
    beside: BesideStatements
    taken: type[Exception]
    """What the driver raises when something unique is taken."""

    @classmethod
    def of(cls, dialect: Dialect, taken: type[Exception]) -> Statements:
        """All statements, compiled; once for all stores that one driver opens."""
        kind = dialect.name, dialect.driver, dialect.paramstyle, taken
        known = _COMPILED.get(kind)
        if known is None:
            known = _COMPILED[kind] = cls(
                journal=JournalStatements(dialect),
                ledger=LedgerStatements(dialect),
                beside=BesideStatements(dialect),
                taken=taken,
            )
        return known


_COMPILED: dict[tuple[str, str, str, type[Exception]], Statements] = {}
