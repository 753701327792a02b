"""What is left to people is told for certain: of which fan-outs that has changed since.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the changes, and those that were told; the index of what is untold holds both."""
    for name in ("by_hand", "by_hand_told"):
        column = sa.Column(name, sa.BigInteger, nullable=False, server_default=sa.text("0"))
        op.add_column("fanouts", column)
    op.drop_index("ix_fanouts_untold", "fanouts")
    op.create_index(
        "ix_fanouts_untold",
        "fanouts",
        ["place"],
        sqlite_where=sa.text("told = 0 OR by_hand > by_hand_told"),
        postgresql_where=sa.text("NOT told OR by_hand > by_hand_told"),
    )
