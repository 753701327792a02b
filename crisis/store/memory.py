"""The reference store: the least code that keeps every promise of :class:`crisis.ports.Store`.

A table is replaced, never changed; so are the few that only say where to look. So a view is the
set of tables that stood when it was opened, undoing a job is going back to the tables before it,
and a commit is one assignment. Each write costs the length of its table, copied at once: that
suits tests, stories and the simulator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from crisis.ports import (
    LANES,
    Bell,
    ConfigurationRow,
    Conflict,
    DecisionRow,
    DeliveryRow,
    FanoutRow,
    Job,
    LeaseRow,
    MessageRow,
    QuarantineRow,
    Recorded,
    RegisterRow,
    Stir,
    StreamRow,
    TextRow,
    View,
)
from crisis.store.bell import Tower
from crisis.store.integrity import (
    digest_of,
    insist_on_attempt_times,
    insist_on_going_forward,
    lease_of,
)
from crisis.store.memory_view import MemoryView, Tables

Row = TypeVar("Row")
Key = TypeVar("Key")


class MemoryUnit(MemoryView):
    """Writes to tables of its own: see :class:`crisis.ports.Unit` for what each promises."""

    __slots__ = ()

    def claim_due(self, now: datetime, limit: int) -> list[str]:
        """One transaction at a time: nobody else holds any."""
        return self.due(now, limit)

    def save_stream(self, row: StreamRow, *, expected_version: int) -> None:
        """Replace the row when nobody was faster."""
        before = self.stream(row.stream, row.stream_id)
        if (before.version if before else 0) != expected_version:
            raise Conflict(f"{row.stream} {row.stream_id} is not at version {expected_version}")
        if row.key is not None and self.open_stream(row.key) not in {None, row.stream_id}:
            raise Conflict(f"another open incident holds the key {row.key}")
        if before and row.snapshot is None:
            row = replace(
                row,
                snapshot=before.snapshot,
                snapshot_schema=before.snapshot_schema,
                snapshot_seq=before.snapshot_seq,
            )
        self._tables.streams = self._tables.streams | {(row.stream, row.stream_id): row}

    def append(self, events: Sequence[Recorded]) -> None:
        """Give each event its place in the journal."""
        for event in events:
            own = self._tables.events.get((event.stream, event.stream_id), ())
            newest = not own or event.seq > own[-1].seq
            if not newest and any(event.seq == other.seq for other in own):
                raise Conflict(f"{event.stream} {event.stream_id} has an event {event.seq}")
            placed = replace(event, position=len(self._tables.journal) + 1)
            self._tables.journal = (*self._tables.journal, placed)
            grown = (*own, placed)
            if not newest:
                grown = tuple(sorted(grown, key=lambda one: one.seq))
            self._tables.events = self._tables.events | {(event.stream, event.stream_id): grown}

    def record(self, row: DecisionRow) -> None:
        """Add the answer, once."""
        if row.command_id in self._tables.decisions:
            raise Conflict(f"command {row.command_id} has been answered")
        self._tables.decisions = self._tables.decisions | {row.command_id: row}
        stream = row.stream, row.stream_id
        self._tables.of_stream = _grown(self._tables.of_stream, [(stream, row.command_id)])

    def add_texts(self, rows: Sequence[TextRow]) -> None:
        """Those that stand win."""
        self._tables.texts = _with_new(self._tables.texts, ((row.id, row) for row in rows))

    def add_messages(self, rows: Sequence[MessageRow]) -> None:
        """Those that stand win."""
        fresh = {row.id: row.incident_id for row in rows if row.id not in self._tables.messages}
        self._tables.messages = _with_new(self._tables.messages, ((row.id, row) for row in rows))
        placed = ((incident_id, id_) for id_, incident_id in fresh.items())
        self._tables.of_incident = _grown(self._tables.of_incident, placed)

    def add_fanouts(self, rows: Sequence[FanoutRow]) -> None:
        """Those that stand win."""
        added = ((row.message_id, row) for row in rows)
        self._tables.fanouts = _with_new(self._tables.fanouts, added)

    def save_fanout(self, row: FanoutRow) -> None:
        """Replace the row."""
        if row.message_id not in self._tables.fanouts:
            raise LookupError(f"message {row.message_id} has no fan-out")
        self._tables.fanouts = self._tables.fanouts | {row.message_id: row}

    def add_deliveries(self, rows: Sequence[DeliveryRow]) -> None:
        """Those that stand win."""
        insist_on_attempt_times(rows)
        stood = self._tables.deliveries
        fresh = _with_new({}, ((row.id, row) for row in rows if row.id not in stood))
        numbered = enumerate(fresh, start=len(stood))
        self._tables.places = self._tables.places | {id_: place for place, id_ in numbered}
        self._keep(fresh)
        self._tables.of_message = _grown(
            self._tables.of_message, ((row.message_id, row.id) for row in fresh.values())
        )
        self._tables.of_recipient = _grown(
            self._tables.of_recipient,
            (((row.incident_id, row.recipient_id, row.medium), row.id) for row in fresh.values()),
        )

    def save_deliveries(self, rows: Sequence[DeliveryRow]) -> None:
        """Replace the rows, but for what makes their identity."""
        insist_on_attempt_times(rows)
        saved = {}
        for row in rows:
            stood = self.delivery(row.id)
            if stood is None:
                raise LookupError(f"delivery {row.id} is not in the ledger")
            saved[row.id] = replace(
                row,
                message_id=stood.message_id,
                incident_id=stood.incident_id,
                recipient_id=stood.recipient_id,
                medium=stood.medium,
            )
        self._keep(saved)

    def _keep(self, saved: dict[str, DeliveryRow]) -> None:
        """Write deliveries; those with which nothing is to be done any more are not looked at."""
        waiting = self._tables.open | saved
        for id_, row in saved.items():
            if row.state not in {"queued", "sending"} and row.fallback_at is None:
                del waiting[id_]
        self._tables.deliveries = self._tables.deliveries | saved
        self._tables.open = waiting

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
        """Sort what is due, take the first."""

        def turn(row: DeliveryRow) -> tuple[int, datetime]:
            return LANES.index(row.lane), row.next_attempt_at or now

        due = (
            row
            for row in self._open()
            if row.channel == channel
            and row.state == "queued"
            and row.next_attempt_at is not None
            and row.next_attempt_at <= now
        )
        claimed = [
            replace(
                row,
                state="sending",
                owner=owner,
                lease_until=real + lease,
                attempts=row.attempts + 1,
            )
            for row in sorted(due, key=turn)[:limit]
        ]
        self._keep({row.id: row for row in claimed})
        return claimed

    def due_fallbacks(self, now: datetime, limit: int) -> list[DeliveryRow]:
        """Whose next rung is asked for."""
        waiting = [
            (row.fallback_at, row)
            for row in self._open()
            if row.fallback_at is not None and row.fallback_at <= now
        ]
        return [row for _, row in sorted(waiting, key=lambda one: one[0])][:limit]

    def leased_out(self, *, owner: str | None, real: datetime) -> list[DeliveryRow]:
        """Claims that nobody holds any more."""
        return [
            row
            for row in self._open()
            if row.state == "sending"
            and (row.owner == owner or (row.lease_until is not None and row.lease_until <= real))
        ]

    def quarantine(self, row: QuarantineRow) -> None:
        """Keep it."""
        self._tables.quarantined = (*self._tables.quarantined, row)

    def add_configuration(self, files: Mapping[str, str], *, at: datetime) -> ConfigurationRow:
        """A version more, when the content is another."""
        newest = self.configuration()
        digest = digest_of(files)
        if newest and newest.digest == digest:
            return newest
        version = newest.version + 1 if newest else 1
        row = ConfigurationRow(version=version, digest=digest, at=at, files=dict(files))
        self._tables.configurations = (*self._tables.configurations, row)
        return row

    def set_clock_offset(self, offset: timedelta) -> None:
        """Only forward."""
        insist_on_going_forward(self._tables.clock_offset, offset)
        self._tables.clock_offset = offset

    def save_position(self, cluster_id: str, topic: str, partition: int, offset: int) -> None:
        """The last one holds."""
        here = {(cluster_id, topic, partition): offset}
        self._tables.positions = self._tables.positions | here

    def advance_position(self, cluster_id: str, topic: str, partition: int, offset: int) -> None:
        """The highest one holds."""
        if offset > self._tables.positions.get((cluster_id, topic, partition), -1):
            self.save_position(cluster_id, topic, partition, offset)

    def lease(self, name: str, *, owner: str, real: datetime, span: timedelta) -> LeaseRow | None:
        """Unless somebody else has it."""
        row = lease_of(self.leased(name), name, owner, real, span)
        if row is not None:
            self._tables.leases = self._tables.leases | {name: row}
        return row

    def reach(self, name: str, *, expected: int, reached: int) -> None:
        """Only from where it was expected."""
        row = self.leased(name)
        if row is None or row.reached != expected:
            raise Conflict(f"{name} is not at {expected} any more")
        self._tables.leases = self._tables.leases | {name: replace(row, reached=reached)}

    def save_register(self, rows: Sequence[RegisterRow]) -> None:
        """The last word of each holds."""
        said = {(row.incident_id, row.subject, row.person): row for row in rows}
        self._tables.register = self._tables.register | said


class MemoryStore:
    """Keeps everything until the program ends: see :class:`crisis.ports.Store`."""

    def __init__(self) -> None:
        self._committed = Tables()
        self._tower = Tower()

    def transact(self, jobs: Sequence[Job[Any]]) -> list[Any | Exception]:
        """Run each job on the tables that the jobs before it left."""
        tables = copy(self._committed)
        answers: list[Any | Exception] = []
        for job in jobs:
            staged = copy(tables)
            try:
                answers.append(job(MemoryUnit(staged)))
            except Exception as error:  # noqa: BLE001 - the contract: the error is the answer
                answers.append(error)
            else:
                tables = staged
        before, self._committed = self._committed, tables
        self._tower.ring(_stirred(before, tables))
        return answers

    @contextmanager
    def read(self) -> Iterator[View]:
        """The tables of this moment: nothing changes them any more."""
        yield MemoryView(self._committed)

    def listen(self) -> Bell:
        """Hear of every commit from now on."""
        return self._tower.hang()

    def close(self) -> None:
        """Nothing to give back."""


def _stirred(before: Tables, after: Tables) -> set[Stir]:
    """What a batch has changed: a table that was written to is another one."""
    found: dict[Stir, bool] = {
        "journal": before.decisions is not after.decisions or before.journal is not after.journal,
        "ledger": len(before.fanouts) != len(after.fanouts)  # rows are added, and never go
        or len(before.deliveries) != len(after.deliveries),
        "clock": before.clock_offset != after.clock_offset,
        "organisation": before.configurations is not after.configurations,
    }
    return {stir for stir, changed in found.items() if changed}


def _with_new(table: dict[str, Row], rows: Iterable[tuple[str, Row]]) -> dict[str, Row]:
    """Table with these rows added where their key is free; the first of a key wins."""
    grown = dict(table)
    for key, row in rows:
        grown.setdefault(key, row)
    return grown


def _grown(
    index: dict[Key, tuple[str, ...]], added: Iterable[tuple[Key, str]]
) -> dict[Key, tuple[str, ...]]:
    """Index with these ids behind those that stood under their keys."""
    grown = dict(index)
    for key, id_ in added:
        grown[key] = (*grown.get(key, ()), id_)
    return grown
