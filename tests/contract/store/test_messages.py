"""What a store promises of messages and of their fan-outs."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.ports import DeliveryRow, Store
from tests.contract.store.rows import (
    MINUTE,
    NOON,
    commit,
    delivery,
    fanout,
    ids,
    message,
    put_deliveries,
)


def test_a_message_comes_back_as_it_was_released(store: Store) -> None:
    """Every field of a message survives, the empty ones too."""
    plain = message(
        2, audience=None, expires_at=None, offer_id=None, ends=(), acknowledge=False, lane="bulk"
    )
    commit(store, lambda unit: unit.add_messages([message(), plain]))
    with store.read() as view:
        assert view.message("m1") == message()
        assert view.message("m2") == plain
        assert view.message("m3") is None


def test_messages_come_in_the_order_of_their_numbers(store: Store) -> None:
    """An incident's messages are read as they were numbered."""
    other = message(4, incident_id="inc-2")
    rows = [message(3), message(1), other, message(2)]
    commit(store, lambda unit: unit.add_messages(rows))
    with store.read() as view:
        assert [row.number for row in view.messages("inc-1")] == [1, 2, 3]
        assert view.messages("inc-3") == []


def test_a_message_that_stands_is_left(store: Store) -> None:
    """What was approved cannot be changed by releasing it again."""
    commit(store, lambda unit: unit.add_messages([message()]))
    commit(store, lambda unit: unit.add_messages([message(1, contact="other")]))
    with store.read() as view:
        assert view.messages("inc-1") == [message()]


def test_a_fanout_is_moved_from_its_cursor(store: Store) -> None:
    """A fan-out begins at the start and is saved as it goes."""
    commit(store, lambda unit: unit.add_fanouts([fanout()]))
    moved = fanout(cursor="person-7", told=True)
    commit(store, lambda unit: unit.save_fanout(moved))
    with store.read() as view:
        assert view.fanout("m1") == moved
        assert view.fanout("m2") is None


def test_a_fanout_that_stands_is_not_begun_again(store: Store) -> None:
    """G2: adding a fan-out again does not move its cursor back."""
    commit(store, lambda unit: unit.add_fanouts([fanout()]))
    moved = fanout(cursor="person-7")
    commit(store, lambda unit: unit.save_fanout(moved))
    commit(store, lambda unit: unit.add_fanouts([fanout()]))
    with store.read() as view:
        assert view.fanout("m1") == moved


def test_fanouts_to_expand_come_oldest_first(store: Store) -> None:
    """G7: neither a finished fan-out nor a closed one has anybody left to expand."""
    rows = [
        fanout("z"),
        fanout("done", finished=True),
        fanout("closed", closed=True),
        fanout("a"),
        fanout("m"),
    ]
    commit(store, lambda unit: unit.add_fanouts(rows))
    with store.read() as view:
        assert [row.message_id for row in view.fanouts()] == ["z", "a", "m"]
        assert [row.message_id for row in view.fanouts(limit=2)] == ["z", "a"]
        assert view.fanouts(unfinished=False) == rows


def test_fanouts_that_ended_untold_are_found(store: Store) -> None:
    """What the incident may not have been told, oldest first; those still to expand are not."""
    rows = [
        fanout("m1"), fanout("m2", closed=True), fanout("m3", finished=True, told=True),
        fanout("m4", finished=True), fanout("m5", told=True),
        fanout("m6", finished=True, told=True, by_hand=3, by_hand_told=2),
        fanout("m7", finished=True, told=True, by_hand=3, by_hand_told=3),
    ]  # fmt: skip
    commit(store, lambda unit: unit.add_fanouts(rows))
    with store.read() as view:
        assert [row.message_id for row in view.untold()] == ["m2", "m4", "m6"]


def test_when_a_message_was_attempted_last_is_known(store: Store) -> None:
    """By what was sent, and by what was given up; a receipt that comes later moves nothing."""
    with store.read() as view:
        assert view.attempted_at("m1") is None
    put_deliveries(store, delivery("a"))
    with store.read() as view:
        assert view.attempted_at("m1") is None
    put_deliveries(
        store,
        delivery("b", state="delivered", sent_at=NOON, done_at=NOON + 9 * MINUTE),
        delivery("c", state="failed", done_at=NOON + MINUTE),
        delivery("d", message_id="m2", state="sent", sent_at=NOON + 5 * MINUTE),
    )
    with store.read() as view:
        assert view.attempted_at("m1") == NOON + MINUTE


def test_an_unknown_fanout_is_not_saved(store: Store) -> None:
    """Saving what was never added is a mistake that is said."""
    with pytest.raises(LookupError):
        commit(store, lambda unit: unit.save_fanout(fanout("none")))


def on_page(number: int, **changes: object) -> DeliveryRow:
    """A delivery to the screen of the hall, of the message with this number."""
    asked: dict[str, Any] = {
        "message_id": f"m{number}",
        "recipient_id": "hall",
        "medium": "board",
        "channel": "board",
        "state": "delivered",
        "next_attempt_at": None,
    }
    return delivery(f"d{number}", **(asked | changes))


def test_a_page_shows_the_last_word_of_each(store: Store) -> None:
    """The highest number of each incident and audience, the newest of them first."""
    said = [message(1), message(3), message(2), message(4, audience="others")]
    commit(store, lambda unit: unit.add_messages([*said, message(5, incident_id="inc-2")]))
    put_deliveries(
        store, on_page(1), on_page(3), on_page(4), on_page(5, incident_id="inc-2"), on_page(2)
    )
    with store.read() as view:
        assert ids(view.shown("board", "hall")) == ["d5", "d4", "d3"]
        assert ids(view.shown("board", "hall", limit=1)) == ["d5"]
        assert view.shown("board", "hall")[2] == on_page(3)


def test_a_page_shows_only_what_was_brought_there(store: Store) -> None:
    """Not what waits, failed or was never tried; not what another page or channel was brought."""
    commit(store, lambda unit: unit.add_messages([message(n) for n in range(1, 9)]))
    put_deliveries(
        store,
        on_page(1, state="sent"),
        on_page(2, state="queued", next_attempt_at=NOON),
        on_page(3, state="sending"),
        on_page(4, state="failed"),
        on_page(5, state="suppressed"),
        on_page(6, channel="status"),
        on_page(7, recipient_id="stairs"),
        on_page(8, channel="email"),
        on_page(9),
    )
    with store.read() as view:
        assert ids(view.shown("board", "hall")) == ["d1"]
        assert ids(view.shown("status", "hall")) == ["d6"]
        assert view.shown("board", "nowhere") == []
