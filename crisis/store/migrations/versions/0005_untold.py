"""Which messages have ended without their incident knowing it: found by an index of only those.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whoever looks how far the work is, looks often, however many messages are on file."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    untold = sa.text("told = 0" if on_sqlite else "NOT told")
    op.create_index(
        "ix_fanouts_untold", "fanouts", ["place"], sqlite_where=untold, postgresql_where=untold
    )
