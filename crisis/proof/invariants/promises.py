"""G8: every commitment ends kept or visibly broken."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.events import (
    CommitmentBroken,
    Event,
    IncidentClosed,
    PromiseMade,
    UpdatePromised,
)
from crisis.proof.invariants.record import Breach, Record
from crisis.proof.invariants.words import BROKEN_AT, ENDS, outcome_of


def g8_promises_end(record: Record) -> Iterator[Breach]:
    """Each ends once; what nobody kept in time is broken; a broken engagement owes something."""
    closed_at = next((event.at for event, _ in record.of(IncidentClosed)), None)
    promises: list[tuple[Event, UpdatePromised | PromiseMade]] = [
        *record.of(UpdatePromised),
        *record.of(PromiseMade),
    ]
    for made, body in promises:
        name = body.commitment_id
        ends = [one for one in outcome_of(record, name) if isinstance(one.body, ENDS)]
        if len(ends) > 1:
            yield record.breach("G8", f"the promise {name} ends {len(ends)} times")
        owed_at = made.at + (body.due_at - made.at) * BROKEN_AT
        if not ends and record.late(owed_at, None):
            yield record.breach("G8", f"the promise {name} ends neither way")
        if not ends and closed_at is not None and record.late(closed_at, None):
            yield record.breach("G8", f"the incident is closed over the open promise {name}")
        if isinstance(body, PromiseMade) and body.engagement:
            yield from _counterpart(record, ends)


def _counterpart(record: Record, ends: list[Event]) -> Iterator[Breach]:
    for event in ends:
        broken = event.body
        if not isinstance(broken, CommitmentBroken):
            continue
        if not broken.counterpart_owed:
            words = f"the engagement {broken.commitment_id} is broken and owes nothing"
            yield record.breach("G8", words)
        if not record.people_written_to(event):
            words = f"nobody was asked for the counterpart of {broken.commitment_id}"
            yield record.breach("G8", words)
