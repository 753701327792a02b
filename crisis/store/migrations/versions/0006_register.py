"""What each person has said of a roll-call, a question or a survey; open incidents in order.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row for each person and subject; an index of the streams that hold a key."""
    op.create_table(
        "register",
        sa.Column("incident_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "subject", "person", name="pk_register"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_streams_held",
        "streams",
        ["place"],
        sqlite_where=sa.text('"key" IS NOT NULL'),
        postgresql_where=sa.text('"key" IS NOT NULL'),
    )
