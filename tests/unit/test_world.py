"""A version of the organisation is read once, whether it can be read or not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crisis.organisation import Organisation
from crisis.runtime.world import World
from crisis.store.memory import MemoryStore
from crisis.yamlfile import NotAcceptable

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def test_a_version_that_cannot_be_read_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """G13: messages of an incident that is pinned to it ask again and again, and cost nothing."""
    store = MemoryStore()
    store.transact([lambda unit: unit.add_configuration({"settings.yaml": "x: 1"}, at=NOON)])
    read, times = Organisation.from_files, []

    def counted(*given: Any, **named: Any) -> Organisation:
        times.append(1)
        return read(*given, **named)

    monkeypatch.setattr(Organisation, "from_files", counted)
    world = World(store)
    for _ in range(3):
        with pytest.raises(NotAcceptable):
            world.organisation(1)
    assert len(times) == 1
