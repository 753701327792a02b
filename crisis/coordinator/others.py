"""What the rules may know of other incidents: as they stand in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crisis.codec import CannotRead
from crisis.coordinator.turn import Turn
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.facts import Beside
from crisis.organisation import Organisation
from crisis.ports import StreamRow, Unit


class OtherIncidents:
    """Looks another incident up when a rule asks; ``seen`` is what was looked at, for the log."""

    def __init__(self, unit: Unit, load: Callable[[Unit, StreamRow], Incident]) -> None:
        """``load`` folds an incident; it raises CannotRead where nobody can."""
        self._unit = unit
        self._load = load
        self.seen: dict[str, int] = {}

    def incident(self, incident_id: str) -> Incident | None:
        """One of them; None where there is none, or where it is set aside."""
        row = self._unit.stream("incident", incident_id)
        return next(self._known([row]), None) if row is not None else None

    def holding(self, prefix: str) -> list[Incident]:
        """Those that hold a correlation key that begins so, the oldest first."""
        return list(self._known(self._unit.holders(prefix)))

    def _known(self, rows: list[StreamRow]) -> Iterator[Incident]:
        for row in rows:
            if row.parked is not None:
                continue
            try:
                found = self._load(self._unit, row)
            except CannotRead:
                continue  # whoever decides on it sets it aside; here it is only not there
            self.seen[found.id] = found.seq
            yield found


def beside(
    turn: Turn,
    load: Callable[[Unit, StreamRow], Incident],
    organisation: Callable[[int | None], Organisation],
) -> Beside:
    """Give the other open crises, for a brief; one that cannot be read is not there."""
    known = OtherIncidents(turn.unit, load)

    def look(row: StreamRow) -> tuple[Incident, Pinned] | None:
        found = known.incident(row.stream_id)
        if found is None:
            return None
        return found, organisation(row.config_version).pinned(found.playbook, found.site)

    command = turn.command
    return Beside(turn.unit, mine=command.stream_id, exercise=command.exercise, look=look)
