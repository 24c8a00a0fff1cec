"""Products, documents with their lines, and the counter of each issuer."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from domain.documents import DocumentKind
from persistence.columns import KEY, SORTED_TEXT, TEXT, TIME, choice
from persistence.tables.metadata import METADATA

products = Table(
    "products",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("name", TEXT, nullable=False, unique=True),
    Column("name_key", SORTED_TEXT, nullable=False),
    Column("created_at", TIME, nullable=False),
)

document_counters = Table(
    "document_counters",
    METADATA,
    Column("tenant_id", KEY, ForeignKey("tenants.id"), primary_key=True),
    Column("last_number", Integer, nullable=False),
)

documents = Table(
    "documents",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("issuer_id", KEY, ForeignKey("tenants.id"), nullable=False),
    Column("issuer_name", TEXT, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", choice(DocumentKind, "kind"), nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("user_id", KEY, ForeignKey("users.id"), nullable=False),
    Column("user_name", TEXT, nullable=False),
    Column("buyer_id", KEY, ForeignKey("tenants.id")),
    Column("buyer_firm_id", KEY, ForeignKey("firms.id")),
    Column("buyer_name", TEXT),
    Column("buyer_inn", TEXT),
    Column("buyer_email", TEXT),
    Column("buyer_phone", TEXT),
    Column("buyer_address", TEXT),
    Column("quantity", Integer, nullable=False),
    Column("search", TEXT, nullable=False, server_default=""),
    UniqueConstraint("issuer_id", "number"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint(
        "(buyer_id IS NOT NULL) = (kind IN ('SALE_TO_PARTNER', 'SALE_TO_REGISTERED_COMPANY'))",
        name="buyer",
    ),
    CheckConstraint(
        "(buyer_firm_id IS NOT NULL) = (kind = 'SALE_TO_REGISTERED_COMPANY')", name="firm"
    ),
    Index("ix_documents_issuer_id_id", "issuer_id", "id"),
    Index("ix_documents_buyer_id_id", "buyer_id", "id"),
)

document_lines = Table(
    "document_lines",
    METADATA,
    Column("document_id", KEY, ForeignKey("documents.id"), primary_key=True),
    Column("product_id", KEY, ForeignKey("products.id"), primary_key=True),
    Column("product_name", TEXT, nullable=False),
    Column("quantity", Integer, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)
