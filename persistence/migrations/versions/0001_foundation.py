"""Tenants of every kind, their accounts, links and regional bindings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)

revision = "0001"
down_revision = None

BOOLEAN = sa.Boolean()
BYTES = sa.LargeBinary()
CHOICE = sa.String(40)
KEY = sa.Uuid()
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
# Bytewise, as SQLite sorts all text.
SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "tenants",
        Column("id", KEY, nullable=False),
        Column("kind", CHOICE, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("name_key", SORTED, nullable=False),
        Column("search", TEXT, nullable=False),
        Column("created_at", TIME, nullable=False),
        Column("confirmed_at", TIME),
        Column("blocked_at", TIME),
        PrimaryKeyConstraint("id", name="pk_tenants"),
        CheckConstraint(
            "kind IN ('LICENSOR', 'PARTNER', 'COMPANY', 'MRC')", name="ck_tenants_kind"
        ),
    )
    op.create_index("ix_tenants_kind_name_key_id", "tenants", ["kind", "name_key", "id"])
    op.create_index(
        "uq_tenants_licensor",
        "tenants",
        ["kind"],
        unique=True,
        sqlite_where=text("kind = 'LICENSOR'"),
        postgresql_where=text("kind = 'LICENSOR'"),
    )
    op.create_table(
        "partners",
        Column("id", KEY, nullable=False),
        Column("inn", TEXT, nullable=False),
        Column("address", TEXT, nullable=False),
        Column("head", TEXT, nullable=False),
        Column("phone", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_partners"),
        ForeignKeyConstraint(["id"], ["tenants.id"], name="fk_partners_id"),
    )
    op.create_table(
        "companies",
        Column("id", KEY, nullable=False),
        Column("account_number", SORTED, nullable=False, server_default=""),
        Column("multichannel_number", TEXT, nullable=False, server_default=""),
        Column("multichannel_digits", TEXT),
        Column("tariff", TEXT, nullable=False, server_default=""),
        Column("region", TEXT, nullable=False, server_default=""),
        Column("region_key", SORTED, nullable=False, server_default=""),
        Column("macroregion", TEXT, nullable=False, server_default=""),
        Column("macroregion_key", SORTED, nullable=False, server_default=""),
        Column("client_search", TEXT, nullable=False, server_default=""),
        PrimaryKeyConstraint("id", name="pk_companies"),
        ForeignKeyConstraint(["id"], ["tenants.id"], name="fk_companies_id"),
        UniqueConstraint("multichannel_digits", name="uq_companies_multichannel_digits"),
    )
    op.create_table(
        "firms",
        Column("id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("inn", TEXT, nullable=False),
        Column("email", TEXT),
        Column("phone", TEXT),
        Column("address", TEXT),
        Column("is_main", BOOLEAN, nullable=False),
        PrimaryKeyConstraint("id", name="pk_firms"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_firms_company_id"),
    )
    op.create_index("ix_firms_company_id_id", "firms", ["company_id", "id"])
    op.create_index(
        "uq_firms_main",
        "firms",
        ["company_id"],
        unique=True,
        sqlite_where=text("is_main"),
        postgresql_where=text("is_main"),
    )
    op.create_table(
        "outlets",
        Column("id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("address", TEXT),
        Column("time_zone", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_outlets"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_outlets_company_id"),
    )
    op.create_index("ix_outlets_company_id_id", "outlets", ["company_id", "id"])
    op.create_table(
        "mrcs",
        Column("id", KEY, nullable=False),
        Column("inn", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_mrcs"),
        ForeignKeyConstraint(["id"], ["tenants.id"], name="fk_mrcs_id"),
    )
    op.create_table(
        "users",
        Column("id", KEY, nullable=False),
        Column("tenant_id", KEY, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("email", TEXT, nullable=False),
        Column("email_key", TEXT, nullable=False),
        Column("login_key", TEXT),
        Column("login", TEXT),
        Column("phone", TEXT),
        Column("right", CHOICE, nullable=False),
        Column("is_contact", BOOLEAN, nullable=False),
        Column("password_hash", TEXT),
        Column("created_at", TIME, nullable=False),
        Column("confirmed_at", TIME),
        Column("blocked_at", TIME),
        PrimaryKeyConstraint("id", name="pk_users"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_users_tenant_id"),
        UniqueConstraint("login_key", name="uq_users_login_key"),
        UniqueConstraint("tenant_id", "email_key", name="uq_users_tenant_id_email_key"),
        CheckConstraint("\"right\" IN ('ADMIN', 'MANAGER', 'SUPPORT')", name="ck_users_right"),
    )
    op.create_index("ix_users_email_key", "users", ["email_key"])
    op.create_index("ix_users_tenant_id_id", "users", ["tenant_id", "id"])
    op.create_table(
        "sessions",
        Column("id", KEY, nullable=False),
        Column("token_hash", BYTES, nullable=False),
        Column("user_id", KEY, nullable=False),
        Column("created_at", TIME, nullable=False),
        Column("expires_at", TIME, nullable=False),
        Column("ended_at", TIME),
        Column("user_agent", TEXT),
        PrimaryKeyConstraint("id", name="pk_sessions"),
        ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "cabinet_choices",
        Column("token_hash", BYTES, nullable=False),
        Column("user_id", KEY, nullable=False),
        Column("expires_at", TIME, nullable=False),
        PrimaryKeyConstraint("token_hash", "user_id", name="pk_cabinet_choices"),
        ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_cabinet_choices_user_id"),
    )
    op.create_index("ix_cabinet_choices_expires_at", "cabinet_choices", ["expires_at"])
    op.create_table(
        "partner_links",
        Column("id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("partner_id", KEY, nullable=False),
        Column("started_at", TIME, nullable=False),
        Column("ended_at", TIME),
        Column("end_reason", CHOICE),
        PrimaryKeyConstraint("id", name="pk_partner_links"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_partner_links_company_id"),
        ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_partner_links_partner_id"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ck_partner_links_ended"),
        CheckConstraint(
            "end_reason IN ('RELINKED', 'ENDED_BY_PARTNER')",
            name="ck_partner_links_end_reason",
        ),
    )
    op.create_index("ix_partner_links_company_id_id", "partner_links", ["company_id", "id"])
    op.create_index(
        "ix_partner_links_partner_id_company_id", "partner_links", ["partner_id", "company_id"]
    )
    op.create_index(
        "uq_partner_links_active",
        "partner_links",
        ["company_id"],
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    )
    op.create_table(
        "link_requests",
        Column("id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("partner_id", KEY, nullable=False),
        Column("state", CHOICE, nullable=False),
        Column("created_at", TIME, nullable=False),
        Column("expires_at", TIME, nullable=False),
        Column("decided_at", TIME),
        PrimaryKeyConstraint("id", name="pk_link_requests"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_link_requests_company_id"),
        ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_link_requests_partner_id"),
        CheckConstraint(
            "(state = 'PENDING') = (decided_at IS NULL)", name="ck_link_requests_decided"
        ),
        CheckConstraint(
            "state IN ('PENDING', 'APPROVED', 'REJECTED', 'CANCELLED', 'EXPIRED')",
            name="ck_link_requests_state",
        ),
    )
    op.create_index("ix_link_requests_company_id_id", "link_requests", ["company_id", "id"])
    op.create_index("ix_link_requests_partner_id_id", "link_requests", ["partner_id", "id"])
    op.create_index(
        "uq_link_requests_pending",
        "link_requests",
        ["company_id"],
        unique=True,
        sqlite_where=text("state = 'PENDING'"),
        postgresql_where=text("state = 'PENDING'"),
    )
    op.create_table(
        "regional_bindings",
        Column("id", KEY, nullable=False),
        Column("mrc_id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("bound_at", TIME, nullable=False),
        Column("unbound_at", TIME),
        PrimaryKeyConstraint("id", name="pk_regional_bindings"),
        ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name="fk_regional_bindings_company_id"
        ),
        ForeignKeyConstraint(["mrc_id"], ["mrcs.id"], name="fk_regional_bindings_mrc_id"),
    )
    op.create_index(
        "ix_regional_bindings_mrc_id_company_id", "regional_bindings", ["mrc_id", "company_id"]
    )
    op.create_index(
        "uq_regional_bindings_active",
        "regional_bindings",
        ["company_id"],
        unique=True,
        sqlite_where=text("unbound_at IS NULL"),
        postgresql_where=text("unbound_at IS NULL"),
    )
