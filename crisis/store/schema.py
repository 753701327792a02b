"""The tables, for SQLite and PostgreSQL alike; ``migrations`` brings a file to this shape.

``place`` and ``position`` are the order of arrival. An index with a condition holds only the rows
that something still waits for, so that looking for work costs the same with ten rows on file and
with millions. There are no foreign keys: what belongs together is written in one transaction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    not_,
    or_,
    text,
)

from crisis.ports import OWN_PAGES
from crisis.store.columns import Instant, LaneRank, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

PLACE = BigInteger().with_variant(Integer, "sqlite")


def spelt(value: str | int) -> Any:
    """A constant of ours, in the statement itself: an index with a condition needs to see it."""
    return literal_column(repr(value))


def _is(column: Column[Any], word: str) -> Any:
    """Whether the column holds this word."""
    return column == spelt(word)


def _table(name: str, *columns: Any, **options: Any) -> Table:
    """Columns hold something unless they say otherwise."""
    return Table(name, metadata, *columns, **options)


def _column(name: str, kind: Any = Text, **options: Any) -> Column[Any]:
    return Column(name, kind, nullable=options.pop("nullable", False), **options)


def _place(name: str = "place") -> Column[Any]:
    return Column(name, PLACE, primary_key=True, autoincrement=True)


def _index(name: str, *columns: Any, unique: bool = False, where: Any = None) -> Index:
    """An index, of some rows only when ``where`` says which."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


streams = _table(
    "streams",
    _place(),
    _column("stream"),
    _column("stream_id"),
    _column("version", BigInteger),
    _column("head"),
    _column("exercise", Boolean),
    _column("config_version", BigInteger),
    _column("key", nullable=True),
    _column("next_due_at", Instant, nullable=True),
    _column("snapshot", nullable=True),
    _column("snapshot_schema", BigInteger),
    _column("snapshot_seq", BigInteger),
    _column("parked", nullable=True),
    UniqueConstraint("stream", "stream_id"),
)
IS_WAITING = and_(streams.c.next_due_at.is_not(None), streams.c.parked.is_(None))
_index("ix_streams_newest", streams.c.stream, streams.c.place)
_index("ix_streams_key", streams.c.key, unique=True, where=streams.c.key.is_not(None))
_index("ix_streams_held", streams.c.place, where=streams.c.key.is_not(None))
_index(
    "ix_streams_waiting",
    streams.c.stream,
    streams.c.next_due_at,
    streams.c.stream_id,
    where=IS_WAITING,
)

journal = _table(
    "journal",
    _place("position"),
    _column("stream"),
    _column("stream_id"),
    _column("seq", BigInteger),
    _column("at", Instant),
    _column("type"),
    _column("version", BigInteger),
    _column("text"),
    _column("command_id"),
    _column("head"),
    UniqueConstraint("stream", "stream_id", "seq"),
)

decisions = _table(
    "decisions",
    _place(),
    _column("command_id"),
    _column("stream"),
    _column("stream_id"),
    _column("command"),
    _column("actor"),
    _column("authority"),
    _column("door"),
    _column("exercise", Boolean),
    _column("at", Instant),
    _column("facts"),
    _column("config_version", BigInteger),
    _column("rules_version", BigInteger),
    _column("accepted", Boolean),
    _column("answer"),
    _column("first_seq", BigInteger),
    _column("last_seq", BigInteger),
    UniqueConstraint("command_id"),
)
_index("ix_decisions_stream", decisions.c.stream, decisions.c.stream_id, decisions.c.place)

texts = _table(
    "texts",
    _column("id", primary_key=True),
    _column("owner"),
    _column("salt"),
    _column("content"),
)

messages = _table(
    "messages",
    _column("id", primary_key=True),
    _column("incident_id"),
    _column("number", BigInteger),
    _column("kind"),
    _column("audience", nullable=True),
    _column("phase"),
    _column("urgency"),
    _column("life_safety", Boolean),
    _column("exercise", Boolean),
    _column("lane", LaneRank),
    _column("released_at", Instant),
    _column("texts", Words),
    _column("sender"),
    _column("contact"),
    _column("acknowledge", Boolean),
    _column("expires_at", Instant, nullable=True),
    _column("offer_id", nullable=True),
    _column("ends", Words),
    _column("config_version", BigInteger),
)
_index("ix_messages_incident", messages.c.incident_id, messages.c.number)

