"""Messages, fan-outs and deliveries, in a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from crisis.ports import DELIVERY_STATES, LANES, Claims, DeliveryRow, FanoutRow, MessageRow
from crisis.store.columns import instant, microseconds
from crisis.store.integrity import insist_on_attempt_times
from crisis.store.sql.wire import Wire

UNTRIED = "untried"

Counted = tuple[str, str, int]
"""Message, state and attempts of a row: what it is counted by."""


class LedgerView(Wire):
    """What may be read: see :class:`crisis.ports.View` for what each promises."""

    __slots__ = ()

    def message(self, message_id: str) -> MessageRow | None:
        """One message."""
        sql = self._sql.ledger
        found = self._one(sql.message, message_id)
        return sql.messages.row(found) if found else None

    def messages(self, incident_id: str) -> list[MessageRow]:
        """By number."""
        sql = self._sql.ledger
        return sql.messages.rows(self._all(sql.messages_of, incident_id))

    def fanouts(self, *, unfinished: bool = True, limit: int = 100) -> list[FanoutRow]:
        """Oldest first."""
        sql = self._sql.ledger
        statement = sql.unfinished_fanouts if unfinished else sql.all_fanouts
        return sql.fanouts.rows(self._all(statement, limit))

    def fanout(self, message_id: str) -> FanoutRow | None:
        """The message's own."""
        sql = self._sql.ledger
        found = self._one(sql.fanout, message_id)
        return sql.fanouts.row(found) if found else None

    def untold(self) -> list[FanoutRow]:
        """Those that ended, and were not told."""
        return self._sql.ledger.fanouts.rows(self._all(self._sql.ledger.untold_fanouts))

    def deliveries(self, message_id: str) -> list[DeliveryRow]:
        """The message's rows."""
        sql = self._sql.ledger
        return sql.deliveries.rows(self._all(sql.deliveries_of, message_id))

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        """One row."""
        sql = self._sql.ledger
        found = self._one(sql.delivery, delivery_id)
        return sql.deliveries.row(found) if found else None

    def ledger(self, delivery_ids: Sequence[str]) -> dict[str, DeliveryRow]:
        """Rows by id."""
        sql = self._sql.ledger
        found = sql.deliveries.rows(self._among(sql.deliveries_among, delivery_ids))
        return {row.id: row for row in found}

    def delivery_by_ref(self, channel: str, provider_ref: str) -> DeliveryRow | None:
        """The newest with this reference."""
        sql = self._sql.ledger
        found = self._one(sql.delivery_by_ref, channel, provider_ref, 1)
        return sql.deliveries.row(found) if found else None

    def tally(self, message_id: str) -> dict[str, int]:
        """Read from the counts that every write keeps."""
        counts = dict.fromkeys((*DELIVERY_STATES, UNTRIED), 0)
        return counts | dict(self._all(self._sql.ledger.tally, message_id))

    def sent_to(self, message_ids: Sequence[str]) -> list[tuple[str, str, str, str]]:
        """Who has, or may have, any of these."""
        return sorted(set(self._among(self._sql.ledger.sent_to, message_ids)))

    def thread(self, incident_id: str, recipient_id: str, medium: str) -> list[str]:
        """What went before."""
        found = self._all(self._sql.ledger.thread, incident_id, recipient_id, medium)
        return [row[0] for row in found]

    def queued_channels(self) -> list[str]:
        """From one to the next by the index: the rows themselves are not walked over."""
        found: list[str] = []
        while name := self._value(self._sql.ledger.queued_after, found[-1] if found else ""):
            found.append(name)
        return found

    def shown(self, channel: str, recipient_id: str, *, limit: int = 20) -> list[DeliveryRow]:
        """The highest number of each incident and audience."""
        sql = self._sql.ledger
        return sql.deliveries.rows(self._all(sql.shown, channel, recipient_id, limit))

    def claims(self, real: datetime) -> Claims:
        """From the index of the claimed."""
        claimed, lost, since = self._one(self._sql.ledger.claims, microseconds(real))
        return Claims(held=claimed - lost, lost=lost, lost_since=instant(since) if lost else None)

    def attempted_at(self, message_id: str) -> datetime | None:
        """Counted by the database."""
        at = self._value(self._sql.ledger.attempted_at, message_id)
        return None if at is None else instant(at)

    def next_attempt_at(self) -> datetime | None:
        """The first attempt or fallback."""
        sql = self._sql.ledger
        times = [self._value(sql.next_attempt_at), self._value(sql.next_fallback_at)]
        return min((instant(at) for at in times if at is not None), default=None)


