"""An index of the fan-outs of which the incident has not been told.

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
    """Index those, and no others: doors look each second whether everything is at rest."""
    op.create_index(
        "ix_fanouts_untold",
        "fanouts",
        ["place"],
        sqlite_where=sa.text("told = 0"),
        postgresql_where=sa.text("NOT told"),
    )
