"""Users, their sessions, and open choices of cabinets."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, UniqueConstraint

from domain.access import Right
from persistence.columns import BYTES, KEY, TEXT, TIME, choice
from persistence.tables.metadata import METADATA

users = Table(
    "users",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("tenant_id", KEY, ForeignKey("tenants.id"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("email", TEXT, nullable=False),
    Column("email_key", TEXT, nullable=False, index=True),
    Column("login_key", TEXT, unique=True),
    Column("login", TEXT),
    Column("phone", TEXT),
    Column("right", choice(Right, "right"), nullable=False),
    Column("is_contact", Boolean, nullable=False),
    Column("password_hash", TEXT),
    Column("created_at", TIME, nullable=False),
    Column("confirmed_at", TIME),
    Column("blocked_at", TIME),
    Column("removed_at", TIME),
    Column("language", TEXT, nullable=False, server_default="ru"),
    UniqueConstraint("tenant_id", "email_key"),
    Index("ix_users_tenant_id_id", "tenant_id", "id"),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("token_hash", BYTES, nullable=False, unique=True),
    Column("user_id", KEY, ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("ended_at", TIME),
    Column("user_agent", TEXT),
    Column("address", TEXT),
    Column("used_at", TIME),
)

cabinet_choices = Table(
    "cabinet_choices",
    METADATA,
    Column("token_hash", BYTES, primary_key=True),
    Column("user_id", KEY, ForeignKey("users.id"), primary_key=True),
    Column("expires_at", TIME, nullable=False, index=True),
)
