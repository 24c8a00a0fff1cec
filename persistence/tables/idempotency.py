"""Idempotency keys: what each key of a tenant was used for and what came of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from persistence.columns import KEY, TEXT, TIME
from persistence.tables.metadata import METADATA

idempotency_keys = Table(
    "idempotency_keys",
    METADATA,
    Column("tenant_id", KEY, ForeignKey("tenants.id"), primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("fingerprint", TEXT, nullable=False),
    Column("result_id", KEY, nullable=False),
    Column("created_at", TIME, nullable=False),
)
