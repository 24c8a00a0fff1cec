"""The append-only record of who did what to which object."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, text

from persistence.columns import KEY, TEXT, TIME
from persistence.tables.metadata import METADATA

audit_records = Table(
    "audit_records",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("at", TIME, nullable=False),
    Column("user_id", KEY),
    Column("tenant_id", KEY, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("object_id", KEY),
    Column("owner_id", KEY),
    Column("request_id", TEXT, nullable=False),
    Column("session_id", KEY),
    Column("device_id", KEY),
    Column("address", TEXT),
    Column("before", TEXT),
    Column("after", TEXT),
    Index("ix_audit_records_tenant_id_id", "tenant_id", "id"),
    Index("ix_audit_records_tenant_id_action_id", "tenant_id", "action", "id"),
    # What somebody else did to what is the owner's; what he did himself is found above.
    Index(
        "ix_audit_records_owner_id_id",
        "owner_id",
        "id",
        sqlite_where=text("owner_id <> tenant_id"),
        postgresql_where=text("owner_id <> tenant_id"),
    ),
    Index("ix_audit_records_user_id_id", "user_id", "id"),
    Index("ix_audit_records_object_id_id", "object_id", "id"),
)
