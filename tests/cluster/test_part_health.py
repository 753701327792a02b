"""Whether the parts of this machine get on: what a stuck one looks like from outside, and what not.

As whoever starts them anew would see it: a check that is wrong either leaves a dead one in place,
or takes down all of them at once.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from crisis.cli.checkup import Finding
from crisis.cli.doctor import PartKind
from crisis.cli.part_health import look_at_parts
from crisis.cli.speech import language
from crisis.dispatch.line import Line
from crisis.ports import Store
from crisis.runtime.gate import Gate
from crisis.runtime.groups import readers
from crisis.runtime.work import Work
from tests.cluster.site import CLOCK, WITHIN, Site, report

pytestmark = pytest.mark.kafka

WORKER, DISPATCH = PartKind.WORKER, PartKind.DISPATCH


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads it reads English; and a story has no minute to lose."""
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()
    monkeypatch.setattr("crisis.runtime.health.LATE", timedelta(seconds=0.5))


async def findings(kind: PartKind, site: Site, store: Store) -> list[Finding]:
    """What is found of the parts of this kind."""
    return list((await look_at_parts(kind, site.names, store, CLOCK)).findings)


async def joined(site: Site, group: str) -> None:
    """Wait until somebody reads for the group."""
    async with asyncio.timeout(WITHIN.total_seconds()):
        while not any((await readers(site.names.bootstrap, group) or {}).values()):  # noqa: ASYNC110 - other members
            await asyncio.sleep(0.1)


async def hang(*_: Any) -> None:
    """Never come back."""
    await asyncio.Event().wait()


async def test_whoever_has_nothing_to_do_is_well(site: Site, store: Store) -> None:
    """A quiet night is no reason to start anything anew; and one that has left the group is."""
    for kind, group in ((WORKER, site.names.workers), (DISPATCH, site.names.dispatchers)):
        [nobody] = await findings(kind, site, store)
        assert nobody.severity == "error"
        assert group in nobody.what
    async with site.worker(), site.dispatcher("one"):
        await joined(site, site.names.workers)
        await joined(site, site.names.dispatchers)
        assert await findings(WORKER, site, store) == []
        assert await findings(DISPATCH, site, store) == []


async def test_a_worker_that_stands_still_is_found_unless_the_store_is_away(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: it lives and reads, and decides nothing; without a store nobody could."""
    monkeypatch.setattr(Work, "_act", hang)
    async with site.worker(), site.door(store) as door:
        await joined(site, site.names.workers)
        await door.keep(report(0))
        await asyncio.sleep(0.6)
        [stuck] = await findings(WORKER, site, store)
        assert stuck.severity == "error"
        assert site.names.reports in stuck.where
        [away] = await findings(WORKER, site, Gate(store, "gone"))
        assert (away.severity, away.where) == ("warning", "store")


async def test_another_machine_is_not_answered_for(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits in the partitions of one that stands still is no fault of the others."""
    monkeypatch.setattr(Work, "_act", hang)
    async with site.worker(), site.door(store) as door:
        await joined(site, site.names.workers)
        await door.keep(report(0))
        await asyncio.sleep(0.6)
        found = await readers(site.names.bootstrap, site.names.workers)
        assert found is not None
        both = {
            "crisis-elsewhere-7": next(iter(found.values())),
            **dict.fromkeys(found, frozenset()),
        }

        async def answered(*_: Any) -> Any:
            return both

        monkeypatch.setattr("crisis.cli.part_health.readers", answered)
        assert await findings(WORKER, site, store) == []

        async def changing(*_: Any) -> Any:
            return None

        monkeypatch.setattr("crisis.cli.part_health.readers", changing)
        [anybody] = await findings(WORKER, site, store)
        assert site.names.reports in anybody.where, "while they change hands, all of them"


async def test_a_dispatcher_that_claims_nothing_is_found(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: it reads its topic, and what the ledger owes lies there."""
    monkeypatch.setattr(Line, "_claim", hang)
    async with site.worker(), site.dispatcher("one"), site.door(store) as door:
        await joined(site, site.names.dispatchers)
        await door.submit(report(0), wait=WITHIN)
        await asyncio.sleep(0.6)
        [stuck] = await findings(DISPATCH, site, store)
        assert (stuck.severity, stuck.where) == ("error", "dispatch: ledger")
