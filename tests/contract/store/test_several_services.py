"""Several services on one database: nothing is lost between them, and nothing is done twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crisis.ports import Conflict, DeliveryRow, Recorded, Store, Unavailable, Unit
from crisis.store import open_store
from tests.contract.store.rows import (
    MINUTE,
    NOON,
    claim,
    commit,
    delivery,
    event,
    ids,
    put_deliveries,
    put_streams,
    stream,
    text,
)
from tests.postgres import WHAT_TO_DO, Postgres

psycopg = pytest.importorskip("psycopg", reason=f"no driver of PostgreSQL: {WHAT_TO_DO}")


@pytest.fixture
def services(database: str) -> Iterator[tuple[Store, Store]]:
    """Two services that opened the same database."""
    one, two = open_store(database), open_store(database)
    yield one, two
    one.close()
    two.close()


@pytest.fixture
def outsider(database: str) -> Iterator[Any]:
    """A session that is not ours: an administrator, a backup."""
    with psycopg.connect(database) as connection:
        yield connection


def together(*works: Callable[[], None]) -> None:
    """Each in a thread of its own, begun at the same moment."""
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        begin.wait(10)
        work()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


class Follower:
    """Polls the journal as a page does, and goes on from the last position that it saw."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seen: list[Recorded] = []

    def look(self) -> list[str]:
        """The streams of what is new."""
        with self._store.read() as view:
            news = view.since(self.seen[-1].position if self.seen else 0, 100)
        self.seen += news
        return [one.stream_id for one in news]


def test_no_row_appears_behind_a_reader(services: tuple[Store, Store]) -> None:
    """G11: whoever appends first is read first, though another would have committed before."""
    slow, quick = services
    follower = Follower(quick)
    appended, on = threading.Event(), threading.Event()

    def append_and_wait(unit: Unit) -> None:
        unit.append([event(1, "slow")])
        appended.set()
        on.wait(10)

    writing = threading.Thread(target=slow.transact, args=([append_and_wait],))
    overtaking = threading.Thread(
        target=quick.transact, args=([lambda unit: unit.append([event(1, "quick")])],)
    )
    writing.start()
    assert appended.wait(10)
    overtaking.start()
    time.sleep(0.1)  # without an order, it would have been committed by now
    assert follower.look() == []
    on.set()
    writing.join(10)
    overtaking.join(10)
    assert follower.look() == ["slow", "quick"]


def test_an_undone_job_does_not_give_the_turn_away(services: tuple[Store, Store]) -> None:
    """G11: the order holds for what a batch appends after a job that was undone."""
    slow, quick = services
    follower = Follower(quick)
    appended, on = threading.Event(), threading.Event()

    def fails(unit: Unit) -> None:
        unit.append([event(1, "undone")])
        raise LookupError

    def append_and_wait(unit: Unit) -> None:
        unit.append([event(1, "slow")])
        appended.set()
        on.wait(10)

    writing = threading.Thread(target=slow.transact, args=([fails, append_and_wait],))
    overtaking = threading.Thread(
        target=quick.transact, args=([lambda unit: unit.append([event(1, "quick")])],)
    )
    writing.start()
    assert appended.wait(10)
    overtaking.start()
    time.sleep(0.1)
    assert follower.look() == []
    on.set()
    writing.join(10)
    overtaking.join(10)
    assert follower.look() == ["slow", "quick"]


def test_a_follower_of_two_busy_services_misses_nothing(services: tuple[Store, Store]) -> None:
    """G11: every event is read once, in the order of positions, whatever is written meanwhile."""
    one, two = services
    follower = Follower(one)
    over = threading.Event()
    finished: list[str] = []

    def write(store: Store, name: str) -> None:
        for seq in range(1, 61):
            commit(store, lambda unit, seq=seq: unit.append([event(seq, name)]))  # type: ignore[misc]  # binds
        finished.append(name)
        if len(finished) == 2:
            over.set()

    def follow() -> None:
        while not over.is_set():
            follower.look()
        follower.look()

    together(lambda: write(one, "one"), lambda: write(two, "two"), follow)
    assert sorted((row.stream_id, row.seq) for row in follower.seen) == [
        (name, seq) for name in ("one", "two") for seq in range(1, 61)
    ]
    positions = [row.position for row in follower.seen]
    assert positions == sorted(set(positions))


def test_an_incident_is_never_ticked_by_two_workers(services: tuple[Store, Store]) -> None:
    """G5: workers that claim at the same time never get the same incident, and leave none."""
    names = [f"inc-{number:02}" for number in range(40)]
    put_streams(services[0], *[stream(name, next_due_at=NOON) for name in names])
    ticked: dict[int, list[str]] = {0: [], 1: []}

    def tick(unit: Unit) -> list[str]:
        claimed = unit.claim_due(NOON, 2)
        for name in claimed:
            unit.save_stream(stream(name, version=2), expected_version=1)
        return claimed

    def work(worker: int) -> None:
        while claimed := commit(services[worker], tick):
            ticked[worker] += claimed

    together(lambda: work(0), lambda: work(1))
    assert sorted(ticked[0] + ticked[1]) == names


def test_an_incident_that_is_held_is_passed_over(
    services: tuple[Store, Store], outsider: Any
) -> None:
    """G13: a row that another session holds is not waited for: the others are claimed."""
    put_streams(services[0], *[stream(name, next_due_at=NOON) for name in "ab"])
    outsider.execute("SELECT FROM streams WHERE stream_id = 'a' FOR UPDATE")
    assert commit(services[1], lambda unit: unit.claim_due(NOON, 10)) == ["b"]
    outsider.rollback()
    assert commit(services[1], lambda unit: unit.claim_due(NOON, 10)) == ["a", "b"]


