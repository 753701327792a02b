"""What a store promises of the ledger's rows: kept once, found, counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crisis.ports import DELIVERY_STATES, MAY_HAVE_BEEN_SENT, Store
from tests.contract.store.rows import (
    MINUTE,
    NOON,
    claim,
    commit,
    delivery,
    ids,
    put_deliveries,
)

FULL = delivery(
    state="sent",
    reason="250 ok",
    attempts=3,
    fallback_at=NOON + MINUTE,
    lease_until=NOON,
    owner="me",
    sent_at=datetime(2999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    done_at=datetime(1969, 1, 1, tzinfo=UTC),
    provider_ref="ref-1",
)


def test_a_row_comes_back_as_it_was_added(store: Store) -> None:
    """Every field survives, to the microsecond, far ahead and far back."""
    put_deliveries(store, FULL)
    with store.read() as view:
        assert view.delivery("d1") == FULL
        assert view.delivery("d2") is None


def test_a_row_that_stands_is_left(store: Store) -> None:
    """G2: expanding the same recipient again does not queue them again."""
    put_deliveries(store, FULL)
    put_deliveries(store, delivery(), delivery("d2"), delivery("d2", state="failed"))
    with store.read() as view:
        assert view.deliveries("m1") == [FULL, delivery("d2")]
        assert view.tally("m1")["sent"] == 1
        assert view.tally("m1")["queued"] == 1
        assert view.tally("m1")["failed"] == 0


def test_a_row_that_would_wait_for_ever_is_refused(store: Store) -> None:
    """G13: queued without a time is nobody's to send: it is refused when written."""
    lost = delivery("lost", next_attempt_at=None)
    with pytest.raises(ValueError, match="lost"):
        put_deliveries(store, lost)
    put_deliveries(store, delivery("lost"))
    with pytest.raises(ValueError, match="lost"):
        commit(store, lambda unit: unit.save_deliveries([lost]))


def test_rows_are_written_back(store: Store) -> None:
    """A receipt, a retry, an acknowledgement replace the row, but never whose it is."""
    put_deliveries(store, delivery(), delivery("d2"))
    other = replace(
        FULL,
        message_id="x",
        incident_id="x",
        recipient_id="x",
        medium="x",
        channel="other",
        lane="bulk",
    )
    commit(store, lambda unit: unit.save_deliveries([other]))
    with store.read() as view:
        assert view.delivery("d1") == replace(FULL, channel="other", lane="bulk")
        assert view.delivery("d2") == delivery("d2")


def test_unknown_rows_are_not_written_back(store: Store) -> None:
    """A row that was never added is a mistake that is said, and nothing is written."""
    put_deliveries(store, delivery())
    with pytest.raises(LookupError, match="none"):
        commit(store, lambda unit: unit.save_deliveries([FULL, delivery("none")]))
    with store.read() as view:
        assert view.delivery("d1") == delivery()


def test_rows_are_found_by_their_ids(store: Store) -> None:
    """Any number of rows at once; unknown ones are absent."""
    rows = [delivery(f"d{number}") for number in range(100)]
    put_deliveries(store, *rows)
    with store.read() as view:
        assert view.ledger(["d7", "none"]) == {"d7": rows[7]}
        assert view.ledger(ids(rows)) == {row.id: row for row in rows}
        assert view.ledger([]) == {}


def test_rows_of_a_message_come_oldest_first(store: Store) -> None:
    """All rows of one message and of no other, in the order in which they were added."""
    put_deliveries(store, delivery("z"), delivery("a"), delivery("b", message_id="m2"))
    with store.read() as view:
        assert ids(view.deliveries("m1")) == ["z", "a"]
        assert view.deliveries("m3") == []


def test_a_call_back_finds_its_row(store: Store) -> None:
    """The newest row of that channel with the provider's reference, if any."""
    put_deliveries(
        store,
        delivery("old", provider_ref="r"),
        delivery("new", provider_ref="r"),
        delivery("sms", channel="sms", provider_ref="r"),
    )
    with store.read() as view:
        found = view.delivery_by_ref("email", "r")
        assert found is not None
        assert found.id == "new"
        assert view.delivery_by_ref("voice", "r") is None


