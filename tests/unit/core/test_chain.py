"""The chain finds whatever was changed, taken away, added or moved (G11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from crisis.core import chain

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Event:
    """As much of a stored event as the chain reads."""

    seq: int
    stream: str = "incident"
    stream_id: str = "inc-1"
    at: datetime = NOON
    type: str = "Opened"
    version: int = 1
    text: str = "{}"
    command_id: str = "c1"
    head: str = ""


def written(count: int) -> list[Event]:
    """A stream as it is written."""
    events: list[Event] = []
    previous = chain.GENESIS
    for seq in range(1, count + 1):
        previous = chain.head_of(previous, Event(seq=seq))
        events.append(Event(seq=seq, head=previous))
    return events


def test_an_untouched_stream_verifies() -> None:
    """G11: what was written verifies against the head of its row, an empty stream too."""
    events = written(4)
    assert chain.verify(events, expected=events[-1].head) is None
    assert chain.verify([], expected=chain.GENESIS) is None


@pytest.mark.parametrize(
    "change",
    [
        {"stream": "report"},
        {"stream_id": "inc-2"},
        {"seq": 7},
        {"at": NOON + timedelta(microseconds=1)},
        {"type": "Closed"},
        {"version": 2},
        {"text": '{"a":1}'},
        {"command_id": "c2"},
        {"head": "0" * 64},
    ],
)
def test_a_change_of_any_field_is_found(change: dict[str, Any]) -> None:
    """G11: tampering with a field of an event is found at that event."""
    events = written(4)
    events[1] = replace(events[1], **change)
    assert chain.verify(events, expected=events[-1].head) == 2


def test_a_rewritten_event_is_found_at_the_next() -> None:
    """G11: an event that was changed together with its head does not fit the next one."""
    events = written(4)
    forged = replace(events[1], text="forged")
    events[1] = replace(forged, head=chain.head_of(events[0].head, forged))
    assert chain.verify(events, expected=events[-1].head) == 3


def test_a_chain_rewritten_to_its_end_does_not_fit_the_printed_head() -> None:
    """G11: who rewrites everything still cannot change the head that a brief has printed."""
    events = written(1)
    forged = replace(events[0], text="forged")
    forged = replace(forged, head=chain.head_of(chain.GENESIS, forged))
    assert chain.verify([forged], expected=events[0].head) == 2


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_deleted_event_is_named(missing: int) -> None:
    """G11: the seq that is not there any more is the one that is named."""
    events = written(4)
    head = events[-1].head
    del events[missing - 1]
    assert chain.verify(events, expected=head) == missing


def test_a_truncated_stream_is_found() -> None:
    """G11: a missing end shows against the head, and the first missing seq is named."""
    events = written(4)
    assert chain.verify(events[:3], expected=events[-1].head) == 4
    assert chain.verify([], expected=events[-1].head) == 1


def test_an_added_event_is_found() -> None:
    """G11: an event that was added at the end does not fit the head of the row."""
    events = written(4)
    assert chain.verify(events, expected=events[2].head) == 5


def test_reordered_events_are_found() -> None:
    """G11: two events cannot change places, not even with their numbers."""
    first, second, third = written(3)
    assert chain.verify([first, third, second], expected=third.head) == 2
    swapped = [first, replace(third, seq=2), replace(second, seq=3)]
    assert chain.verify(swapped, expected=second.head) == 2


def test_no_two_events_share_an_encoding() -> None:
    """G11: characters cannot move from one field to the next unseen."""
    one = Event(seq=1, type="ab", command_id="c")
    other = Event(seq=1, type="a", command_id="bc")
    quoted = Event(seq=1, type='a","b', command_id="c")
    assert len({chain.head_of("", event) for event in (one, other, quoted)}) == 3


def test_a_head_does_not_depend_on_the_zone() -> None:
    """The same instant in another zone has the same head."""
    paris = NOON.astimezone(timezone(timedelta(hours=2)))
    assert chain.head_of("", Event(seq=1, at=paris)) == chain.head_of("", Event(seq=1))


def test_the_head_is_what_the_documentation_says() -> None:
    """A recomputed head, for whoever checks a timeline with tools of their own."""
    import hashlib

    line = '["","incident","inc-1",1,"2026-03-29T12:00:00.000000+00:00","Opened",1,"\\u00e9","c1"]'
    expected = hashlib.sha256(line.encode()).hexdigest()
    assert chain.head_of("", Event(seq=1, text="é")) == expected
