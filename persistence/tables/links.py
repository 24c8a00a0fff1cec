"""Links between companies and partners, and the requests that precede them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text

from domain.links import LinkEnd, LinkRequestState
from persistence.columns import KEY, TIME, choice
from persistence.tables.metadata import METADATA

partner_links = Table(
    "partner_links",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("company_id", KEY, ForeignKey("companies.id"), nullable=False),
    Column("partner_id", KEY, ForeignKey("partners.id"), nullable=False),
    Column("started_at", TIME, nullable=False),
    Column("ended_at", TIME),
    Column("end_reason", choice(LinkEnd, "end_reason")),
    CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
    Index("ix_partner_links_company_id_id", "company_id", "id"),
    Index("ix_partner_links_partner_id_company_id", "partner_id", "company_id"),
    Index(
        "uq_partner_links_active",
        "company_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

link_requests = Table(
    "link_requests",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("company_id", KEY, ForeignKey("companies.id"), nullable=False),
    Column("partner_id", KEY, ForeignKey("partners.id"), nullable=False),
    Column("state", choice(LinkRequestState, "state"), nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("decided_at", TIME),
    CheckConstraint("(state = 'PENDING') = (decided_at IS NULL)", name="decided"),
    Index("ix_link_requests_company_id_id", "company_id", "id"),
    Index("ix_link_requests_partner_id_id", "partner_id", "id"),
    Index(
        "uq_link_requests_pending",
        "company_id",
        unique=True,
        sqlite_where=text("state = 'PENDING'"),
        postgresql_where=text("state = 'PENDING'"),
    ),
)
