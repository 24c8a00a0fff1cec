"""Bindings of regional clients to multi-regional companies."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, text

from persistence.columns import KEY, TIME
from persistence.tables.metadata import METADATA

regional_bindings = Table(
    "regional_bindings",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("mrc_id", KEY, ForeignKey("mrcs.id"), nullable=False),
    Column("company_id", KEY, ForeignKey("companies.id"), nullable=False),
    Column("bound_at", TIME, nullable=False),
    Column("unbound_at", TIME),
    Index("ix_regional_bindings_mrc_id_company_id", "mrc_id", "company_id"),
    Index(
        "uq_regional_bindings_active",
        "company_id",
        unique=True,
        sqlite_where=text("unbound_at IS NULL"),
        postgresql_where=text("unbound_at IS NULL"),
    ),
)