class LedgerUnit(LedgerView):
    """What may be written: see :class:`crisis.ports.Unit` for what each promises."""

    __slots__ = ()

    def add_messages(self, rows: Sequence[MessageRow]) -> None:
        """Those that stand win."""
        sql = self._sql.ledger
        self._write_all(sql.add_message, [sql.messages.values(row) for row in rows])

    def add_fanouts(self, rows: Sequence[FanoutRow]) -> None:
        """Those that stand win."""
        self.stirred.add("ledger")
        sql = self._sql.ledger
        self._write_all(sql.add_fanout, [sql.fanouts.values(row) for row in rows])

    def save_fanout(self, row: FanoutRow) -> None:
        """Replace the row."""
        sql = self._sql.ledger
        if not self._write(sql.save_fanout, sql.moved(row)):
            raise LookupError(f"message {row.message_id} has no fan-out")

    def add_deliveries(self, rows: Sequence[DeliveryRow]) -> None:
        """Those that stand win; rows that count alike are added together, the order stays."""
        self.stirred.add("ledger")
        insist_on_attempt_times(rows)
        sql = self._sql.ledger
        change: Counter[tuple[str, str]] = Counter()
        for counted, alike in groupby(rows, key=_counted):
            added = self._write_all(sql.add_delivery, [sql.deliveries.values(row) for row in alike])
            change.update(dict.fromkeys(counted, added))
        self._keep_tallies(change)

    def save_deliveries(self, rows: Sequence[DeliveryRow]) -> None:
        """Write over the rows, but for what makes their identity."""
        insist_on_attempt_times(rows)
        sql = self._sql.ledger
        standing: dict[str, Counted] = {
            found[0]: found[1:] for found in self._among(sql.standing, [row.id for row in rows])
        }
        moves: list[tuple[Counted, Counted]] = []
        for row in rows:
            stood = standing.get(row.id)
            if stood is None:
                raise LookupError(f"delivery {row.id} is not in the ledger")
            standing[row.id] = stands = (stood[0], row.state, row.attempts)
            moves.append((stood, stands))
        self._write_all(sql.save_delivery, [sql.saved(row) for row in rows])
        self._keep_tallies(_changed(moves))

    def claim(
        self,
        *,
        channel: str,
        now: datetime,
        real: datetime,
        owner: str,
        lease: timedelta,
        limit: int,
    ) -> list[DeliveryRow]:
        """One lane after the other, as long as there is room."""
        until, due = microseconds(real + lease), microseconds(now)
        claimed: list[DeliveryRow] = []
        for lane in range(len(LANES)):
            room = limit - len(claimed)
            if room <= 0:
                break
            found = self._all(self._sql.ledger.claim, owner, until, channel, lane, due, room)
            claimed += self._claimed(found)
        return claimed

    def _claimed(self, found: list[Any]) -> list[DeliveryRow]:
        """Count the rows of a lane anew; a database gives back what it changed in any order."""
        sql = self._sql.ledger
        rows = sql.deliveries.rows(sorted(found, key=sql.turn))
        moves = (
            (
                (row.message_id, "queued", row.attempts - 1),
                (row.message_id, "sending", row.attempts),
            )
            for row in rows
        )
        self._keep_tallies(_changed(moves))
        return rows

    def due_fallbacks(self, now: datetime, limit: int) -> list[DeliveryRow]:
        """Whose next rung is asked for."""
        sql = self._sql.ledger
        return sql.deliveries.rows(self._all(sql.due_fallbacks, microseconds(now), limit))

    def leased_out(self, *, owner: str | None, real: datetime) -> list[DeliveryRow]:
        """Claims that nobody holds any more."""
        sql = self._sql.ledger
        return sql.deliveries.rows(self._all(sql.leased_out, microseconds(real), owner))

    def _keep_tallies(self, change: Counter[tuple[str, str]]) -> None:
        """Bring the counts to what the rows say."""
        rows = [(*counted, by) for counted, by in sorted(change.items()) if by]
        self._write_all(self._sql.ledger.add_to_tally, rows)


def _counts(message_id: str, state: str, attempts: int) -> tuple[tuple[str, str], ...]:
    """Where a row is counted: in its state, and among the untried while nobody has tried it."""
    if state == "queued" and attempts == 0:
        return (message_id, state), (message_id, UNTRIED)
    return ((message_id, state),)


def _counted(row: DeliveryRow) -> tuple[tuple[str, str], ...]:
    """The same for a whole row."""
    return _counts(row.message_id, row.state, row.attempts)


def _changed(moves: Iterable[tuple[Counted, Counted]]) -> Counter[tuple[str, str]]:
    """What moves from one standing to another change in the counts."""
    change: Counter[tuple[str, str]] = Counter()
    for (before, after), rows in Counter(moves).items():
        change.subtract(dict.fromkeys(_counts(*before), rows))
        change.update(dict.fromkeys(_counts(*after), rows))
    return change
