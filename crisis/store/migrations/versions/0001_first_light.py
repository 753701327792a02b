"""Streams, journal, decisions, prose; messages, fan-outs, ledger; quarantine, content, clock.

Revision ID: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Columns = list[sa.Column[Any]]


def texts(*names: str, nullable: bool = False) -> Columns:
    """Columns of text."""
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def numbers(*names: str, nullable: bool = False) -> Columns:
    """Columns of whole numbers, which instants are too."""
    return [sa.Column(name, sa.BigInteger, nullable=nullable) for name in names]


def flags(*names: str) -> Columns:
    """Columns of yes and no."""
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def serial(name: str = "place", *, autoincrement: bool = True) -> sa.Column[Any]:
    """The order of arrival; the row number itself on SQLite."""
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column(name, kind, autoincrement=autoincrement, nullable=False)


def table(name: str, *columns: sa.schema.SchemaItem, key: str, **options: Any) -> None:
    """A table; ``key`` names the columns of its primary key."""
    op.create_table(
        name, *columns, sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"), **options
    )


def unique(table_name: str, columns: str) -> sa.UniqueConstraint:
    """Nothing twice."""
    names = columns.split()
    return sa.UniqueConstraint(*names, name=f"uq_{table_name}_{'_'.join(names)}")


def index(name: str, columns: str, where: str | None = None, *, once: bool = False) -> None:
    """An index named after its table, of some rows only when ``where`` says which."""
    condition = sa.text(where) if where else None
    op.create_index(
        name,
        name.split("_")[1],
        columns.split(),
        unique=once,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def upgrade() -> None:
    """From nothing."""
    _streams()
    _journal()
    _decisions()
    _messages()
    _fanouts()
    _deliveries()
    _beside()


def _streams() -> None:
    table(
        "streams",
        serial(),
        *texts("stream", "stream_id"),
        *numbers("version"),
        *texts("head"),
        *flags("exercise"),
        *numbers("config_version"),
        *texts("key", nullable=True),
        *numbers("next_due_at", nullable=True),
        *texts("snapshot", nullable=True),
        *numbers("snapshot_schema", "snapshot_seq"),
        *texts("parked", nullable=True),
        unique("streams", "stream stream_id"),
        key="place",
    )
    waiting = "next_due_at IS NOT NULL AND parked IS NULL"
    index("ix_streams_newest", "stream place")
    index("ix_streams_key", "key", '"key" IS NOT NULL', once=True)
    index("ix_streams_waiting", "stream next_due_at stream_id", waiting)


def _journal() -> None:
    table(
        "journal",
        serial("position"),
        *texts("stream", "stream_id"),
        *numbers("seq", "at"),
        *texts("type"),
        *numbers("version"),
        *texts("text", "command_id", "head"),
        unique("journal", "stream stream_id seq"),
        key="position",
    )
    table("texts", *texts("id", "owner", "salt", "content"), key="id")


def _decisions() -> None:
    table(
        "decisions",
        serial(),
        *texts("command_id", "stream", "stream_id", "command", "actor", "authority", "door"),
        *flags("exercise"),
        *numbers("at"),
        *texts("facts"),
        *numbers("config_version", "rules_version"),
        *flags("accepted"),
        *texts("answer"),
        *numbers("first_seq", "last_seq"),
        unique("decisions", "command_id"),
        key="place",
    )
    index("ix_decisions_stream", "stream stream_id place")


def _messages() -> None:
    table(
        "messages",
        *texts("id", "incident_id"),
        *numbers("number"),
        *texts("kind"),
        *texts("audience", nullable=True),
        *texts("phase", "urgency"),
        *flags("life_safety", "exercise"),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        *numbers("released_at"),
        *texts("texts", "sender", "contact"),
        *flags("acknowledge"),
        *numbers("expires_at", nullable=True),
        *texts("offer_id", nullable=True),
        *texts("ends"),
        *numbers("config_version"),
        key="id",
    )
    index("ix_messages_incident", "incident_id number")


def _fanouts() -> None:
    table(
        "fanouts",
        serial(),
        *texts("message_id", "incident_id", "audience"),
        *numbers("directory_version"),
        *texts("cursor"),
        *flags("finished", "closed", "told"),
        unique("fanouts", "message_id"),
        key="place",
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    unfinished = "finished = 0 AND closed = 0" if on_sqlite else "NOT finished AND NOT closed"
    index("ix_fanouts_unfinished", "place", unfinished)


def _deliveries() -> None:
    table(
        "deliveries",
        serial(),
        *texts("id", "message_id", "incident_id", "recipient_id", "medium", "channel"),
        *numbers("rung"),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        *texts("language", "state", "reason"),
        *numbers("attempts"),
        *numbers("next_attempt_at", "fallback_at", "lease_until", nullable=True),
        *texts("owner"),
        *numbers("sent_at", "done_at", nullable=True),
        *texts("provider_ref"),
        unique("deliveries", "id"),
        key="place",
    )
    index("ix_deliveries_message", "message_id place")
    index("ix_deliveries_thread", "incident_id recipient_id medium place")
    index("ix_deliveries_turn", "channel lane next_attempt_at place", "state = 'queued'")
    index("ix_deliveries_next", "next_attempt_at", "state = 'queued'")
    index("ix_deliveries_sending", "state place", "state = 'sending'")
    index("ix_deliveries_fallback", "fallback_at place", "fallback_at IS NOT NULL")
    index("ix_deliveries_ref", "channel provider_ref place", "provider_ref != ''")
    table(
        "tallies",
        *texts("message_id", "state"),
        *numbers("count"),
        key="message_id state",
        sqlite_with_rowid=False,
    )


def _beside() -> None:
    table(
        "quarantine",
        serial(),
        *texts("id"),
        *numbers("at"),
        *texts("door", "source", "reason"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        key="place",
    )
    table(
        "configurations",
        serial("version", autoincrement=False),
        *texts("digest"),
        *numbers("at"),
        *texts("files"),
        key="version",
    )
    table(
        "clock",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        *numbers("ahead"),
        key="id",
    )
