"""Firms that were removed: documents and licenses still name them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("firms", sa.Column("removed_at", sa.DateTime(timezone=True)))
