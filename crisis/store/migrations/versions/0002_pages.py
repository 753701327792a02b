"""An index of what stands on the status pages and the boards.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the rows of the product's own pages, and no others."""
    pages = sa.text("channel IN ('board', 'status')")
    op.create_index(
        "ix_deliveries_page",
        "deliveries",
        ["channel", "recipient_id", "place"],
        sqlite_where=pages,
        postgresql_where=pages,
    )
