"""Where incidents, messages and deliveries are kept: in memory, or in one SQLite file."""

from __future__ import annotations

from pathlib import Path

from crisis.ports import Store
from crisis.store.memory import MemoryStore
from crisis.store.refused import StoreRefused

__all__ = ["MemoryStore", "StoreRefused", "open_store"]


def open_store(where: str | Path) -> Store:
    """Open the store at ``where``: ``memory:``, or the path of an SQLite file (made if missing).

    StoreRefused, with what to do about it, when it cannot be opened: another service owns the
    file, its folder does not exist, a newer version wrote it, it is damaged.
    """
    if where == "memory:":
        return MemoryStore()
    from crisis.store.sql.store import SqlStore

    if isinstance(where, str) and where.startswith(("postgresql:", "postgresql+", "postgres:")):
        from crisis.store.postgres import PostgresBase

        return SqlStore(PostgresBase(where))
    from crisis.store.sqlite import SqliteBase

    return SqlStore(SqliteBase(Path(where)))
