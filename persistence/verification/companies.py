"""Companies: one active link each, and at most one request that waits for its answer."""

from __future__ import annotations

from sqlalchemy import func, literal, select

from domain.links import LinkRequestState
from persistence.tables.links import link_requests, partner_links
from persistence.tables.tenants import companies
from persistence.verification.faults import Rule

_active = (
    select(partner_links.c.company_id, func.count().label("links"))
    .where(partner_links.c.ended_at.is_(None))
    .group_by(partner_links.c.company_id)
    .subquery("active")
)

RULES = [
    Rule(
        "a company has one active link",
        "companies",
        select(companies.c.id, func.coalesce(_active.c.links, 0), literal("1"))
        .join_from(companies, _active, _active.c.company_id == companies.c.id, isouter=True)
        .where(func.coalesce(_active.c.links, 0) != 1),
    ),
    Rule(
        "a company has at most one pending request",
        "companies",
        select(link_requests.c.company_id, func.count(), literal("at most 1"))
        .where(link_requests.c.state == LinkRequestState.PENDING)
        .group_by(link_requests.c.company_id)
        .having(func.count() > 1),
    ),
]
