"""Every store that the contract is held against. Another one is another entry of ``OPENERS``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crisis.ports import Store
from crisis.store import open_store


def copied(test: pytest.FixtureRequest) -> Path:
    """A file of the test's own, which has the schema: to make it anew takes longer than a test."""
    path: Path = test.getfixturevalue("tmp_path") / "crisis.db"
    shutil.copy(test.getfixturevalue("with_schema"), path)
    return path


OPENERS: dict[str, Callable[[pytest.FixtureRequest], Store]] = {
    "memory": lambda _: open_store("memory:"),
    "sqlite": lambda test: open_store(copied(test)),
    "postgresql": lambda test: open_store(test.getfixturevalue("database")),
}


@pytest.fixture(scope="session")
def with_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema, and nothing in it."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(path).close()
    return path


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = OPENERS[request.param](request)
    yield opened
    opened.close()
