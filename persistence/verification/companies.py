"""Companies: one link, one main firm, and at most one request that waits for its answer."""

from __future__ import annotations

from sqlalchemy import func, literal, select

from domain.links import LinkRequestState
from persistence.reads import confirmed_tenants
from persistence.tables.links import link_requests, partner_links
from persistence.tables.regions import regional_bindings
from persistence.tables.tenants import companies, firms, mrcs
from persistence.verification.faults import Rule

_active = (
    select(partner_links.c.company_id, func.count().label("links"))
    .where(partner_links.c.ended_at.is_(None))
    .group_by(partner_links.c.company_id)
    .subquery("active")
)

_main = firms.c.is_main & firms.c.removed_at.is_(None)
_firms = (
    select(firms.c.company_id, func.count().label("main"))
    .where(_main)
    .group_by(firms.c.company_id)
    .subquery("main_firms")
)

RULES = [
    Rule(
        "a company has one active link",
        "companies",
        select(companies.c.id, func.coalesce(_active.c.links, 0), literal("1"))
        .join_from(companies, _active, _active.c.company_id == companies.c.id, isouter=True)
        .where(func.coalesce(_active.c.links, 0) != 1, companies.c.id.in_(confirmed_tenants())),
    ),
    Rule(
        "a company that nobody has confirmed has no link",
        "companies",
        select(companies.c.id, _active.c.links, literal("0"))
        .join_from(companies, _active, _active.c.company_id == companies.c.id)
        .where(companies.c.id.not_in(confirmed_tenants())),
    ),
    Rule(
        "a company has one main firm, which is not removed",
        "companies",
        select(companies.c.id, func.coalesce(_firms.c.main, 0), literal("1"))
        .join_from(companies, _firms, _firms.c.company_id == companies.c.id, isouter=True)
        .where(func.coalesce(_firms.c.main, 0) != 1),
    ),
    Rule(
        "the main firm of a regional client has the INN of its MRC",
        "companies",
        select(firms.c.company_id, firms.c.inn, mrcs.c.inn)
        .join_from(firms, regional_bindings, regional_bindings.c.company_id == firms.c.company_id)
        .join(mrcs, mrcs.c.id == regional_bindings.c.mrc_id)
        .where(_main, regional_bindings.c.unbound_at.is_(None), firms.c.inn != mrcs.c.inn),
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