fanouts = _table(
    "fanouts",
    _place(),
    _column("message_id"),
    _column("incident_id"),
    _column("audience"),
    _column("directory_version", BigInteger),
    _column("cursor"),
    _column("finished", Boolean),
    _column("closed", Boolean),
    _column("told", Boolean),
    _column("by_hand", BigInteger, server_default=text("0")),
    _column("by_hand_told", BigInteger, server_default=text("0")),
    UniqueConstraint("message_id"),
)
IS_UNFINISHED = and_(not_(fanouts.c.finished), not_(fanouts.c.closed))
_index("ix_fanouts_unfinished", fanouts.c.place, where=IS_UNFINISHED)
IS_UNTOLD = or_(not_(fanouts.c.told), fanouts.c.by_hand > fanouts.c.by_hand_told)
_index("ix_fanouts_untold", fanouts.c.place, where=IS_UNTOLD)

deliveries = _table(
    "deliveries",
    _place(),
    _column("id"),
    _column("message_id"),
    _column("incident_id"),
    _column("recipient_id"),
    _column("medium"),
    _column("channel"),
    _column("rung", BigInteger),
    _column("lane", LaneRank),
    _column("language"),
    _column("state"),
    _column("reason"),
    _column("attempts", BigInteger),
    _column("next_attempt_at", Instant, nullable=True),
    _column("fallback_at", Instant, nullable=True),
    _column("lease_until", Instant, nullable=True),
    _column("owner"),
    _column("sent_at", Instant, nullable=True),
    _column("done_at", Instant, nullable=True),
    _column("provider_ref"),
    UniqueConstraint("id"),
)
IS_QUEUED = _is(deliveries.c.state, "queued")
IS_SENDING = _is(deliveries.c.state, "sending")
ON_A_PAGE = deliveries.c.channel.in_([spelt(name) for name in sorted(OWN_PAGES)])
HAS_REF = deliveries.c.provider_ref != spelt("")
_index("ix_deliveries_message", deliveries.c.message_id, deliveries.c.place)
_index(
    "ix_deliveries_thread",
    deliveries.c.incident_id,
    deliveries.c.recipient_id,
    deliveries.c.medium,
    deliveries.c.place,
)
_index(
    "ix_deliveries_turn",
    deliveries.c.channel,
    deliveries.c.lane,
    deliveries.c.next_attempt_at,
    deliveries.c.place,
    where=IS_QUEUED,
)
_index("ix_deliveries_next", deliveries.c.next_attempt_at, where=IS_QUEUED)
_index("ix_deliveries_sending", deliveries.c.state, deliveries.c.place, where=IS_SENDING)
_index(
    "ix_deliveries_fallback",
    deliveries.c.fallback_at,
    deliveries.c.place,
    where=deliveries.c.fallback_at.is_not(None),
)
_index(
    "ix_deliveries_page",
    deliveries.c.channel,
    deliveries.c.recipient_id,
    deliveries.c.place,
    where=ON_A_PAGE,
)
_index(
    "ix_deliveries_ref",
    deliveries.c.channel,
    deliveries.c.provider_ref,
    deliveries.c.place,
    where=HAS_REF,
)

tallies = _table(
    "tallies",
    _column("message_id", primary_key=True),
    _column("state", primary_key=True),
    _column("count", BigInteger),
    sqlite_with_rowid=False,
)

quarantine = _table(
    "quarantine",
    _place(),
    _column("id"),
    _column("at", Instant),
    _column("door"),
    _column("source"),
    _column("reason"),
    _column("body", LargeBinary),
)

configurations = _table(
    "configurations",
    Column("version", PLACE, primary_key=True, autoincrement=False),
    _column("digest"),
    _column("at", Instant),
    _column("files", Words),
)

clock = _table(
    "clock",
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    _column("ahead", BigInteger),  # microseconds
)

positions = _table(
    "positions",
    _column("cluster_id", primary_key=True),
    _column("topic", primary_key=True),
    _column("partition", BigInteger, primary_key=True, autoincrement=False),
    _column("offset", BigInteger),
    sqlite_with_rowid=False,
)

register = _table(
    "register",
    _column("incident_id", primary_key=True),
    _column("subject", primary_key=True),
    _column("person", primary_key=True),
    _column("said"),
    _column("at", Instant),
    sqlite_with_rowid=False,
)

leases = _table(
    "leases",
    _column("name", primary_key=True),
    _column("owner"),
    _column("until", Instant),
    _column("reached", BigInteger),
    sqlite_with_rowid=False,
)
