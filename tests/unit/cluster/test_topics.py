"""Dead letters and timeline: the verdict of a crash run sees what is not as it has to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime

import pytest
from aiokafka.structs import ConsumerRecord

from crisis.codec import to_cloudevent
from crisis.codec.cloudevents import HEADERS
from crisis.ports import Recorded
from crisis.runtime.dead_letters import Letter
from tests.cluster.crash.letters import Bad, misplaced
from tests.cluster.crash.verdict import mistold
from tests.cluster.timeline import Message
from tests.house.source import ROOT

# --- what nobody can read ---

BAD, UNSURE = Bad("crisis.reports.v1", b"{"), Bad("crisis.commands.v1", b"[")


def letter(bad: Bad, offset: int = 0) -> Letter:
    """A dead letter."""
    return Letter(
        partition=0, offset=offset, reason="half of it", key=None, value=bad.value, topic=bad.topic
    )


@pytest.mark.parametrize("more", [[], [letter(BAD, 1)], [letter(UNSURE)]])
def test_what_nobody_can_read_may_be_a_dead_letter(more: list[Letter]) -> None:
    """G13: also twice, where a worker fell in between; also what a broker did not answer for."""
    assert not list(misplaced([BAD], {BAD, UNSURE}, [letter(BAD), *more]))


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ([], "is not among the dead letters"),
        ([letter(replace(BAD, topic="crisis.receipts.v1"))], "is not among"),
        ([letter(BAD), letter(Bad("crisis.reports.v1", b"{}"))], "can be read"),
    ],
    ids=["lost", "of another topic", "a good one"],
)
def test_what_is_wrongly_a_dead_letter_or_wrongly_none_is_seen(
    letters: list[Letter], words: str
) -> None:
    """G13: what is passed over waits for a person, and nothing that can be read is passed over."""
    assert any(words in one for one in misplaced([BAD], {BAD}, letters))


# --- what other systems were told ---


def journal() -> list[Recorded]:
    """The journal of a flood, without an event that is written in another way by now."""
    names = {field.name for field in fields(Recorded)}
    text = (ROOT / "tests" / "golden" / "journals" / "flood-1.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    kept = [
        {name: value for name, value in row.items() if name in names}
        for row in rows if row["type"] != "incident.message-released"
    ]  # fmt: skip
    return [Recorded(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in kept]


def told(row: Recorded) -> Message:
    """One of its events as it stands in the topic."""
    value = json.dumps(to_cloudevent(row), separators=(",", ":")).encode()
    return ConsumerRecord(
        topic="crisis.timeline.v1", partition=0, offset=0, timestamp=0, timestamp_type=0,
        key=row.stream_id.encode(), value=value, checksum=None, serialized_key_size=0,
        serialized_value_size=0, headers=HEADERS,
    )  # fmt: skip


def another_type(one: Message) -> Message:
    """Says that it is of a kind that no document knows."""
    return replace(one, value=(one.value or b"").replace(b".v1", b".v9", 1))


def test_a_timeline_that_is_the_journal_is_no_breach() -> None:
    """G11: also where it is told again from somewhere, in order."""
    topic = [told(row) for row in journal()]
    assert not list(mistold(topic, journal()))
    assert not list(mistold([*topic, *topic[5:]], journal()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda topic: topic[:0],
        lambda topic: [*topic[:5], *topic[6:]],
        lambda topic: [*topic[:5], topic[6], topic[5], *topic[7:]],
        lambda topic: [*topic, told(replace(journal()[-1], seq=999))],
        lambda topic: [another_type(topic[0]), *topic[1:]],
        lambda topic: [replace(topic[0], headers=()), *topic[1:]],
    ],
    ids=["nothing", "one missing", "turned", "one too many", "unknown", "without its header"],
)
def test_a_timeline_that_is_not_the_journal_is_seen(
    spoil: Callable[[list[Message]], list[Message]],
) -> None:
    """G11: other systems hear what has happened, all of it, in order."""
    [breach] = mistold(spoil([told(row) for row in journal()]), journal())
    assert breach.startswith("timeline: ")
