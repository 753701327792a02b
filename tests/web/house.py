"""The pages in front of the real rules: a whole organisation on a store in memory, no dispatch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from crisis.config import read_folder, write_template
from crisis.organisation import Organisation
from crisis.ports import Store
from crisis.runtime.embedded import Embedded
from crisis.store.memory import MemoryStore
from tests.web.fakes import OPERATOR_TOKEN, Visitor, serving


class Everything(dict[str, str]):
    """A secret for every name: no channel is ever used here."""

    def __missing__(self, key: str) -> str:
        """The same word for each."""
        return f"{key}-secret"

    def get(self, key: str, default: str | None = None) -> str:  # type: ignore[override]  # never None
        """Like the brackets."""
        del default
        return self[key]


@cache
def folder() -> Mapping[str, str]:
    """The organisation that ``crisis init`` writes."""
    with TemporaryDirectory() as place:
        write_template(Path(place) / "org")
        return read_folder(Path(place) / "org")


@cache
def organisation() -> Organisation:
    """The same, read once for all tests."""
    return Organisation.from_files(folder(), version=1)


@asynccontextmanager
async def open_house(
    store: Store | None = None, files: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Visitor, Embedded]]:
    """A visitor at the door of a service that decides by the real rules and sends nothing.

    ``files``: an organisation that differs from the one which ``crisis init`` writes.
    """
    store = store or MemoryStore()
    at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    store.transact([lambda unit: unit.add_configuration(files or folder(), at=at)])
    read_already = Organisation.from_files(files, version=1) if files else organisation()
    with patch("crisis.runtime.world.Organisation.from_files", lambda *_, **__: read_already):
        service = Embedded(
            store=store, secrets=Everything(), link_secret="x" * 32, operator_token=OPERATOR_TOKEN
        )
    writing = asyncio.create_task(service.writer.run())
    async with serving(service) as visitor:
        yield visitor, service
    writing.cancel()
    await service.close()
