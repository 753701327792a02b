"""Whoever listens hears of every commit, and of nothing that was undone."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

from crisis.ports import Bell, Store, Unit
from crisis.store import open_store
from tests.contract.store.rows import decision, delivery, event, fanout

SOON, NOT_AT_ALL = timedelta(seconds=5), timedelta(milliseconds=50)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_it_rings_for_work_for_the_clock_and_for_a_new_version(store: Store) -> None:
    """Each by its name; what is committed before the next look is told then."""
    with closing(store.listen()) as bell:
        store.transact([lambda unit: unit.append([event()])])
        assert bell.wait(SOON) == {"journal"}
        store.transact([lambda unit: unit.record(decision())])
        assert bell.wait(SOON) == {"journal"}
        store.transact([lambda unit: unit.add_deliveries([delivery()])])
        assert bell.wait(SOON) == {"ledger"}
        store.transact([lambda unit: unit.add_fanouts([fanout()])])
        assert bell.wait(SOON) == {"ledger"}
        store.transact([lambda unit: unit.set_clock_offset(timedelta(hours=1))])
        assert bell.wait(SOON) == {"clock"}
        store.transact([lambda unit: unit.add_configuration({"a": "b"}, at=NOON)])
        assert bell.wait(SOON) == {"organisation"}


def test_it_is_silent_about_what_was_undone_and_about_claims(store: Store) -> None:
    """A dispatcher that finds nothing to claim must not wake the others, nor itself."""

    def undone(unit: Unit) -> None:
        unit.append([event()])
        raise ValueError

    with closing(store.listen()) as bell:
        store.transact([undone])
        store.transact(
            [
                lambda unit: unit.claim(
                    channel="email", now=NOON, real=NOON, owner="one",
                    lease=timedelta(minutes=1), limit=10,
                )
            ]
        )  # fmt: skip
        assert bell.wait(NOT_AT_ALL) == frozenset()


def test_who_heeds_the_clock_alone_is_not_woken_by_work(store: Store) -> None:
    """A worker follows business time; what the others commit, many times a second, is not its."""
    with closing(store.listen()) as bell:
        bell.heed({"clock"})
        store.transact([lambda unit: unit.append([event()])])
        assert bell.wait(NOT_AT_ALL) == frozenset()
        store.transact([lambda unit: unit.set_clock_offset(timedelta(hours=1))])
        assert bell.wait(SOON) == {"clock"}


def test_two_listeners_are_told_both(store: Store) -> None:
    """Hearing takes nothing from anybody else."""
    with closing(store.listen()) as one, closing(store.listen()) as two:
        store.transact([lambda unit: unit.append([event()])])
        assert [bell.wait(SOON) for bell in (one, two)] == [{"journal"}, {"journal"}]


def test_a_commit_of_another_service_is_heard(database: str) -> None:
    """On a server the bell rings for whatever process has committed."""
    with closing(open_store(database)) as here, closing(open_store(database)) as there:
        bell: Bell = here.listen()
        with closing(bell):
            there.transact([lambda unit: unit.set_clock_offset(timedelta(hours=2))])
            assert bell.wait(SOON) == {"clock"}
