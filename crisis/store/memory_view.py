"""The reference of what may be read: plain comprehensions over plain tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter

from crisis.ports import (
    DELIVERY_STATES,
    MAY_HAVE_BEEN_SENT,
    ON_THE_PAGE,
    Claims,
    ConfigurationRow,
    DecisionRow,
    DeliveryRow,
    FanoutRow,
    LeaseRow,
    MessageRow,
    QuarantineRow,
    Recorded,
    RegisterRow,
    StreamKind,
    StreamRow,
    TextRow,
)

StreamKey = tuple[StreamKind, str]
_first = itemgetter(0)


@dataclass(slots=True)
class Tables:
    """Everything that is kept. A table is never changed, only replaced: a shallow copy is enough.

    Dictionaries keep the order of arrival, which is the "oldest first" of the contract.
    """

    streams: dict[StreamKey, StreamRow] = field(default_factory=dict)
    events: dict[StreamKey, tuple[Recorded, ...]] = field(default_factory=dict)
    journal: tuple[Recorded, ...] = ()
    decisions: dict[str, DecisionRow] = field(default_factory=dict)
    texts: dict[str, TextRow] = field(default_factory=dict)
    messages: dict[str, MessageRow] = field(default_factory=dict)
    fanouts: dict[str, FanoutRow] = field(default_factory=dict)
    deliveries: dict[str, DeliveryRow] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    """Delivery -> its place among all."""
    open: dict[str, DeliveryRow] = field(default_factory=dict)
    """The deliveries with which something is still to be done."""
    of_message: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Message -> its deliveries."""
    of_recipient: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    """Incident, recipient and medium -> their deliveries."""
    of_incident: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Incident -> its messages."""
    of_stream: dict[StreamKey, tuple[str, ...]] = field(default_factory=dict)
    """Stream -> its decisions."""
    quarantined: tuple[QuarantineRow, ...] = ()
    configurations: tuple[ConfigurationRow, ...] = ()
    clock_offset: timedelta = timedelta(0)
    positions: dict[tuple[str, str, int], int] = field(default_factory=dict)
    leases: dict[str, LeaseRow] = field(default_factory=dict)
    register: dict[tuple[str, str, str], RegisterRow] = field(default_factory=dict)


class MemoryView:
    """Answers from one set of tables: see :class:`crisis.ports.View` for what each promises."""

    __slots__ = ("_tables",)

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # --- streams and their journal ---

    def stream(self, stream: StreamKind, stream_id: str) -> StreamRow | None:
        """Where this stream stands."""
        return self._tables.streams.get((stream, stream_id))

    def open_stream(self, key: str) -> str | None:
        """Who holds the key."""
        holders = (row.stream_id for row in self._tables.streams.values() if row.key == key)
        return next(holders, None)

    def holders(self, prefix: str, *, limit: int = 200) -> list[StreamRow]:
        """Whose key begins so."""
        rows = self._tables.streams.values()
        held = (row for row in rows if row.key is not None and row.key.startswith(prefix))
        return list(islice(held, limit))

    def streams(self, stream: StreamKind, *, limit: int = 100) -> list[StreamRow]:
        """The newest first."""
        newest = (row for row in reversed(self._tables.streams.values()) if row.stream == stream)
        return list(islice(newest, limit))

    def _waiting(self) -> list[tuple[datetime, str]]:
        """Incidents that have a time to be looked at, in that order."""
        return sorted(
            (row.next_due_at, row.stream_id)
            for row in self._tables.streams.values()
            if row.stream == "incident" and row.next_due_at is not None and row.parked is None
        )

    def due(self, now: datetime, limit: int) -> list[str]:
        """Whose time has come."""
        return [stream_id for at, stream_id in self._waiting() if at <= now][:limit]

    def next_due_at(self) -> datetime | None:
        """The first of the waiting."""
        return min((at for at, _ in self._waiting()), default=None)

    def events(self, stream: StreamKind, stream_id: str, *, after: int = 0) -> list[Recorded]:
        """The stream's own events."""
        recorded = self._tables.events.get((stream, stream_id), ())
        return [event for event in recorded if event.seq > after]

    def since(self, position: int, limit: int) -> list[Recorded]:
        """The journal's next events."""
        return list(self._tables.journal[position : position + limit])

    def decision(self, command_id: str) -> DecisionRow | None:
        """The answer given."""
        return self._tables.decisions.get(command_id)

    def decisions(self, stream: StreamKind, stream_id: str) -> list[DecisionRow]:
        """Every command met."""
        ids = self._tables.of_stream.get((stream, stream_id), ())
        return [self._tables.decisions[id_] for id_ in ids]

    def texts(self, ids: Sequence[str]) -> dict[str, TextRow]:
        """Prose by id."""
        return {key: self._tables.texts[key] for key in ids if key in self._tables.texts}

    # --- messages and the ledger ---

    def message(self, message_id: str) -> MessageRow | None:
        """One message."""
        return self._tables.messages.get(message_id)

    def messages(self, incident_id: str) -> list[MessageRow]:
        """By number."""
        ids = self._tables.of_incident.get(incident_id, ())
        return sorted((self._tables.messages[id_] for id_ in ids), key=lambda row: row.number)

    def fanouts(self, *, unfinished: bool = True, limit: int = 100) -> list[FanoutRow]:
        """Oldest first."""
        rows = self._tables.fanouts.values()
        wanted = (row for row in rows if not (unfinished and (row.finished or row.closed)))
        return list(islice(wanted, limit))

    def fanout(self, message_id: str) -> FanoutRow | None:
        """The message's own."""
        return self._tables.fanouts.get(message_id)

    def untold(self) -> list[FanoutRow]:
        """Those that ended, and were not told."""
        rows = self._tables.fanouts.values()
        ended = [row for row in rows if row.finished or row.closed]
        return [row for row in ended if not row.told or row.by_hand > row.by_hand_told]

    def deliveries(self, message_id: str) -> list[DeliveryRow]:
        """The message's rows."""
        rows = self._tables.deliveries
        return [rows[id_] for id_ in self._tables.of_message.get(message_id, ())]

    def _open(self) -> list[DeliveryRow]:
        """Those with which something is still to be done, oldest first."""
        places = self._tables.places
        return sorted(self._tables.open.values(), key=lambda row: places[row.id])

    def delivery(self, delivery_id: str) -> DeliveryRow | None:
        """One row."""
        return self._tables.deliveries.get(delivery_id)

    def ledger(self, delivery_ids: Sequence[str]) -> dict[str, DeliveryRow]:
        """Rows by id."""
        rows = self._tables.deliveries
        return {key: rows[key] for key in delivery_ids if key in rows}

    def delivery_by_ref(self, channel: str, provider_ref: str) -> DeliveryRow | None:
        """The newest with this reference."""
        rows = reversed(self._tables.deliveries.values())
        wanted = (channel, provider_ref)
        return next((row for row in rows if (row.channel, row.provider_ref) == wanted), None)

    def tally(self, message_id: str) -> dict[str, int]:
        """Counted anew each time."""
        rows = self.deliveries(message_id)
        states = Counter(row.state for row in rows)
        counts: dict[str, int] = {state: states[state] for state in DELIVERY_STATES}
        counts["untried"] = sum(row.state == "queued" and row.attempts == 0 for row in rows)
        return counts

    def sent_to(self, message_ids: Sequence[str]) -> list[tuple[str, str, str, str]]:
        """Who has, or may have, any of these."""
        return sorted(
            {
                (row.recipient_id, row.medium, row.channel, row.language)
                for message_id in message_ids
                for row in self.deliveries(message_id)
                if row.state in MAY_HAVE_BEEN_SENT
            }
        )

    def thread(self, incident_id: str, recipient_id: str, medium: str) -> list[str]:
        """What went before."""
        ids = self._tables.of_recipient.get((incident_id, recipient_id, medium), ())
        rows = self._tables.deliveries
        return [id_ for id_ in ids if rows[id_].state in MAY_HAVE_BEEN_SENT]

    def queued_channels(self) -> list[str]:
        """Those of the queued."""
        return sorted({row.channel for row in self._open() if row.state == "queued"})

    def shown(self, channel: str, recipient_id: str, *, limit: int = 20) -> list[DeliveryRow]:
        """The highest number of each incident and audience."""
        last: dict[tuple[str, str | None], tuple[int, int, DeliveryRow]] = {}
        for place, row in enumerate(self._tables.deliveries.values()):
            message = self._tables.messages.get(row.message_id)
            stands = (row.channel, row.recipient_id) == (channel, recipient_id)
            if message is None or not stands or row.state not in ON_THE_PAGE:
                continue
            key = row.incident_id, message.audience
            last[key] = max(last.get(key, (-1, 0, row)), (message.number, place, row), key=_first)
        newest = sorted(last.values(), key=lambda one: one[1], reverse=True)
        return [row for _, _, row in newest[:limit]]

    def claims(self, real: datetime) -> Claims:
        """Counted by their leases."""
        rows = [row for row in self._open() if row.state == "sending"]
        ended = [row.lease_until for row in rows if row.lease_until and row.lease_until <= real]
        return Claims(
            held=len(rows) - len(ended), lost=len(ended), lost_since=min(ended, default=None)
        )

    def attempted_at(self, message_id: str) -> datetime | None:
        """The last of its rows."""
        times = (row.sent_at or row.done_at for row in self.deliveries(message_id))
        return max((at for at in times if at is not None), default=None)

    def next_attempt_at(self) -> datetime | None:
        """The first attempt or fallback."""
        rows = self._tables.open.values()
        attempts = [row.next_attempt_at for row in rows if row.state == "queued"]
        fallbacks = [row.fallback_at for row in rows]
        return min((at for at in attempts + fallbacks if at is not None), default=None)

    # --- what stands beside them ---

    def quarantined(self, limit: int = 100) -> list[QuarantineRow]:
        """Newest first."""
        return list(self._tables.quarantined[::-1][:limit])

    def configuration(self, version: int | None = None) -> ConfigurationRow | None:
        """Versions are numbered from 1 without gaps."""
        stored = self._tables.configurations
        wanted = len(stored) if version is None else version
        return stored[wanted - 1] if 1 <= wanted <= len(stored) else None

    def clock_offset(self) -> timedelta:
        """How far ahead."""
        return self._tables.clock_offset

    def positions(self, cluster_id: str) -> dict[tuple[str, int], int]:
        """By topic and partition."""
        return {
            (topic, partition): offset
            for (cluster, topic, partition), offset in self._tables.positions.items()
            if cluster == cluster_id
        }

    def leased(self, name: str) -> LeaseRow | None:
        """Who has it."""
        return self._tables.leases.get(name)

    def registered(self, incident_id: str, subject: str, person: str) -> RegisterRow | None:
        """One row."""
        return self._tables.register.get((incident_id, subject, person))

    def register(self, incident_id: str, subject: str) -> list[RegisterRow]:
        """By person."""
        wanted = (incident_id, subject)
        rows = self._tables.register.values()
        found = (row for row in rows if (row.incident_id, row.subject) == wanted)
        return sorted(found, key=lambda row: row.person)
