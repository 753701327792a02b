"""What a store promises of streams: versions, keys, and when to look again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crisis.ports import Conflict, Store, Unit
from tests.contract.store.rows import MINUTE, NOON, commit, put_streams, stream


def test_a_stream_comes_back_as_it_was_saved(store: Store) -> None:
    """Every field of a stream survives, to the microsecond."""
    row = stream(
        key="k",
        exercise=True,
        next_due_at=NOON,
        snapshot='{"rôle":1}',
        snapshot_schema=2,
        snapshot_seq=1,
        parked="unknown event",
    )
    put_streams(store, row)
    with store.read() as view:
        assert view.stream("incident", "inc-1") == row
        assert view.stream("report", "inc-1") is None
        assert view.stream("incident", "inc-2") is None


def test_a_stream_moves_from_the_version_that_was_read(store: Store) -> None:
    """Saving over the expected version replaces the row."""
    put_streams(store, stream())
    after = stream(version=4, head="h4")
    commit(store, lambda unit: unit.save_stream(after, expected_version=1))
    with store.read() as view:
        assert view.stream("incident", "inc-1") == after


@pytest.mark.parametrize("expected", [0, 2])
def test_whoever_was_slower_is_told_so(store: Store, expected: int) -> None:
    """Another version than expected is a conflict, and the stored row stays."""
    put_streams(store, stream())
    with pytest.raises(Conflict):
        commit(store, lambda unit: unit.save_stream(stream(version=9), expected_version=expected))
    with store.read() as view:
        assert view.stream("incident", "inc-1") == stream()


def test_a_stream_that_does_not_exist_has_no_version(store: Store) -> None:
    """Only version 0 can be expected of a stream that is not there."""
    with pytest.raises(Conflict):
        commit(store, lambda unit: unit.save_stream(stream(version=2), expected_version=1))


def test_no_snapshot_keeps_the_stored_one(store: Store) -> None:
    """A save without a snapshot leaves snapshot, schema and seq as they are."""
    put_streams(store, stream(snapshot="{}", snapshot_schema=2, snapshot_seq=1))
    commit(store, lambda unit: unit.save_stream(stream(version=2), expected_version=1))
    with store.read() as view:
        assert view.stream("incident", "inc-1") == stream(
            version=2, snapshot="{}", snapshot_schema=2, snapshot_seq=1
        )


def test_a_new_snapshot_replaces_the_stored_one(store: Store) -> None:
    """A save with a snapshot writes it."""
    put_streams(store, stream(snapshot="{}", snapshot_schema=2, snapshot_seq=1))
    after = stream(version=2, snapshot="{1}", snapshot_schema=3, snapshot_seq=2)
    commit(store, lambda unit: unit.save_stream(after, expected_version=1))
    with store.read() as view:
        assert view.stream("incident", "inc-1") == after


def test_one_open_incident_holds_a_key(store: Store) -> None:
    """A key that is taken is a conflict, for a new stream and for one that stands."""
    put_streams(store, stream("a", key="k"), stream("b"))
    with pytest.raises(Conflict):
        put_streams(store, stream("c", key="k"))
    taken = stream("b", version=2, key="k")
    with pytest.raises(Conflict):
        commit(store, lambda unit: unit.save_stream(taken, expected_version=1))
    with store.read() as view:
        assert view.open_stream("k") == "a"
        assert view.stream("incident", "c") is None


def test_the_holders_of_keys_that_begin_alike_come_in_order(store: Store) -> None:
    """What is open at a site is found by how its key begins, the oldest first; others are not."""
    put_streams(
        store, stream("b", key="real|hq|b"), stream("a", key="real|hq|a"), stream("x"),
        stream("c", key="real|hq_c"), stream("d", key="real|annex|a"),
    )  # fmt: skip
    with store.read() as view:
        assert [one.stream_id for one in view.holders("real|hq|")] == ["b", "a"]
        assert [one.stream_id for one in view.holders("real|", limit=2)] == ["b", "a"]
        assert view.holders("exercise|") == []


def test_a_key_that_was_given_back_is_free(store: Store) -> None:
    """A closed incident gives its key back, and the next report opens a new one."""
    put_streams(store, stream("a", key="k"))
    commit(store, lambda unit: unit.save_stream(stream("a", version=2), expected_version=1))
    with store.read() as view:
        assert view.open_stream("k") is None
    put_streams(store, stream("b", key="k"))
    with store.read() as view:
        assert view.open_stream("k") == "b"


def test_the_newest_streams_come_first(store: Store) -> None:
    """Streams of one kind, newest first, no more than asked; a change makes none newer."""
    put_streams(store, *[stream(name) for name in "abc"], stream("r", stream="report"))
    commit(store, lambda unit: unit.save_stream(stream("a", version=2), expected_version=1))
    with store.read() as view:
        assert [row.stream_id for row in view.streams("incident", limit=2)] == ["c", "b"]
        assert [row.stream_id for row in view.streams("report")] == ["r"]


def test_due_incidents_come_longest_waiting_first(store: Store) -> None:
    """G5: whoever is due is found, the longest waiting first; at the time itself it is due."""
    put_streams(
        store,
        stream("now", next_due_at=NOON),
        stream("late", next_due_at=NOON - MINUTE),
        stream("soon", next_due_at=NOON + MINUTE),
        stream("never"),
    )
    with store.read() as view:
        assert view.due(NOON, 10) == ["late", "now"]
        assert view.due(NOON, 1) == ["late"]
        assert view.next_due_at() == NOON - MINUTE


def test_a_parked_incident_stops_nobody_else(store: Store) -> None:
    """G13: what waits for a person is neither due nor the next to be due; reports never are."""
    put_streams(
        store,
        stream("parked", next_due_at=NOON - MINUTE, parked="unknown event"),
        stream("report", stream="report", next_due_at=NOON - MINUTE),
        stream("fine", next_due_at=NOON),
    )
    with store.read() as view:
        assert view.due(NOON, 10) == ["fine"]
        assert view.next_due_at() == NOON


def test_what_is_due_is_claimed_in_the_same_order(store: Store) -> None:
    """G5: a worker takes the longest waiting, no more than it asked for, none that is parked."""
    put_streams(
        store,
        stream("now", next_due_at=NOON),
        stream("late", next_due_at=NOON - MINUTE),
        stream("soon", next_due_at=NOON + MINUTE),
        stream("parked", next_due_at=NOON - MINUTE, parked="unknown event"),
        stream("never"),
    )
    assert commit(store, lambda unit: unit.claim_due(NOON, 10)) == ["late", "now"]
    assert commit(store, lambda unit: unit.claim_due(NOON, 1)) == ["late"]


def test_what_was_claimed_and_done_is_not_due_for_the_next(store: Store) -> None:
    """G5: done in the job that claims it, nobody does it a second time."""
    put_streams(store, stream("a", next_due_at=NOON), stream("b", next_due_at=NOON))

    def one(unit: Unit) -> list[str]:
        claimed = unit.claim_due(NOON, 1)
        for name in claimed:
            unit.save_stream(stream(name, version=2), expected_version=1)
        return claimed

    assert store.transact([one, one, one]) == [["a"], ["b"], []]


def test_nothing_is_due_where_nothing_waits(store: Store) -> None:
    """An empty store has no next time."""
    with store.read() as view:
        assert view.next_due_at() is None
        assert view.due(NOON, 10) == []


def test_a_time_that_is_taken_away_is_not_due_any_more(store: Store) -> None:
    """Saving without ``next_due_at`` ends the waiting."""
    put_streams(store, stream(next_due_at=NOON))
    done = replace(stream(), version=2)
    commit(store, lambda unit: unit.save_stream(done, expected_version=1))
    with store.read() as view:
        assert view.due(NOON, 10) == []
