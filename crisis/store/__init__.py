"""Where incidents, messages and deliveries are kept: memory, one SQLite file, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from crisis.ports import Store
from crisis.store.memory import MemoryStore
from crisis.store.refused import StoreAway, StoreRefused

__all__ = ["MemoryStore", "StoreAway", "StoreRefused", "open_store"]


def open_store(where: str | Path, *, upgrading: bool = True) -> Store:
    """Open a store: ``memory:``, the path of an SQLite file, or the address of a database.

    A file is made where it is missing, and owned by one service. A database of PostgreSQL
    (``postgresql://USER@HOST/DATABASE``) stands already, and any number of services share it;
    whoever only looks at it brings it to no newer schema (``upgrading=False``): what still runs on
    the older one could not start again.

    StoreRefused, with what to do about it, when it cannot be opened: another service owns the
    file, its folder does not exist, the server is away, another version wrote it, it is damaged.
    """
    if where == "memory:":
        return MemoryStore()
    from crisis.store.sql.store import SqlStore

    if isinstance(where, str) and where.startswith(("postgresql:", "postgresql+", "postgres:")):
        from crisis.store.postgres import PostgresBase

        return SqlStore(PostgresBase(where, upgrading=upgrading))
    from crisis.store.sqlite import SqliteBase

    return SqlStore(SqliteBase(Path(where)))
