"""Doors of a store that hangs: whoever waits at one is told in time, and told the truth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from crisis.ports import InDoubt, QuarantineRow, Unavailable, Unit
from crisis.runtime import front as fronting
from crisis.runtime.clock import ServiceClock
from crisis.runtime.decider import Decider, nobody
from crisis.runtime.front import Front
from crisis.store.memory import MemoryStore
from tests.unit.runtime.test_writer import Hanging, stopped
from tests.web.house import Everything, folder, organisation

T = TypeVar("T")

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROW = QuarantineRow(id="q-1", at=AT, door="reports", source="desk", reason="no JSON", body=b"{")


class Brokers:
    """They keep whatever they are given."""

    def __init__(self) -> None:
        self.kept: list[bytes | None] = []

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        """At once."""
        del topic, key, headers
        self.kept.append(value)
        return None


@pytest.fixture
def brokers() -> Brokers:
    """Those of this front."""
    return Brokers()


@pytest.fixture
async def front(monkeypatch: pytest.MonkeyPatch, brokers: Brokers) -> AsyncIterator[Front]:
    """Doors on a store that hangs, and their writer at work."""
    monkeypatch.setattr(fronting, "KEPT_WITHIN", 0.1)
    monkeypatch.setattr(fronting, "WRITTEN_WITHIN", 0.1)
    store = Hanging()
    MemoryStore.transact(store, [lambda unit: unit.add_configuration(folder(), at=AT)])
    front = Front(
        store=store, secrets=Everything(), link_secret="s" * 40, operator_token="t" * 40,
        producer=brokers, topics=("reports", "commands", "receipts"), abilities={},
        known=[organisation()],
    )  # fmt: skip
    work = asyncio.create_task(front.writer.run())
    yield front
    store.goes_on.set()
    await stopped(work)
    front.writer.close()


async def test_nobody_waits_for_ever_at_a_door(front: Front) -> None:
    """What is under way may stand, and what comes behind it was not done: each is told which."""
    with pytest.raises(InDoubt):
        await front.apply(folder())
    with pytest.raises(Unavailable, match="nothing was written"):
        await front.apply(folder())
    with pytest.raises(Unavailable, match="nothing was written"):
        await front.unpark("i-1")


async def test_a_body_that_waits_for_the_store_is_kept_by_the_brokers_alone(
    front: Front, brokers: Brokers
) -> None:
    """G1: it is shown to people once, for what was given up is not written as well."""
    with pytest.raises(InDoubt):
        await front.apply(folder())
    await front.quarantine(ROW)
    assert brokers.kept == [ROW.body]
    front.store.goes_on.set()  # type: ignore[attr-defined]  # it hangs
    await front.writer(lambda unit: unit.configuration(), within=10)
    with front.store.read() as view:
        assert view.quarantined() == []


async def test_an_incident_let_go_on_is_in_doubt_until_it_is_tried() -> None:
    """The store falls silent between the two: it is not said that nothing was done."""
    jobs: list[object] = []

    async def write(job: Callable[[Unit], T], /) -> T:
        jobs.append(job)
        if len(jobs) > 1:
            raise Unavailable("silent")
        return None  # type: ignore[return-value]  # it was let go on

    decider = Decider(
        store=MemoryStore(), write=write, organisation=lambda _: organisation(),
        clock=ServiceClock(), abilities={}, tell=nobody,
    )  # fmt: skip
    with pytest.raises(InDoubt, match=r"let go on.*silent"):
        await decider.unpark("i-1")
