"""Where incidents, messages and deliveries are kept: in memory, or in one SQLite file."""

from __future__ import annotations

from pathlib import Path

from crisis.ports import Store
from crisis.store.memory import MemoryStore

__all__ = ["MemoryStore", "open_store"]


def open_store(where: str | Path) -> Store:
    """Open the store at ``where``: ``memory:``, or the path of a file."""
    if where == "memory:":
        return MemoryStore()
    raise ValueError(f"{where}: only memory: is kept so far")
