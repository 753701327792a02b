"""Streams, their journal, their decisions and their prose, in a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crisis.ports import Conflict, DecisionRow, Recorded, StreamKind, StreamRow, TextRow
from crisis.store.columns import instant, microseconds
from crisis.store.sql.wire import Wire


class JournalView(Wire):
    """What may be read: see :class:`crisis.ports.View` for what each promises."""

    __slots__ = ()

    def stream(self, stream: StreamKind, stream_id: str) -> StreamRow | None:
        """Where this stream stands."""
        sql = self._sql.journal
        found = self._one(sql.stream, stream, stream_id)
        return sql.streams.row(found) if found else None

    def open_stream(self, key: str) -> str | None:
        """Who holds the key."""
        return self._value(self._sql.journal.open_stream, key)  # type: ignore[no-any-return]  # text

    def holders(self, prefix: str, *, limit: int = 200) -> list[StreamRow]:
        """Whose key begins so."""
        sql = self._sql.journal
        return sql.streams.rows(self._all(sql.holders, len(prefix), prefix, limit))

    def streams(self, stream: StreamKind, *, limit: int = 100) -> list[StreamRow]:
        """The newest first."""
        sql = self._sql.journal
        return sql.streams.rows(self._all(sql.newest_streams, stream, limit))

    def due(self, now: datetime, limit: int) -> list[str]:
        """Whose time has come."""
        return [row[0] for row in self._all(self._sql.journal.due, microseconds(now), limit)]

    def next_due_at(self) -> datetime | None:
        """The first of the waiting."""
        at = self._value(self._sql.journal.next_due_at, 1)
        return None if at is None else instant(at)

    def events(self, stream: StreamKind, stream_id: str, *, after: int = 0) -> list[Recorded]:
        """The stream's own events."""
        sql = self._sql.journal
        return sql.journal.rows(self._all(sql.events, stream, stream_id, after))

    def since(self, position: int, limit: int) -> list[Recorded]:
        """The journal's next events."""
        sql = self._sql.journal
        return sql.journal.rows(self._all(sql.since, position, limit))

    def decision(self, command_id: str) -> DecisionRow | None:
        """The answer given."""
        sql = self._sql.journal
        found = self._one(sql.decision, command_id)
        return sql.decisions.row(found) if found else None

    def decisions(self, stream: StreamKind, stream_id: str) -> list[DecisionRow]:
        """Every command met."""
        sql = self._sql.journal
        return sql.decisions.rows(self._all(sql.decisions_of, stream, stream_id))

    def texts(self, ids: Sequence[str]) -> dict[str, TextRow]:
        """Prose by id."""
        sql = self._sql.journal
        found = sql.texts.rows(self._among(sql.texts_among, ids))
        return {row.id: row for row in found}


class JournalUnit(JournalView):
    """What may be written: see :class:`crisis.ports.Unit` for what each promises."""

    __slots__ = ()

    def claim_due(self, now: datetime, limit: int) -> list[str]:
        """Whose time has come, past those that others hold."""
        return [row[0] for row in self._all(self._sql.journal.claim_due, microseconds(now), limit)]

    def save_stream(self, row: StreamRow, *, expected_version: int) -> None:
        """Write the row when nobody was faster."""
        sql = self._sql.journal
        if expected_version == 0:
            statement, values = sql.add_stream, sql.streams.values(row)
        elif row.snapshot is None:
            statement, values = sql.save_stream, [*sql.standing(row), expected_version]
        else:
            values = [*sql.standing_and_snapshot(row), expected_version]
            statement = sql.save_stream_and_snapshot
        try:
            written = self._write(statement, values)
        except self._sql.taken as error:
            raise Conflict(f"another open incident holds the key {row.key}") from error
        if not written:
            raise Conflict(
                f"{row.stream} {row.stream_id} is not at version {expected_version}, "
                f"or another open incident holds the key {row.key}"
            )

    def append(self, events: Sequence[Recorded]) -> None:
        """Add events, each with a seq of its own."""
        self.stirred.add("journal")
        sql = self._sql.journal
        written = self._write_all(sql.append, [sql.journal.values(event) for event in events])
        if written < len(events):
            streams = sorted({f"{event.stream} {event.stream_id}" for event in events})
            raise Conflict(f"{', '.join(streams)}: the seq of an event is taken")

    def record(self, row: DecisionRow) -> None:
        """Add the answer, once."""
        sql = self._sql.journal
        self.stirred.add("journal")
        if not self._write(sql.record, sql.decisions.values(row)):
            raise Conflict(f"command {row.command_id} has been answered")

    def add_texts(self, rows: Sequence[TextRow]) -> None:
        """Those that stand win."""
        sql = self._sql.journal
        self._write_all(sql.add_text, [sql.texts.values(row) for row in rows])
