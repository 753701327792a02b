"""Every store that the contract is held against. Another one is another entry of ``OPENERS``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crisis.ports import Store
from crisis.store import open_store

OPENERS: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: open_store("memory:"),
    "sqlite": lambda folder: open_store(folder / "crisis.db"),
}


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()
