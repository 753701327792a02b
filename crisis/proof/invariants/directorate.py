"""G6 and G7: the directorate before those outside, and ends for exactly those who were told."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.events import (
    BriefReleased,
    CarriedByHand,
    CommitmentBroken,
    DangerReported,
    Event,
    IncidentCancelled,
    IncidentDeclared,
    IncidentTakenOver,
    MessageFailed,
    MessageHeld,
    MessageReleased,
    MessageSent,
    PhaseDeclared,
    SeverityChanged,
)
from crisis.ports import MessageRow
from crisis.proof.invariants.approvals import waits_to_leave
from crisis.proof.invariants.record import SLACK, Breach, Record, may_have_been_sent, reason
from crisis.proof.invariants.words import TO_AUDIENCES, over_at_last

CHANGES = (
    IncidentDeclared,
    DangerReported,
    SeverityChanged,
    PhaseDeclared,
    IncidentCancelled,
    CommitmentBroken,
)
"""What the directorate must know before those outside hear of it."""


def g6_the_directorate_first(record: Record) -> Iterator[Breach]:
    """It was briefed of the last change before, or with, each message that goes outside.

    What saves lives does not wait until the brief has arrived (G12): it has left, that is enough.
    """
    audiences = record.pinned.plan.audiences
    for event, body in record.released():
        outside = body.audience is not None and audiences[body.audience].outside
        if not outside or body.kind not in TO_AUDIENCES:
            continue
        changed = max(one.seq for one, _ in record.of(*CHANGES) if one.seq < event.seq)
        together = any(isinstance(one, BriefReleased) for one in record.at_once(event))
        briefed = together or any(
            changed < one.seq < event.seq for one, _ in record.of(BriefReleased)
        )
        if body.life_safety and briefed:
            continue
        if not (_knew(record, changed, event) or _waited(record, body, event)):
            words = f"{body.message_id} to {body.audience} left before the directorate was told"
            yield record.breach("G6", words)


def _knew(record: Record, changed: int, event: Event) -> bool:
    """Whether a brief since the change was sent, or carried by hand, before this event."""
    briefs = {
        body.message_id for one, body in record.of(BriefReleased) if changed < one.seq < event.seq
    }
    sent = [(one.seq, body.message_id) for one, body in record.of(MessageSent)]
    carried = [(one.seq, body.message_id) for one, body in record.of(CarriedByHand)]
    return any(brief in briefs and seq < event.seq for seq, brief in (*sent, *carried))


def _waited(record: Record, body: MessageReleased, event: Event) -> bool:
    """Whether the message waited for its bound, on the record, and the brief was tried."""
    return any(
        held.audience == body.audience and one.seq < event.seq and held.until <= event.at
        for one, held in record.of(MessageHeld)
    )


def g7_the_end_reaches_who_was_told(record: Record) -> Iterator[Breach]:
    """It goes to exactly those who may have what it ends, on at least the same media."""
    for message in record.messages:
        if not message.ends:
            continue
        told = {
            (row.recipient_id, row.medium)
            for ended in message.ends
            for row in record.rows(ended)
            if may_have_been_sent(row)
        }
        hear = {(row.recipient_id, row.medium) for row in record.rows(message.id)}
        fanout = record.fanouts.get(message.id)
        whole = fanout is not None and fanout.finished
        if whole or (record.late(message.released_at, None) and not _overtaken(record, message)):
            for who, medium in sorted(told - hear):
                yield record.breach("G7", f"{who} had it by {medium}, and the end did not go there")
        had = {who for who, _ in told} | _on_its_way(record, message)
        for who in sorted({who for who, _ in hear} - had):
            yield record.breach("G7", f"{who} was sent the end of what they never had")
        yield from _closed(record, message)


def _on_its_way(record: Record, end: MessageRow) -> set[str]:
    """Who was stopped by the end: what was claimed for them then might as well have left."""
    return {
        row.recipient_id
        for ended in end.ends
        for row in record.rows(ended)
        if reason(row) == "ended"
    }


def _overtaken(record: Record, end: MessageRow) -> bool:
    """Whether a later word has ended this end, and goes to all whom it would have gone to."""
    return any(end.id in later.ends and {*end.ends} <= {*later.ends} for later in record.messages)


def _closed(record: Record, end: MessageRow) -> Iterator[Breach]:
    """Nobody further gets what is ended."""
    if not record.late(end.released_at, None):
        return
    for ended in end.ends:
        for row in record.rows(ended):
            if row.state == "queued":
                yield record.breach("G7", f"{ended} has ended and still waits to go ({row.id})")
            if row.sent_at is not None and row.sent_at > end.released_at + SLACK:
                yield record.breach("G7", f"{ended} went out after its end ({row.id})")


def g7_everyone_hears_the_end(record: Record) -> Iterator[Breach]:
    """Once it is over, every audience that was told has its end, here or in what was merged."""
    over_at = over_at_last(record)
    if over_at is None or record.merged_at is not None:
        return
    bound = record.pinned.in_force({}).directorate.unreachable_after.delta
    told = {
        body.audience for event, body in record.released()
        if body.kind in TO_AUDIENCES and body.kind != "end" and body.audience is not None
        and _reached_anyone(record, body.message_id)
    }  # fmt: skip
    told |= {audience for _, body in record.of(IncidentTakenOver) for audience in body.told}
    ended = {one.audience for one in record.messages if one.ends and one.released_at >= over_at}
    if record.late(over_at + bound, None):
        for audience in sorted(told - ended):
            if not waits_to_leave(record, audience):  # see approvals: it does not wait for ever
                yield record.breach("G7", f"{audience} was told of the trouble and not of its end")


def _reached_anyone(record: Record, message_id: str) -> bool:
    failed = any(body.message_id == message_id for _, body in record.of(MessageFailed))
    return not failed and any(may_have_been_sent(row) for row in record.rows(message_id))
