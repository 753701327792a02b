"""Rows for the stories of the contract, and the two ways to speak to a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from crisis.core import chain
from crisis.ports import (
    DecisionRow,
    DeliveryRow,
    FanoutRow,
    Job,
    MessageRow,
    QuarantineRow,
    Recorded,
    Store,
    StreamRow,
    TextRow,
    Unit,
)

T = TypeVar("T")

NOON = datetime(2026, 3, 29, 12, 0, 0, 123457, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def commit(store: Store, job: Job[T]) -> T:
    """Run one job, as if nobody else waited; raise what it raised."""
    (answer,) = store.transact([job])
    if isinstance(answer, Exception):
        raise answer
    return answer  # type: ignore[no-any-return]  # transact answers any job


def stream(stream_id: str = "inc-1", **changes: Any) -> StreamRow:
    """An incident at version 1."""
    row = StreamRow(
        stream="incident",
        stream_id=stream_id,
        version=1,
        head="h1",
        exercise=False,
        config_version=3,
    )
    return replace(row, **changes)


def put_streams(store: Store, *rows: StreamRow) -> None:
    """Save new streams, in this order."""

    def job(unit: Unit) -> None:
        for row in rows:
            unit.save_stream(row, expected_version=0)

    commit(store, job)


def event(seq: int = 1, stream_id: str = "inc-1", **changes: Any) -> Recorded:
    """One event, not chained."""
    row = Recorded(
        stream="incident",
        stream_id=stream_id,
        seq=seq,
        at=NOON,
        type="Opened",
        version=1,
        text='{"é":1}',
        command_id=f"c{seq}",
        head=f"h{seq}",
    )
    return replace(row, **changes)


def chained(count: int, stream_id: str = "inc-1") -> list[Recorded]:
    """Events with the heads that they must have."""
    events: list[Recorded] = []
    previous = chain.GENESIS
    for seq in range(1, count + 1):
        one = event(seq, stream_id)
        previous = chain.head_of(previous, one)
        events.append(replace(one, head=previous))
    return events


def decision(command_id: str = "c1", **changes: Any) -> DecisionRow:
    """An accepted command."""
    row = DecisionRow(
        command_id=command_id,
        stream="incident",
        stream_id="inc-1",
        command='{"type":"Accept"}',
        actor="person-7",
        authority="lead",
        door="web",
        exercise=True,
        at=NOON,
        facts="{}",
        config_version=3,
        rules_version=2,
        accepted=True,
        answer="{}",
        first_seq=4,
        last_seq=5,
    )
    return replace(row, **changes)


def text(text_id: str = "t1", content: str = "L'eau monte.") -> TextRow:
    """Prose of an incident."""
    return TextRow(id=text_id, owner="inc-1", salt="s", content=content)


def message(number: int = 1, **changes: Any) -> MessageRow:
    """An approved message, with every field set."""
    row = MessageRow(
        id=f"m{number}",
        incident_id="inc-1",
        number=number,
        kind="update",
        audience="on-site",
        phase="open",
        urgency="high",
        life_safety=True,
        exercise=False,
        lane="now",
        released_at=NOON,
        texts={"fr": "t1", "en": "t2"},
        sender="Services généraux",
        contact="poste 1234",
        acknowledge=True,
        expires_at=NOON + MINUTE,
        offer_id="o1",
        ends=("m0", "m-1"),
        config_version=3,
    )
    return replace(row, **changes)


def fanout(message_id: str = "m1", **changes: Any) -> FanoutRow:
    """A fan-out that has not begun."""
    row = FanoutRow(
        message_id=message_id, incident_id="inc-1", audience="on-site", directory_version=4
    )
    return replace(row, **changes)


def delivery(name: str = "d1", **changes: Any) -> DeliveryRow:
    """A delivery whose attempt is due at noon."""
    row = DeliveryRow(
        id=name,
        message_id="m1",
        incident_id="inc-1",
        recipient_id=f"to-{name}",
        medium="mail",
        channel="email",
        rung=0,
        lane="soon",
        language="fr",
        state="queued",
        next_attempt_at=NOON,
    )
    return replace(row, **changes)


def put_deliveries(store: Store, *rows: DeliveryRow) -> None:
    """Add rows to the ledger, in this order."""
    commit(store, lambda unit: unit.add_deliveries(rows))


def claim(store: Store, **changes: Any) -> list[DeliveryRow]:
    """Claim at noon, for a minute."""
    asked: dict[str, Any] = {
        "channel": "email",
        "now": NOON,
        "real": NOON,
        "owner": "me",
        "lease": MINUTE,
        "limit": 10,
    }
    return commit(store, lambda unit: unit.claim(**(asked | changes)))


def ids(rows: Sequence[DeliveryRow]) -> list[str]:
    """What the rows are called, in their order."""
    return [row.id for row in rows]


def quarantined(name: str, **changes: Any) -> QuarantineRow:
    """A body that could not be read."""
    row = QuarantineRow(
        id=name, at=NOON, door="hook", source="probe", reason="not JSON", body=b"\x00\xff{"
    )
    return replace(row, **changes)
