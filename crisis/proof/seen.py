"""What people saw: each delivery that arrived, with its message and whom it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crisis.ports import DeliveryRow, MessageRow, Outgoing, Store
from crisis.proof.fakes import FakeChannel, Handed


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One delivery that arrived."""

    at: datetime
    channel: str
    outgoing: Outgoing
    row: DeliveryRow
    message: MessageRow

    @property
    def words(self) -> str:
        """Everything that a reader reads of it."""
        one = self.outgoing
        return f"{one.subject}\n{one.text}\n{one.short}"

    def says(self, words: str) -> bool:
        """Whether it says these words, in whatever case."""
        return words.casefold() in self.words.casefold()

    def told(self, zone: ZoneInfo) -> str:
        """One line of it, for whoever wonders why a story went another way."""
        clock = self.at.astimezone(zone).strftime("%d %H:%M")
        to = self.message.audience or "-"
        return f"{clock}  {self.row.medium} {self.message.kind} {to}: {self.outgoing.subject}"


class Sightings:
    """Everything that has arrived on any channel, in order."""

    def __init__(self, channels: Mapping[str, FakeChannel]) -> None:
        self._handed: list[Handed] = []
        self._known: dict[str, tuple[DeliveryRow, MessageRow]] = {}
        for channel in channels.values():
            channel.watchers.append(self._handed.append)

    def count(self) -> int:
        """How many hand-overs there were so far: a place to look from, later."""
        return len(self._handed)

    def since(self, place: int, store: Store) -> list[Seen]:
        """Give what has arrived since that place."""
        arrived = [one for one in self._handed[place:] if one.arrived]
        self._read(arrived, store)
        return list(self._seen(arrived))

    def _seen(self, arrived: Iterable[Handed]) -> Iterator[Seen]:
        for one in arrived:
            row, message = self._known[one.outgoing.delivery_id]
            yield Seen(
                at=one.at, channel=one.channel, outgoing=one.outgoing, row=row, message=message
            )

    def _read(self, arrived: Iterable[Handed], store: Store) -> None:
        """Read the ledger's rows and messages of what is not known yet, in one view."""
        missing = [one.outgoing for one in arrived if one.outgoing.delivery_id not in self._known]
        with store.read() as view:
            rows = view.ledger([one.delivery_id for one in missing])
            for one in missing:
                message = view.message(one.message_id)
                if message is None or one.delivery_id not in rows:
                    raise LookupError(f"delivery {one.delivery_id} arrived and is in no ledger")
                self._known[one.delivery_id] = (rows[one.delivery_id], message)
