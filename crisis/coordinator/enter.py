"""What people said, on its way into the register, in the transaction that records it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crisis.coordinator.turn import Turn
from crisis.core.deciding import Decision
from crisis.core.events import Event
from crisis.core.register import Moved, entries_of
from crisis.ports import RegisterRow


def enter(turn: Turn, decision: Decision) -> None:
    """Write each person's word of these events."""
    for event in decision.events:
        rows = list(_rows(turn, event))
        if rows:
            turn.unit.save_register(rows)


def _rows(turn: Turn, event: Event) -> Iterator[RegisterRow]:
    incident_id = turn.command.stream_id
    for one in entries_of(event.body, turn.command.actor.person):
        if isinstance(one, Moved):
            for row in turn.unit.register(incident_id, one.subject):
                yield replace(row, subject=one.into)
        else:
            yield RegisterRow(
                incident_id=incident_id,
                subject=one.subject,
                person=one.person,
                said=one.said,
                at=event.at,
            )
