"""Devices at outlets, their cashiers, and the keys by which outlets register them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

revision = "0006"
down_revision = "0005"

BYTES = sa.LargeBinary()
KEY = sa.Uuid()
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("outlets", Column("created_at", TIME))
    op.add_column("outlets", Column("sync_key_hash", BYTES))
    op.add_column("outlets", Column("sync_key_hint", TEXT))
    op.add_column("outlets", Column("sync_key_at", TIME))
    op.create_index("uq_outlets_sync_key_hash", "outlets", ["sync_key_hash"], unique=True)
    op.create_table(
        "devices",
        Column("id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("outlet_id", KEY, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("model", TEXT),
        Column("owner", TEXT),
        Column("token_hash", BYTES, nullable=False),
        Column("registered_at", TIME, nullable=False),
        Column("seen_at", TIME),
        Column("load_requested_at", TIME),
        Column("loaded_at", TIME),
        Column("removed_at", TIME),
        PrimaryKeyConstraint("id", name="pk_devices"),
        UniqueConstraint("token_hash", name="uq_devices_token_hash"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_devices_company_id"),
        ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name="fk_devices_outlet_id"),
    )
    op.create_index("ix_devices_company_id_id", "devices", ["company_id", "id"])
    op.create_index("ix_devices_outlet_id_id", "devices", ["outlet_id", "id"])
    op.create_table(
        "cashiers",
        Column("id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("name_key", TEXT, nullable=False),
        Column("number", TEXT),
        Column("created_at", TIME, nullable=False),
        Column("removed_at", TIME),
        PrimaryKeyConstraint("id", name="pk_cashiers"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_cashiers_company_id"),
    )
    op.create_index("ix_cashiers_company_id_id", "cashiers", ["company_id", "id"])
    op.create_table(
        "cashier_devices",
        Column("cashier_id", KEY, nullable=False),
        Column("device_id", KEY, nullable=False),
        PrimaryKeyConstraint("cashier_id", "device_id", name="pk_cashier_devices"),
        ForeignKeyConstraint(["cashier_id"], ["cashiers.id"], name="fk_cashier_devices_cashier_id"),
        ForeignKeyConstraint(["device_id"], ["devices.id"], name="fk_cashier_devices_device_id"),
    )
    op.create_index(
        "ix_cashier_devices_device_id_cashier_id", "cashier_devices", ["device_id", "cashier_id"]
    )
