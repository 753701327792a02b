"""Every store that the contract is held against. Another one is another entry of ``OPENERS``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from crisis.ports import Store
from crisis.store import open_store

OPENERS: dict[str, Callable[[pytest.FixtureRequest], Store]] = {
    "memory": lambda _: open_store("memory:"),
    "sqlite": lambda test: open_store(test.getfixturevalue("tmp_path") / "crisis.db"),
    "postgresql": lambda test: open_store(test.getfixturevalue("database")),
}


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = OPENERS[request.param](request)
    yield opened
    opened.close()
