"""The index that a page of a stock is read by when it is narrowed to a state."""

from alembic import op

revision = "0004"
down_revision = "0003"

INDEX = "ix_licenses_holder_id_state_id"


def upgrade() -> None:
    op.create_index(INDEX, "licenses", ["holder_id", "state", "id"])
