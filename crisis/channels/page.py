"""Status page and boards: pages of the product, which show what the store holds."""

from __future__ import annotations

from collections.abc import Sequence

from crisis.ports import Abilities, Clock, Outgoing, Receipt


class PageChannel:
    """A page is told nothing: it shows the message as soon as this says that it is there."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.abilities = Abilities(
            form="long", confirms=True, repeat_safe=True, connections=1, depth=64
        )
        self._clock = clock

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Answer that each message is shown."""
        at = self._clock.now()
        return [Receipt(delivery_id=one.delivery_id, state="delivered", at=at) for one in batch]

    async def close(self) -> None:
        """Nothing is held open."""
