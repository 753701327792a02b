"""G11: the timeline is complete, ordered, tamper-evident, and rebuilt identically."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

from crisis.codec import CannotRead, shape_of
from crisis.core.chain import verify
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.ports import Recorded, StreamRow, View
from crisis.proof.invariants.record import Breach, Record

_EVERY = 1_000_000


def g11_the_chain_holds(view: View) -> Iterator[Breach]:
    """Every stream verifies against its head, and its numbers are whole."""
    for row in (*view.streams("incident", limit=_EVERY), *view.streams("report", limit=_EVERY)):
        events = view.events(row.stream, row.stream_id)
        yield from _one(row, events)


def _one(row: StreamRow, events: list[Recorded]) -> Iterator[Breach]:
    at = verify(events, expected=row.head)
    if at is not None:
        yield _breach(row, f"the chain does not hold at event {at}")
    if row.version != len(events):
        yield _breach(row, f"the stream stands at {row.version} and has {len(events)} events")
    for before, after in pairwise(events):
        if after.at < before.at:
            yield _breach(row, f"event {after.seq} is older than the one before it")


def g11_every_event_has_its_decision(record: Record) -> Iterator[Breach]:
    """Each event belongs to an accepted command, and each command to exactly its events."""
    of_command: dict[str, list[int]] = {}
    for one in record.recorded:
        of_command.setdefault(one.command_id, []).append(one.seq)
    for command_id, seqs in of_command.items():
        decision = record.decisions.get(command_id)
        if decision is None or not decision.accepted:
            yield record.breach("G11", f"events {seqs} come of no accepted command ({command_id})")
        elif seqs != list(range(decision.first_seq, decision.last_seq + 1)):
            yield record.breach("G11", f"the decision on {command_id} does not name its events")
    for command_id, decision in record.decisions.items():
        if decision.first_seq and command_id not in of_command:
            yield record.breach("G11", f"the decision on {command_id} names events that are gone")


def g11_the_state_is_rebuilt(record: Record) -> Iterator[Breach]:
    """Every event folds, and a snapshot with the events after it gives the same as all of them."""
    for seq in record.misfits:
        yield record.breach("G11", f"event {seq} speaks of something that never was")
    row = record.row
    if row.snapshot is None or record.misfits:
        return
    try:
        rebuilt: Incident = shape_of(Incident).load(row.snapshot)
    except CannotRead:
        return  # of an older schema: it is not used
    for event in record.events[row.snapshot_seq :]:
        with suppress(LookupError, ValueError, TypeError, AttributeError):  # then it is another one
            rebuilt = evolve(rebuilt, event)
    if rebuilt != record.states[-1]:
        yield record.breach("G11", "the snapshot tells another story than the journal")


def _breach(row: StreamRow, words: str) -> Breach:
    return Breach(guarantee="G11", where=row.stream_id, words=words)
