"""What a store promises of taking rows in turn, of leases and of fallbacks."""

from __future__ import annotations

from dataclasses import replace

from crisis.ports import Claims, Store
from tests.contract.store.rows import (
    MINUTE,
    NOON,
    claim,
    commit,
    delivery,
    ids,
    put_deliveries,
)


def test_life_safety_overtakes_bulk(store: Store) -> None:
    """G12: lanes in order, in a lane the longest waiting first, then in order of arrival."""
    put_deliveries(
        store,
        delivery("bulk", lane="bulk", next_attempt_at=NOON - 9 * MINUTE),
        delivery("soon", lane="soon", next_attempt_at=NOON - 5 * MINUTE),
        delivery("z", lane="now"),
        delivery("a", lane="now"),
        delivery("first", lane="now", next_attempt_at=NOON - MINUTE),
    )
    assert ids(claim(store, limit=2)) == ["first", "z"]
    assert ids(claim(store)) == ["a", "soon", "bulk"]


def test_only_what_is_due_on_the_channel_is_taken(store: Store) -> None:
    """Neither what waits for later, nor what another channel sends, nor what is not queued."""
    put_deliveries(
        store,
        delivery("due"),
        delivery("later", next_attempt_at=NOON + MINUTE),
        delivery("sms", channel="sms"),
        delivery("sent", state="sent"),
    )
    assert ids(claim(store)) == ["due"]
    assert ids(claim(store, channel="sms")) == ["sms"]
    assert claim(store, channel="voice") == []


def test_a_claim_is_written_in_the_row(store: Store) -> None:
    """G2: a claimed row is under its owner's lease, one attempt more, and is not taken twice."""
    put_deliveries(store, delivery(attempts=2))
    taken = replace(
        delivery(), state="sending", owner="me", lease_until=NOON + 2 * MINUTE, attempts=3
    )
    assert claim(store, real=NOON + MINUTE) == [taken]
    assert claim(store) == []
    with store.read() as view:
        assert view.delivery("d1") == taken


def test_what_is_claimed_is_counted(store: Store) -> None:
    """By whomever, until it is written back."""
    put_deliveries(store, delivery("a"), delivery("b"), delivery("c"))
    claim(store, limit=2)
    with store.read() as view:
        assert view.claims(NOON) == Claims(held=2)
    commit(store, lambda unit: unit.save_deliveries([delivery("a", state="sent")]))
    with store.read() as view:
        assert view.claims(NOON) == Claims(held=1)


def test_what_nobody_has_in_hand_any_more_is_told_from_what_somebody_has(store: Store) -> None:
    """G13: a claim counts for as long as its lease, and then from when that ended."""
    with store.read() as view:
        assert view.claims(NOON) == Claims()
    put_deliveries(store, delivery("a"), delivery("b"), delivery("c"), delivery("q"))
    claim(store, limit=1, real=NOON - 9 * MINUTE)
    claim(store, limit=1, real=NOON - 8 * MINUTE)
    claim(store, limit=1)
    since, later = NOON - 8 * MINUTE, NOON + MINUTE
    with store.read() as view:
        assert view.claims(NOON) == Claims(held=1, lost=2, lost_since=since)
        assert view.claims(later - MINUTE / 60) == Claims(held=1, lost=2, lost_since=since)
        assert view.claims(later) == Claims(lost=3, lost_since=since)


def test_a_row_whose_lease_ran_out_is_not_taken_again_by_itself(store: Store) -> None:
    """G2: it may have left, so somebody has to say what becomes of it."""
    put_deliveries(store, delivery())
    claim(store)
    assert claim(store, now=NOON + 9 * MINUTE, real=NOON + 9 * MINUTE) == []


def test_claims_that_nobody_holds_any_more_are_found(store: Store) -> None:
    """G2: those whose lease ran out, and all those of a former life of the owner."""
    put_deliveries(store, delivery("a"), delivery("b"), delivery("c"), delivery("q"))
    claim(store, owner="me", limit=1)
    claim(store, owner="other", limit=1)
    claim(store, owner="gone", limit=1, real=NOON - 9 * MINUTE)

    found = commit(store, lambda unit: unit.leased_out(owner=None, real=NOON))
    assert ids(found) == ["c"]
    found = commit(store, lambda unit: unit.leased_out(owner="me", real=NOON))
    assert ids(found) == ["a", "c"]
    found = commit(store, lambda unit: unit.leased_out(owner=None, real=NOON + MINUTE))
    assert ids(found) == ["a", "b", "c"]


def test_a_row_that_is_done_is_not_leased_out(store: Store) -> None:
    """A receipt ends the claim, whatever the lease says."""
    put_deliveries(store, delivery())
    (row,) = claim(store)
    commit(store, lambda unit: unit.save_deliveries([replace(row, state="sent")]))
    found = commit(store, lambda unit: unit.leased_out(owner="me", real=NOON + 9 * MINUTE))
    assert found == []


def test_a_retry_is_claimed_at_its_time(store: Store) -> None:
    """A row that was put back is taken again from its new time on."""
    put_deliveries(store, delivery())
    (row,) = claim(store)
    again = replace(row, state="queued", next_attempt_at=NOON + MINUTE)
    commit(store, lambda unit: unit.save_deliveries([again]))
    assert claim(store) == []
    assert [(one.id, one.attempts) for one in claim(store, now=NOON + MINUTE)] == [("d1", 2)]


def test_due_fallbacks_come_longest_waiting_first(store: Store) -> None:
    """G4: who has not been reached by the time is found, and no more once it is taken away."""
    put_deliveries(
        store,
        delivery("z", state="sent", fallback_at=NOON),
        delivery("a", state="sent", fallback_at=NOON),
        delivery("late", state="sent", fallback_at=NOON - MINUTE),
        delivery("later", state="sent", fallback_at=NOON + MINUTE),
        delivery("none", state="sent"),
    )
    found = commit(store, lambda unit: unit.due_fallbacks(NOON, 10))
    assert ids(found) == ["late", "z", "a"]
    assert ids(commit(store, lambda unit: unit.due_fallbacks(NOON, 1))) == ["late"]

    asked = [replace(row, fallback_at=None) for row in found]
    commit(store, lambda unit: unit.save_deliveries(asked))
    assert commit(store, lambda unit: unit.due_fallbacks(NOON, 10)) == []
