"""What a store promises of transactions: together or not at all, and each job for itself."""

from __future__ import annotations

import threading

import pytest

from crisis.ports import Conflict, Store, Unit
from tests.contract.store.rows import (
    NOON,
    commit,
    decision,
    delivery,
    event,
    fanout,
    message,
    put_streams,
    quarantined,
    stream,
    text,
)


def everything(unit: Unit) -> None:
    """Write one row of each kind."""
    unit.save_stream(stream("lost", key="k", next_due_at=NOON), expected_version=0)
    unit.append([event(1, "lost")])
    unit.record(decision())
    unit.add_texts([text()])
    unit.add_messages([message()])
    unit.add_fanouts([fanout()])
    unit.add_deliveries([delivery()])
    unit.quarantine(quarantined("q"))
    unit.add_configuration({"a": "1"}, at=NOON)
    unit.set_clock_offset(NOON - NOON.replace(hour=11))
    unit.save_position("cluster", "crisis.reports", 0, 41)


def assert_nothing_of_everything(store: Store) -> None:
    """No row of :func:`everything` stands."""
    with store.read() as view:
        assert view.stream("incident", "lost") is None
        assert view.open_stream("k") is None
        assert view.events("incident", "lost") == []
        assert view.decision("c1") is None
        assert view.texts(["t1"]) == {}
        assert view.message("m1") is None
        assert view.fanout("m1") is None
        assert view.delivery("d1") is None
        assert view.tally("m1")["queued"] == 0
        assert view.quarantined() == []
        assert view.configuration() is None
        assert not view.clock_offset()
        assert view.positions("cluster") == {}


def test_answers_come_in_the_order_of_the_jobs(store: Store) -> None:
    """Each job's value is answered; jobs run in order, each once."""
    ran: list[int] = []

    def job(number: int) -> int:
        ran.append(number)
        return number * 10

    assert store.transact([lambda _, n=n: job(n) for n in range(3)]) == [0, 10, 20]  # type: ignore[misc]  # binds n
    assert ran == [0, 1, 2]
    assert store.transact([]) == []


def test_a_job_sees_the_jobs_before_it_and_itself(store: Store) -> None:
    """A unit reads what stands, what its batch wrote before, and what it wrote itself."""
    seen: list[object] = []

    def second(unit: Unit) -> None:
        seen.append(unit.stream("incident", "a"))
        unit.save_stream(stream("b"), expected_version=0)
        seen.append(unit.stream("incident", "b"))

    store.transact([lambda unit: unit.save_stream(stream("a"), expected_version=0), second])
    assert seen == [stream("a"), stream("b")]


def test_a_job_that_raises_is_undone_alone(store: Store) -> None:
    """G13: the exception is its answer, nothing of it stands, and the others stand."""
    ran: list[str] = []

    def poison(unit: Unit) -> None:
        ran.append("poison")
        everything(unit)
        raise RuntimeError("poison")

    def fine(unit: Unit) -> str:
        ran.append("fine")
        unit.save_stream(stream(f"fine-{len(ran)}"), expected_version=0)
        return "done"

    before, error, after = store.transact([fine, poison, fine])
    assert (before, after) == ("done", "done")
    assert isinstance(error, RuntimeError)
    assert ran == ["fine", "poison", "fine"]
    assert_nothing_of_everything(store)
    with store.read() as view:
        rows = view.streams("incident")
        assert [row.stream_id for row in rows] == ["fine-3", "fine-1"]


def test_a_conflict_undoes_what_the_job_wrote_before(store: Store) -> None:
    """A job that finds at its end that it was too slow leaves nothing behind."""
    put_streams(store, stream())

    def late(unit: Unit) -> None:
        everything(unit)
        unit.save_stream(stream(), expected_version=0)

    with pytest.raises(Conflict):
        commit(store, late)
    assert_nothing_of_everything(store)


def test_a_crash_in_a_job_undoes_the_batch(store: Store) -> None:
    """What is no exception to answer (a stop, a kill) leaves nothing of the whole batch."""

    def crash(_: Unit) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.transact([everything, crash])
    assert_nothing_of_everything(store)
    commit(store, everything)


def test_a_view_is_of_one_committed_moment(store: Store) -> None:
    """What is committed while a view is open is not seen in it, and is in the next."""
    put_streams(store, stream("a"))
    with store.read() as view:
        put_streams(store, stream("b"))
        assert view.stream("incident", "b") is None
        assert len(view.streams("incident")) == 1
    with store.read() as view:
        assert len(view.streams("incident")) == 2


def test_reading_never_waits_for_the_writer(store: Store) -> None:
    """While a job is at work, other threads read what stood before it."""
    written, seen = threading.Event(), threading.Event()
    rows: list[object] = []

    def slow(unit: Unit) -> bool:
        unit.save_stream(stream("slow"), expected_version=0)
        written.set()
        return seen.wait(10)

    def look() -> None:
        with store.read() as view:
            rows.append((view.stream("incident", "slow"), view.streams("incident")))

    writer = threading.Thread(target=lambda: rows.append(store.transact([slow])))
    writer.start()
    assert written.wait(10)
    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(10)
    assert rows == [(None, [])] * 3
    seen.set()
    writer.join(10)
    assert rows[-1] == [True]
    with store.read() as view:
        assert view.stream("incident", "slow") == stream("slow")
