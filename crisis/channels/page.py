"""Status page and boards: pages of the product, which show what the store holds."""

from __future__ import annotations

from collections.abc import Sequence

from crisis.ports import Abilities, Clock, Outgoing, Receipt


class PageChannel:
    """A page is told nothing: it asks the store (``View.shown``) and shows what was delivered.

    *Delivered* means here that the message stands on the page of this address, ``/status/ADDRESS``
    or ``/board/ADDRESS``, from the commit of this receipt on. It does not say that anybody looks
    at it: a page is a place, and counts for nobody in front of it. The pages are served by the
    process that sends, so that what is said to stand there can be opened.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.abilities = Abilities(
            form="long", confirms=True, repeat_safe=True, connections=1, depth=64
        )
        self._clock = clock

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Answer that each message stands there, once the answer is durable."""
        at = self._clock.now()
        return [Receipt(delivery_id=one.delivery_id, state="delivered", at=at) for one in batch]

    async def close(self) -> None:
        """Nothing is held open."""
