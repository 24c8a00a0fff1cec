"""How a page of a stock is read: by an index in its order, whoever holds how much."""

from alembic import op

revision = "0004"
down_revision = "0003"

INDEX = "ix_licenses_holder_id_state_id"
MANY_HOLDERS = "ALTER TABLE licenses ALTER COLUMN holder_id SET (n_distinct = 10000)"
"""While few tenants hold all licenses, PostgreSQL would take the primary key for an index in the
right order that nearly fits, and walk past everything that others hold."""


def upgrade() -> None:
    op.create_index(INDEX, "licenses", ["holder_id", "state", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(MANY_HOLDERS)
