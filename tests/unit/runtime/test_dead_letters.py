"""Dead letters: kept as they came, shown to people, and never in anybody's way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from crisis.ports import QuarantineRow
from crisis.runtime.dead_letters import (
    BEGINNING,
    HANDED_BACK,
    LETTER,
    NOT_OURS,
    DeadLetters,
    letter_of,
    noted,
    shelved,
)
from crisis.runtime.handing_back import why_not
from crisis.runtime.worker import Entry

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Topic:
    """The topic of dead letters, with so much room for each."""

    def __init__(self, room: int = 1 << 20) -> None:
        self.room = room
        self.kept: list[Entry] = []

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        """Keep a message, as a broker does."""
        told = tuple(headers or ())
        if len(value or b"") + len(key or b"") + sum(len(one) for _, one in told) > self.room:
            raise MessageSizeTooLargeError
        self.kept.append(Entry(topic, 0, len(self.kept), key, value, told))
        return None


def poison(**changes: Any) -> Entry:
    """A message that nobody can read, with headers of its own."""
    own = (("traceparent", b"00-1"), ("traceparent", b"00-2"), ("empty", b""))
    given = {"key": b"i-1", "value": b'{"half": ', "headers": own} | changes
    return Entry("crisis.commands.v1", 7, 42, **given)


@pytest.mark.parametrize(
    "entry",
    [poison(), poison(value=None), poison(key=None), poison(headers=()), poison(value=b"\xff\x00")],
    ids=["text", "tombstone", "no key", "no headers", "binary"],
)
async def test_a_message_is_kept_as_it_came(entry: Entry) -> None:
    """G13: key, body and headers, the same name twice too, with where it stood and why."""
    topic = Topic()
    await DeadLetters(topic, "dead").keep(entry, "it is no JSON")
    letter = letter_of(topic.kept[0])
    assert letter is not None
    assert (letter.key, letter.value, letter.headers) == (entry.key, entry.value, entry.headers)
    assert (letter.topic, letter.came_partition, letter.came_offset) == (entry.topic, 7, 42)
    assert (letter.name, letter.reason, letter.whole) == ("0:0", "it is no JSON", True)
    assert why_not(letter) is None


async def test_a_letter_that_dies_again_is_a_letter_of_the_same_message() -> None:
    """Handed back with its own headers alone, it does not grow from one time to the next."""
    topic = Topic()
    letters = DeadLetters(topic, "dead")
    await letters.keep(poison(), "why")
    first = letter_of(topic.kept[0])
    assert first is not None
    back = Entry(first.topic, 7, 43, first.key, first.value, first.headers)
    await letters.keep(back, "why")
    assert topic.kept[1].headers[1:] == topic.kept[0].headers[1:] == poison().headers


@pytest.mark.parametrize(
    "changes",
    [{"value": b"x" * 100_000}, {"headers": (("h", b"x" * 100_000),)}, {"key": b"k" * 70_000}],
    ids=["body", "headers", "key"],
)
async def test_what_is_too_large_is_kept_by_its_beginning(changes: dict[str, Any]) -> None:
    """G13: a worker never ends over it; the whole stands where it came from, and it says so."""
    topic = Topic(room=69_000)
    entry = poison(**changes)
    await DeadLetters(topic, "dead").keep(entry, "too much")
    letter = letter_of(topic.kept[0])
    assert letter is not None
    assert letter.value == (entry.value or b"")[:BEGINNING]
    assert letter.topic == entry.topic
    assert why_not(letter) == "beginning"


async def test_a_body_that_no_door_could_read_comes_to_the_others() -> None:
    """G1: what was kept while the store was away is the same row that it would have been."""
    row = QuarantineRow(
        id="q-1", at=AT, door="reports", source="reception", reason="no JSON", body=b"{\xff"
    )
    topic = Topic()
    await DeadLetters(topic, "dead").keep_body(row)
    assert shelved(topic.kept[0], AT.replace(hour=12)) == row
    letter = letter_of(topic.kept[0])
    assert letter is not None
    assert why_not(letter) == "door"


async def test_a_message_is_shown_to_people_by_its_topic() -> None:
    """G13: beside the unreadable bodies, with the reason; a database takes what it says."""
    topic = Topic()
    await DeadLetters(topic, "dead").keep(poison(value=None), "why \0 not")
    row = shelved(topic.kept[0], AT)
    assert row is not None
    assert row.id.startswith("dead-letter-0-0-")
    assert row == QuarantineRow(
        id=row.id, at=AT, door="crisis.commands.v1", source="Kafka",
        reason="why  not", body=b"",
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"value": b"{"}, {"key": b"i-2"}, {"headers": ()}, {"value": None}],
    ids=["body", "key", "headers", "tombstone"],
)
async def test_a_letter_in_the_place_of_another_has_a_name_of_its_own(
    changes: dict[str, Any],
) -> None:
    """G13: a topic that was made anew begins at the first offset again; read twice, it is one."""
    old, anew = Topic(), Topic()
    for topic, entry in ((old, poison()), (anew, poison(**changes))):
        await DeadLetters(topic, "dead").keep(entry, "why")
    rows = [shelved(entry, AT) for entry in (*old.kept, *anew.kept, *anew.kept)]
    first, second, again = (row.id for row in rows if row is not None)
    assert first != second == again


async def test_a_note_is_no_letter() -> None:
    """That one was handed back is noted in the same topic, under the same key."""
    topic = Topic()
    letters = DeadLetters(topic, "dead")
    await letters.keep(poison(), "why")
    letter = letter_of(topic.kept[0])
    assert letter is not None
    await letters.note(letter, AT)
    assert letter_of(topic.kept[1]) is None
    assert shelved(topic.kept[1], AT) is None
    assert noted(topic.kept[1]) == ("0:0", AT)
    assert noted(topic.kept[0]) is None
    assert topic.kept[1].key == letter.key


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b'"text"', b"{}", b"\xff",
        b'{"topic": 7, "partition": "x", "offset": true, "reason": null, "at": "noon"}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", [LETTER, "somebody's"])
def test_whatever_stands_there_waits_for_a_person(name: str, raw: bytes) -> None:
    """G13: what somebody else put there, or what was damaged, stops no worker."""
    entry = Entry("dead", 0, 3, None, b"body", ((name, raw),))
    letter = letter_of(entry)
    assert letter is not None
    assert (letter.reason, letter.value) == (NOT_OURS, b"body")
    assert why_not(letter) == "stranger"
    row = shelved(entry, AT)
    assert row is not None
    assert (row.at, row.door) == (AT, "dead")


@pytest.mark.parametrize("told", [{}, {"at": 3}, {"at": "2026-11-23T09:00:00"}])
def test_a_note_without_its_time_notes_nothing(told: dict[str, Any]) -> None:
    """Damaged, it is neither a letter nor a note."""
    entry = Entry("dead", 0, 3, None, None, ((HANDED_BACK, json.dumps(told).encode()),))
    assert noted(entry) is None
