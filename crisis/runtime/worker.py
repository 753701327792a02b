"""What a worker does with each message of a topic, and with the clock; no broker here.

The truth is the store: what a message came to and the message's own position are written in one
transaction, and a command that was answered before is answered as before. So whatever is read a
second time changes nothing, and nothing that was not read is passed over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from crisis.codec import CannotRead
from crisis.ports import Store, Unavailable, Unit
from crisis.runtime.writer import GroupWriter

_log = structlog.get_logger(__name__)

Note = Callable[[Unit], None]
"""Writes, within a transaction, that a message has been handled."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two tries while the store is away; each pause is twice the one before."""


Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as it stands in a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


Handle = Callable[[Entry], Awaitable[None]]
Handled = Callable[[], Mapping[tuple[str, int], int]]
"""Topic and partition -> the last offset that the store has handled."""


class Met(Protocol):
    """Writes down where partitions of a topic begin: see :meth:`Worker.met`."""

    async def __call__(self, topic: str, begins: Mapping[int, int], *, anew: bool) -> None:
        """Answer once it is durable."""


@dataclass(slots=True)
class Worker:
    """Handles one message after the other of each partition.

    ``act`` does what a message asks and writes the note that it is given with that, or after it;
    ``set_aside`` puts one that cannot be handled where a person sees it, and answers once that is
    durable. ``cluster`` is the id of the brokers' cluster, which the stored positions belong to.
    """

    cluster: str
    write: GroupWriter
    act: Callable[[Entry, Note], Awaitable[object]]
    set_aside: Callable[[Entry, str], Awaitable[None]]

    async def handle(self, entry: Entry) -> None:
        """Answer once what it came to is durable, however long the store is away."""
        await self._through(lambda: self._handled(entry))

    async def _through(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do something with the store, again and again while it is away."""
        pause = FIRST_PAUSE
        while True:
            try:
                await act()
            except Unavailable as error:
                if pause == FIRST_PAUSE:
                    _log.warning("the store is away; messages wait in their topic", why=str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    async def met(self, topic: str, begins: Mapping[int, int], *, anew: bool) -> None:
        """Write down where partitions of a topic begin: one that is added later is known by that.

        Of what is known already only one that was made ``anew`` begins again.
        """

        def note(unit: Unit) -> None:
            known = unit.positions(self.cluster)
            for partition, offset in begins.items():
                if anew or (topic, partition) not in known:
                    unit.save_position(self.cluster, topic, partition, offset - 1)

        await self._through(lambda: self.write(note))

    async def _handled(self, entry: Entry) -> None:
        def note(unit: Unit) -> None:
            unit.advance_position(self.cluster, entry.topic, entry.partition, entry.offset)

        try:
            await self.act(entry, note)
        except Unavailable:
            raise
        except CannotRead as unreadable:
            await self._aside(entry, str(unreadable), note)
        except Exception as error:  # noqa: BLE001 - one message never stops the others (G13)
            _log.exception("a message could not be handled", topic=entry.topic, offset=entry.offset)
            await self._aside(entry, f"the rules failed ({type(error).__name__})", note)

    async def _aside(self, entry: Entry, reason: str, note: Note) -> None:
        """First to where a person sees it, then on: a crash between the two shows it twice."""
        _log.error(
            "a message is set aside", topic=entry.topic, partition=entry.partition,
            offset=entry.offset, reason=reason,
        )  # fmt: skip
        await self.set_aside(entry, reason)
        await self.write(note)


def handled(store: Store, cluster: str) -> Mapping[tuple[str, int], int]:
    """Topic and partition -> the last offset of it that has been handled."""
    with store.read() as view:
        return view.positions(cluster)
