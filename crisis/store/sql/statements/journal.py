"""Every statement about streams, their journal, their decisions and their prose."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, and_, bindparam, func, select, update

from crisis.ports import DecisionRow, Recorded, StreamRow, TextRow
from crisis.store.schema import IS_WAITING, decisions, journal, spelt, streams, texts
from crisis.store.shape import Shape
from crisis.store.sql.statements.compiled import AMONG, Compiled, among, first, given

STANDING = "version head exercise config_version key next_due_at parked"
"""What is written of a stream each time; its snapshot only when there is a new one."""

SNAPSHOT = "snapshot snapshot_schema snapshot_seq"


class JournalStatements(Compiled):
    """Named statements; no rules, for SQL is only storage."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.streams = Shape(StreamRow, streams, dialect)
        self.journal = Shape(Recorded, journal, dialect, given="position")
        self.decisions = Shape(DecisionRow, decisions, dialect)
        self.texts = Shape(TextRow, texts, dialect)
        self._read_streams()
        self._write_streams()
        self._journal_statements()
        self._decision_statements()

    def _read_streams(self) -> None:
        rows = select(*self.streams.columns)
        one = given(streams.c.stream, streams.c.stream_id)
        newest = rows.where(given(streams.c.stream)).order_by(streams.c.place.desc())
        waiting = [streams.c.stream == spelt("incident"), IS_WAITING]
        longest = [streams.c.next_due_at, streams.c.stream_id]
        due = select(streams.c.stream_id).where(*waiting, streams.c.next_due_at <= bindparam("now"))
        next_due_at = select(streams.c.next_due_at).where(*waiting)
        self.stream = self._sql(rows.where(one), "this_stream this_stream_id")
        """Where one stream stands."""
        self.open_stream = self._sql(
            select(streams.c.stream_id).where(given(streams.c.key)), "this_key"
        )
        """Who holds a correlation key."""
        begins = func.substr(streams.c.key, spelt(1), bindparam("size")) == bindparam("prefix")
        held = rows.where(streams.c.key.is_not(None), begins).order_by(streams.c.place)
        self.holders = self._sql(first(held), "size prefix limit")
        """Who holds a correlation key that begins so."""
        self.newest_streams = self._sql(first(newest), "this_stream limit")
        """The newest streams of a kind."""
        self.due = self._sql(first(due.order_by(*longest)), "now limit")
        """Incidents whose time has come, the longest waiting first."""
        self.claim_due = self._sql(
            first(due.order_by(*longest)).with_for_update(skip_locked=True), "now limit"
        )
        """The same, past those that others hold; held until the end of the transaction."""
        self.next_due_at = self._sql(first(next_due_at.order_by(*longest)), "limit")
        """The earliest time at which an incident is due."""

    def _write_streams(self) -> None:
        mine = and_(
            given(streams.c.stream, streams.c.stream_id),
            streams.c.version == bindparam("expected"),
        )
        where = "this_stream this_stream_id expected"

        def save(names: str) -> str:
            values: list[tuple[Any, Any]] = [
                (streams.c[name], bindparam(name)) for name in names.split()
            ]
            return self._sql(
                update(streams).where(mine).ordered_values(*values), f"{names} {where}"
            )

        self.standing = self.streams.writer(f"{STANDING} stream stream_id".split())
        self.standing_and_snapshot = self.streams.writer(
            f"{STANDING} {SNAPSHOT} stream stream_id".split()
        )
        self.add_stream = self._add(streams, self.streams)
        """A new stream, unless it stands or its key is held."""
        self.save_stream = save(STANDING)
        """Where a stream stands now, if it stood as expected; the snapshot stays."""
        self.save_stream_and_snapshot = save(f"{STANDING} {SNAPSHOT}")
        """The same with a new snapshot."""

    def _journal_statements(self) -> None:
        rows = select(*self.journal.columns)
        of_stream = rows.where(
            given(journal.c.stream, journal.c.stream_id), journal.c.seq > bindparam("after")
        )
        beyond = rows.where(journal.c.position > bindparam("beyond"))
        self.append = self._add(journal, self.journal)
        """Add an event, unless its seq is taken."""
        self.events = self._sql(
            of_stream.order_by(journal.c.seq), "this_stream this_stream_id after"
        )
        """A stream's events after a seq."""
        self.since = self._sql(first(beyond.order_by(journal.c.position)), "beyond limit")
        """The journal's next events after a position."""

    def _decision_statements(self) -> None:
        rows = select(*self.decisions.columns)
        of_stream = rows.where(given(decisions.c.stream, decisions.c.stream_id))
        self.record = self._add(decisions, self.decisions)
        """Add the answer to a command, unless it has one."""
        self.decision = self._sql(rows.where(given(decisions.c.command_id)), "this_command_id")
        """The answer to one command."""
        self.decisions_of = self._sql(
            of_stream.order_by(decisions.c.place), "this_stream this_stream_id"
        )
        """Every command that a stream has met."""
        self.add_text = self._add(texts, self.texts)
        """Add prose, unless it stands."""
        self.texts_among = self._sql(select(*self.texts.columns).where(among(texts.c.id)), AMONG)
        """Prose by id."""
