"""API tokens: sessions of programs, each with scopes and perhaps only some products."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table

from persistence.columns import KEY, TEXT, TIME
from persistence.tables.metadata import METADATA

api_tokens = Table(
    "api_tokens",
    METADATA,
    Column("id", KEY, ForeignKey("sessions.id"), primary_key=True),
    Column("tenant_id", KEY, ForeignKey("tenants.id"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("hint", TEXT, nullable=False),
    Column("scopes", TEXT, nullable=False),
    Column("every_product", Boolean, nullable=False),
    Column("created_at", TIME, nullable=False),
    Index("ix_api_tokens_tenant_id_id", "tenant_id", "id"),
)

api_token_products = Table(
    "api_token_products",
    METADATA,
    Column("token_id", KEY, ForeignKey("api_tokens.id"), primary_key=True),
    Column("product_id", KEY, ForeignKey("products.id"), primary_key=True),
)
