"""G8: every commitment ends kept or visibly broken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.events import (
    CommitmentBroken,
    CommitmentRenewed,
    Event,
    IncidentClosed,
    PromiseMade,
    UpdatePromised,
)
from crisis.proof.invariants.approvals import waits_to_leave
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
        if not ends and record.merged_at is not None:
            continue  # taken over with the incident: the other's record holds it
        if len(ends) > 1:
            yield record.breach("G8", f"the promise {name} ends {len(ends)} times")
        since, due_at = _last_time(record, made, body)
        owed_at = since + (due_at - since) * BROKEN_AT
        if not ends and record.late(owed_at, None):
            yield record.breach("G8", f"the promise {name} ends neither way")
        # answered, or about to be: it ends when that is sent, or not
        on_its_way = bool(outcome_of(record, name)) or waits_to_leave(record, body.audience)
        if not (ends or on_its_way) and closed_at is not None and record.late(closed_at, None):
            yield record.breach("G8", f"the incident is closed over the open promise {name}")
        if isinstance(body, PromiseMade) and body.engagement:
            yield from _counterpart(record, ends)


def _last_time(
    record: Record, made: Event, body: UpdatePromised | PromiseMade
) -> tuple[datetime, datetime]:
    """Since when, and for when, it was promised last: another time may have been given."""
    since, due_at = made.at, body.due_at
    for event, renewed in record.of(CommitmentRenewed):
        if renewed.commitment_id == body.commitment_id:
            since, due_at = event.at, renewed.due_at
    return since, due_at


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
