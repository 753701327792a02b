"""The timeline topic, published from the journal: at least once, in order, by one at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from crisis.ports import Clock, Recorded, Store, StreamRow, Unavailable, Unit
from crisis.runtime import publish
from crisis.runtime.publish import LEASE, Publisher
from crisis.runtime.writer import GroupWriter
from crisis.store import open_store
from tests.house.source import ROOT

TOPIC = "timeline"
GOLDEN = ROOT / "tests" / "golden" / "journals" / "flood-1.jsonl"


class Real:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """That time."""
        return self.at

    real = now


class Topic:
    """Keeps what is sent, but for what it is told to lose."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, dict[str, Any]]] = []
        self.headers: set[tuple[str, bytes]] = set()
        self.fails_at: str | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        """Keep a message."""
        await self.open.wait()
        event = json.loads(value or b"")
        if event["id"] == self.fails_at:
            self.fails_at = None
            raise Unavailable("this one is lost")
        assert topic == TOPIC
        self.kept.append(((key or b"").decode(), event))
        self.headers.update(headers or ())
        return None

    def ids(self) -> list[str]:
        """What was told, repeats dropped."""
        return list(dict.fromkeys(event["id"] for _, event in self.kept))


def journal() -> list[Recorded]:
    """The journal of a flood."""
    names = {field.name for field in fields(Recorded)}
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    kept = [{name: value for name, value in row.items() if name in names} for row in rows]
    return [Recorded(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in kept]


JOURNAL = journal()


def by_stream(ids: Sequence[str]) -> dict[str, list[int]]:
    """Stream -> the places of its events, in the order in which they were told."""
    told: dict[str, list[int]] = {}
    for id_ in ids:
        stream, seq = id_.rsplit("/", 1)
        told.setdefault(stream, []).append(int(seq))
    return told


def in_order(ids: Sequence[str]) -> bool:
    """Whether the whole journal was told, each stream in its order."""
    return by_stream(ids) == by_stream([f"{r.stream}/{r.stream_id}/{r.seq}" for r in JOURNAL])


@pytest.fixture
def store() -> Store:
    """The journal of a flood, as it is durable."""
    opened = open_store("memory:")

    def job(unit: Unit) -> None:
        unit.append(JOURNAL)
        for kind, id_ in sorted({(row.stream, row.stream_id) for row in JOURNAL}):
            unit.save_stream(
                StreamRow(
                    stream=kind, stream_id=id_, version=1, head="", exercise=kind == "incident",
                    config_version=1,
                ),
                expected_version=0,
            )  # fmt: skip

    assert opened.transact([job]) == [None]
    return opened


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK", "ASIDE"):
        monkeypatch.setattr(publish, name, 0.0)


@asynccontextmanager
async def publisher(
    store: Store, topic: Topic, clock: Real, *, cluster: str = "one"
) -> AsyncIterator[Publisher]:
    """A process that could publish; it does when the test says so."""
    write = GroupWriter(store)
    writing = asyncio.create_task(write.run())
    try:
        yield Publisher(
            store=store, write=write, clock=cast("Clock", clock), producer=topic, topic=TOPIC,
            cluster=cluster,
        )  # fmt: skip
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        write.close()


async def test_the_whole_journal_is_told_in_order_and_once(store: Store) -> None:
    """G11: every event, under the key of its stream, marked as a CloudEvent; then no more."""
    topic = Topic()
    async with publisher(store, topic, Real()) as one:
        for _ in range(5):
            await one.turn()
    assert len(topic.kept) == len(JOURNAL)
    assert in_order(topic.ids())
    assert all(key == event["partitionkey"] for key, event in topic.kept)
    assert topic.headers == {("content-type", b"application/cloudevents+json")}


async def test_an_exercise_says_so_in_every_envelope(store: Store) -> None:
    """G9: nobody who listens takes a drill for the real thing."""
    topic = Topic()
    async with publisher(store, topic, Real()) as one:
        await one.turn()
    drills = {event["id"].startswith("incident/"): event["exercise"] for _, event in topic.kept}
    assert drills == {True: True, False: False}


async def test_what_is_lost_on_the_way_is_told_again_in_order(store: Store) -> None:
    """G1: a send that failed is repeated, and nothing of its stream went before it."""
    topic = Topic()
    topic.fails_at = "incident/i-7c1f0b52/3"
    async with publisher(store, topic, Real()) as one:
        await one.turn()
        assert "incident/i-7c1f0b52/4" not in topic.ids()
        await one.turn()
    assert len(topic.kept) > len(JOURNAL)
    assert in_order(topic.ids())


async def test_another_takes_over_only_when_the_lease_has_ended(store: Store) -> None:
    """One publishes at a time; the next goes on where it had come to, and repeats nothing."""
    first, second, clock = Topic(), Topic(), Real()
    async with publisher(store, first, clock) as one, publisher(store, second, clock) as two:
        await one.turn()
        await two.turn()
        assert second.kept == []
        more = replace(JOURNAL[-1], seq=JOURNAL[-1].seq + 1)
        store.transact([lambda unit: unit.append([more])])
        clock.at += LEASE
        await two.turn()
        await two.turn()
    assert [event["id"] for _, event in second.kept] == [
        f"{more.stream}/{more.stream_id}/{more.seq}"
    ]


async def test_one_that_stood_still_past_its_lease_repeats_and_takes_nothing_back(
    store: Store,
) -> None:
    """G1: it finds out when it wants to note how far it has come, and publishes no more."""
    slow, quick, clock = Topic(), Topic(), Real()
    slow.kept = quick.kept
    async with publisher(store, slow, clock) as zombie, publisher(store, quick, clock) as other:
        slow.open.clear()
        stands_still = asyncio.create_task(zombie.turn())
        await asyncio.sleep(0.05)
        clock.at += LEASE
        await other.turn()
        told = len(quick.kept)
        slow.open.set()
        with capture_logs() as logs:
            await stands_still
        assert [one["event"] for one in logs] == ["another one publishes the timeline"]
        await zombie.turn()
        await other.turn()
    assert told == len(JOURNAL)
    assert len(quick.kept) == 2 * told
    assert in_order(quick.ids())


async def test_another_cluster_is_told_from_the_beginning(store: Store) -> None:
    """Brokers that were made anew have nothing of it: how far the old ones had come is theirs."""
    old, new, clock = Topic(), Topic(), Real()
    async with publisher(store, old, clock) as one:
        await one.turn()
    async with publisher(store, new, clock, cluster="two") as one:
        await one.turn()
    assert new.ids() == old.ids()


async def test_what_a_newer_release_wrote_is_left_to_it(store: Store) -> None:
    """In the middle of an upgrade nothing is passed over: the newer one takes the lease at once."""
    newer = replace(JOURNAL[-1], seq=JOURNAL[-1].seq + 1, version=99)
    store.transact([lambda unit: unit.append([newer])])
    topic, clock = Topic(), Real()
    async with publisher(store, topic, clock) as one:
        with capture_logs() as logs:
            await one.turn()
        name = one.name
    assert in_order(topic.ids())
    assert [one["event"] for one in logs] == ["the timeline goes on with a newer release"]
    with store.read() as view:
        row = view.leased(name)
    assert row is not None
    assert (row.until, row.reached) == (clock.at, len(JOURNAL))


async def test_an_event_that_was_damaged_stops_no_other(store: Store) -> None:
    """G13: it is named in the log, and who listens sees a gap in ``sequence``."""
    damaged = replace(JOURNAL[-1], seq=JOURNAL[-1].seq + 1, text="{")
    behind = replace(JOURNAL[-1], seq=JOURNAL[-1].seq + 2)
    store.transact([lambda unit: unit.append([damaged, behind])])
    topic = Topic()
    async with publisher(store, topic, Real()) as one:
        with capture_logs() as logs:
            await one.turn()
    assert [one["event"] for one in logs] == ["an event cannot be told to others"]
    told = by_stream(topic.ids())[f"{behind.stream}/{behind.stream_id}"]
    assert told[-2:] == [damaged.seq - 1, behind.seq]


async def test_while_the_store_is_away_it_says_so_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: it waits, and goes on when the store is back."""
    topic = Topic()

    def away(_: object) -> list[object]:
        raise Unavailable("the database is away")

    async with publisher(store, topic, Real()) as one:
        with monkeypatch.context() as patch, capture_logs() as logs:
            patch.setattr(store, "transact", away)
            await one.turn()
            await one.turn()
        await one.turn()
    assert [each["event"] for each in logs] == ["the timeline waits"]
    assert in_order(topic.ids())
