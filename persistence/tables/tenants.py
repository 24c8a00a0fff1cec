"""Tenants and what each kind of them is: partners, companies with firms and outlets, MRCs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, text

from domain.access import TenantKind
from persistence.columns import BYTES, KEY, SORTED_TEXT, TEXT, TIME, choice
from persistence.tables.metadata import METADATA

tenants = Table(
    "tenants",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("kind", choice(TenantKind, "kind"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("name_key", SORTED_TEXT, nullable=False),
    Column("search", TEXT, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("confirmed_at", TIME),
    Column("blocked_at", TIME),
    # No foreign key: SQLite cannot add one to a table that exists.
    Column("registered_by", KEY, index=True),
    Column("agreement", TEXT),
    Column("agreed_at", TIME),
    Index("ix_tenants_kind_name_key_id", "kind", "name_key", "id"),
    Index(
        "uq_tenants_licensor",
        "kind",
        unique=True,
        sqlite_where=text("kind = 'LICENSOR'"),
        postgresql_where=text("kind = 'LICENSOR'"),
    ),
)

partners = Table(
    "partners",
    METADATA,
    Column("id", KEY, ForeignKey("tenants.id"), primary_key=True),
    Column("inn", TEXT, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("head", TEXT, nullable=False),
    Column("phone", TEXT, nullable=False),
)

companies = Table(
    "companies",
    METADATA,
    Column("id", KEY, ForeignKey("tenants.id"), primary_key=True),
    Column("account_number", SORTED_TEXT, nullable=False, server_default=""),
    Column("multichannel_number", TEXT, nullable=False, server_default=""),
    Column("multichannel_digits", TEXT, unique=True),
    Column("tariff", TEXT, nullable=False, server_default=""),
    Column("region", TEXT, nullable=False, server_default=""),
    Column("region_key", SORTED_TEXT, nullable=False, server_default=""),
    Column("macroregion", TEXT, nullable=False, server_default=""),
    Column("macroregion_key", SORTED_TEXT, nullable=False, server_default=""),
    Column("client_search", TEXT, nullable=False, server_default=""),
)

firms = Table(
    "firms",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("company_id", KEY, ForeignKey("companies.id"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("inn", TEXT, nullable=False),
    Column("email", TEXT),
    Column("phone", TEXT),
    Column("address", TEXT),
    Column("is_main", Boolean, nullable=False),
    Column("removed_at", TIME),
    Index("ix_firms_company_id_id", "company_id", "id"),
    Index(
        "uq_firms_main",
        "company_id",
        unique=True,
        sqlite_where=text("is_main"),
        postgresql_where=text("is_main"),
    ),
)

outlets = Table(
    "outlets",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("company_id", KEY, ForeignKey("companies.id"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("address", TEXT),
    Column("time_zone", TEXT, nullable=False),
    Column("created_at", TIME),
    Column("sync_key_hash", BYTES),
    Column("sync_key_hint", TEXT),
    Column("sync_key_at", TIME),
    Index("uq_outlets_sync_key_hash", "sync_key_hash", unique=True),
    Index("ix_outlets_company_id_id", "company_id", "id"),
)

mrcs = Table(
    "mrcs",
    METADATA,
    Column("id", KEY, ForeignKey("tenants.id"), primary_key=True),
    Column("inn", TEXT, nullable=False),
)
