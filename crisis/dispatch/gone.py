"""What waits for a channel that is no longer set up: it goes on by the next medium, or fails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crisis.core.delivery import Change, Reason, impossible
from crisis.dispatch.ground import Trip
from crisis.dispatch.line import Line
from crisis.ports import Abilities, Clock, DeliveryRow, Outgoing, Receipt, View


class GoneChannel:
    """A channel that was taken out of the settings while something was queued for it."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.abilities = Abilities(
            form="short", confirms=False, repeat_safe=True, connections=1, depth=64
        )
        self._clock = clock

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Refuse everything, for good: there is nothing to hand it to."""
        at, why = self._clock.now(), str(Reason.NO_CHANNEL.of(self.name))
        return [
            Receipt(delivery_id=one.delivery_id, state="failed", at=at, reason=why) for one in batch
        ]

    async def close(self) -> None:
        """Nothing is held open."""


class GoneLine(Line):
    """Its line: each row fails for good when its time comes, and the ladder looks further."""

    def _step(self, row: DeliveryRow, trip: Trip, view: View, now: datetime) -> Outgoing | Change:
        del view  # there is no address to look for
        return impossible(row, Reason.NO_CHANNEL.of(row.channel), trip.course, now)