def test_a_delivery_is_never_taken_by_two_dispatchers(services: tuple[Store, Store]) -> None:
    """G2: dispatchers that claim at the same time never take the same row, and leave none."""
    rows = [delivery(f"d{number:02}") for number in range(60)]
    put_deliveries(services[0], *rows)
    taken: dict[int, list[DeliveryRow]] = {0: [], 1: []}

    def work(worker: int) -> None:
        while claimed := claim(services[worker], owner=f"worker {worker}", limit=3):
            taken[worker] += claimed

    together(lambda: work(0), lambda: work(1))
    assert sorted(ids(taken[0] + taken[1])) == ids(rows)
    with services[0].read() as view:
        assert view.tally("m1")["sending"] == 60
        assert view.tally("m1")["queued"] == 0


def test_a_delivery_that_is_held_is_passed_over(
    services: tuple[Store, Store], outsider: Any
) -> None:
    """G13: a row that another session holds delays no other."""
    put_deliveries(services[0], delivery("a"), delivery("b"))
    outsider.execute("SELECT FROM deliveries WHERE id = 'a' FOR UPDATE")
    assert ids(claim(services[1])) == ["b"]
    outsider.rollback()
    assert ids(claim(services[0])) == ["a"]


def test_a_worker_that_was_replaced_decides_nothing(services: tuple[Store, Store]) -> None:
    """G11: what it read is old, so its decision is a conflict, and nothing of it stands."""
    zombie, successor = services
    put_streams(zombie, stream(next_due_at=NOON))
    with zombie.read() as view:
        read = view.stream("incident", "inc-1")
    assert read is not None
    commit(successor, lambda unit: unit.save_stream(stream(version=2), expected_version=1))

    def decide(unit: Unit) -> None:
        unit.append([event(1)])
        unit.save_position("cluster", "crisis.commands", 0, 1)
        unit.save_stream(stream(version=2), expected_version=read.version)

    with pytest.raises(Conflict, match="not at version 1"):
        commit(zombie, decide)
    with successor.read() as view:
        assert view.stream("incident", "inc-1") == stream(version=2)
        assert view.events("incident", "inc-1") == []
        assert view.positions("cluster") == {}


def test_one_incident_is_opened_for_one_cause(services: tuple[Store, Store]) -> None:
    """G1: two services that meet the same cause at once open one incident; the other is told."""
    answers: list[object] = []

    def open_it(worker: int) -> None:
        row = stream(f"inc-{worker}", key="the same flood")
        job = services[worker].transact([lambda unit: unit.save_stream(row, expected_version=0)])
        answers.extend(job)

    together(lambda: open_it(0), lambda: open_it(1))
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]


def test_each_content_is_one_version_for_all(services: tuple[Store, Store]) -> None:
    """Two services that apply content at once number it one after the other; none is lost."""
    versions: list[int] = []

    def apply(worker: int) -> None:
        files = {"house.yaml": f"of {worker}"}
        versions.append(
            commit(services[worker], lambda unit: unit.add_configuration(files, at=NOON)).version
        )

    together(lambda: apply(0), lambda: apply(1))
    assert sorted(versions) == [1, 2]
    with services[0].read() as view:
        assert view.configuration(1) != view.configuration(2)


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_what_passes_by_itself_is_no_fault_of_the_job(database: str, state: str) -> None:
    """G13: a lost race in the database is unavailable, for one job; the others stand."""
    store = open_store(database)

    def loses(unit: Unit) -> None:
        unit.add_texts([text("t1")])
        unit._cursor.execute(  # type: ignore[attr-defined]  # what the server does
            f"DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '{state}'; END $$"
        )

    lost, stands = store.transact([loses, lambda unit: unit.add_texts([text("t2")])])
    assert isinstance(lost, Unavailable)
    assert stands is None
    with store.read() as view:
        assert set(view.texts(["t1", "t2"])) == {"t2"}
    store.close()


def test_a_deadlock_with_a_stranger_ends_one_job(
    postgres: Postgres, database: str, outsider: Any
) -> None:
    """G13: where an administrator's session locks the other way round, one job may come again."""
    postgres.only_ours()
    name = outsider.info.dbname
    postgres.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '50ms'")
    store = open_store(database)
    put_streams(store, stream("a"), stream("b"))
    outsider.execute("SET deadlock_timeout = '30s'")
    outsider.execute("UPDATE streams SET head = head WHERE stream_id = 'b'")
    locks_a = threading.Thread(
        target=outsider.execute, args=("UPDATE streams SET head = head WHERE stream_id = 'a'",)
    )

    def both(unit: Unit) -> None:
        unit.save_stream(stream("a", version=2), expected_version=1)
        locks_a.start()
        while not waits(postgres, name):
            time.sleep(0.01)
        unit.save_stream(stream("b", version=2), expected_version=1)

    lost, stands = store.transact([both, lambda unit: unit.add_texts([text()])])
    locks_a.join(10)
    outsider.rollback()
    assert isinstance(lost, Unavailable)
    assert isinstance(lost.__cause__, psycopg.errors.DeadlockDetected)
    assert stands is None
    with store.read() as view:
        assert view.stream("incident", "a") == stream("a")
    assert commit(store, lambda unit: unit.claim_due(NOON + MINUTE, 1)) == []
    store.close()


def waits(postgres: Postgres, name: str) -> bool:
    """Whether a session of a database waits for a lock."""
    waiting = "pg_stat_activity WHERE wait_event_type = 'Lock'"
    return bool(postgres.execute(f"SELECT pid FROM {waiting} AND datname = '{name}'"))  # noqa: S608 - our own name
