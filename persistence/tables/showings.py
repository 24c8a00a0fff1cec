"""Who has seen a code: the append-only record of every showing, and printable pages."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from domain.showings import ShowingKind
from persistence.columns import BYTES, KEY, TEXT, TIME, choice
from persistence.tables.metadata import METADATA

code_showings = Table(
    "code_showings",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("license_id", KEY, ForeignKey("licenses.id"), nullable=False),
    Column("tenant_id", KEY, ForeignKey("tenants.id"), nullable=False),
    Column("user_id", KEY, ForeignKey("users.id"), nullable=False),
    Column("kind", choice(ShowingKind, "kind"), nullable=False),
    Column("at", TIME, nullable=False),
    Column("document_id", KEY),
    Column("recipient", TEXT),
    Column("recipient_key", TEXT),
    Column("reason", TEXT),
    Index("ix_code_showings_license_id_id", "license_id", "id"),
)

# What an order under an idempotency key answered, for whoever repeats it.
hand_overs = Table(
    "hand_overs",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("tenant_id", KEY, ForeignKey("tenants.id"), nullable=False),
    Column("recipient", TEXT, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
)

print_pages = Table(
    "print_pages",
    METADATA,
    Column("token_hash", BYTES, primary_key=True),
    Column("tenant_id", KEY, ForeignKey("tenants.id"), nullable=False),
    Column("user_id", KEY, ForeignKey("users.id"), nullable=False),
    Column("session_id", KEY),
    Column("document_id", KEY, ForeignKey("documents.id")),
    Column("created_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False, index=True),
    Column("opened_at", TIME),
)

print_page_licenses = Table(
    "print_page_licenses",
    METADATA,
    Column("token_hash", BYTES, ForeignKey("print_pages.token_hash"), primary_key=True),
    Column("license_id", KEY, ForeignKey("licenses.id"), primary_key=True),
)