def test_a_tally_names_every_state(store: Store) -> None:
    """Each state is counted, the empty ones with 0, and the untried among the queued."""
    put_deliveries(
        store,
        delivery("q1"),
        delivery("q2"),
        delivery("q3", attempts=1),
        delivery("s", state="suppressed"),
        delivery("other", message_id="m2"),
    )
    none: dict[str, int] = dict.fromkeys(DELIVERY_STATES, 0)
    with store.read() as view:
        assert view.tally("m1") == {**none, "queued": 3, "untried": 2, "suppressed": 1}
        assert view.tally("m3") == {**none, "untried": 0}


def test_a_tally_follows_what_happens(store: Store) -> None:
    """Claims, receipts, retries and repeats are all in the count."""
    none: dict[str, int] = dict.fromkeys(DELIVERY_STATES, 0)
    put_deliveries(store, *[delivery(f"d{number}") for number in range(4)])
    claimed = claim(store, limit=3)
    with store.read() as view:
        assert view.tally("m1") == {**none, "queued": 1, "untried": 1, "sending": 3}
    saved = [
        replace(claimed[0], state="sent"),
        replace(claimed[0], state="acknowledged"),
        replace(claimed[1], state="queued"),
    ]
    commit(store, lambda unit: unit.save_deliveries(saved))
    with store.read() as view:
        expected = {"queued": 2, "untried": 1, "sending": 1, "acknowledged": 1}
        assert view.tally("m1") == {**none, **expected}


@pytest.mark.parametrize("state", DELIVERY_STATES)
def test_a_correction_reaches_whoever_may_have_the_first_word(store: Store, state: str) -> None:
    """G7: who was sent a message, or may have been, is named; who surely was not, is not."""
    put_deliveries(store, delivery(state=state))
    with store.read() as view:
        named = [("to-d1", "mail", "email", "fr")] if state in MAY_HAVE_BEEN_SENT else []
        assert view.sent_to(["m1"]) == named
        assert view.thread("inc-1", "to-d1", "mail") == (["d1"] if named else [])


def test_whoever_was_sent_several_messages_is_named_once(store: Store) -> None:
    """G7: over any number of messages, each (recipient, medium, channel, language) once."""
    rows = [
        delivery(f"{number}-{medium}", message_id=f"m{number}", recipient_id="p", medium=medium)
        for number in range(50)
        for medium in ("sms", "mail")
    ]
    put_deliveries(store, *[replace(row, state="sent") for row in rows])
    with store.read() as view:
        both = [("p", "mail", "email", "fr"), ("p", "sms", "email", "fr")]
        assert view.sent_to([f"m{number}" for number in range(50)]) == both
        assert view.sent_to([]) == []
        assert view.sent_to(["m99"]) == []


def test_a_thread_is_of_one_incident_recipient_and_medium(store: Store) -> None:
    """A mail answers the earlier mails to the same person on the same crisis, oldest first."""
    row = delivery(recipient_id="p", state="sent")
    put_deliveries(
        store,
        replace(row, id="z", message_id="m1"),
        replace(row, id="a", message_id="m2"),
        replace(row, id="other incident", incident_id="inc-2"),
        replace(row, id="other person", recipient_id="q"),
        replace(row, id="other medium", medium="sms"),
    )
    with store.read() as view:
        assert view.thread("inc-1", "p", "mail") == ["z", "a"]


def test_the_ledger_knows_when_to_look_again(store: Store) -> None:
    """The earliest attempt of what is queued, or fallback of what has one."""
    with store.read() as view:
        assert view.next_attempt_at() is None
    put_deliveries(store, delivery("sent", state="sent", next_attempt_at=NOON - MINUTE))
    with store.read() as view:
        assert view.next_attempt_at() is None
    put_deliveries(store, delivery("later", next_attempt_at=NOON + MINUTE))
    with store.read() as view:
        assert view.next_attempt_at() == NOON + MINUTE
    put_deliveries(store, delivery("falls", state="sent", fallback_at=NOON))
    with store.read() as view:
        assert view.next_attempt_at() == NOON


def test_channels_with_something_queued_are_named(store: Store) -> None:
    """Each once, by name; a channel for which all is done is not among them."""
    put_deliveries(
        store,
        delivery("d1", channel="sms"),
        delivery("d2"),
        delivery("d3", channel="sms"),
        delivery("d4", channel="push", state="sent", next_attempt_at=None),
    )
    with store.read() as view:
        assert view.queued_channels() == ["email", "sms"]
