"""What devices and cashiers are searched by, and the licenses of a device by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("devices", sa.Column("search", sa.Text(), nullable=False, server_default=""))
    op.execute("ALTER TABLE cashiers RENAME COLUMN name_key TO search")
    on_a_device = sa.text("device_id IS NOT NULL")
    op.create_index(
        "ix_licenses_device_id_id",
        "licenses",
        ["device_id", "id"],
        sqlite_where=on_a_device,
        postgresql_where=on_a_device,
    )
