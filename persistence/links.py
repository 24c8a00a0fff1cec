"""Links and link requests; rows that decide are locked before anything is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, case, insert, select, update

from domain.access import Actor, Capability, TenantKind
from domain.links import LinkEnd, LinkRequest, LinkRequestState
from persistence.columns import TIME
from persistence.keys import new_key
from persistence.reads import TENANT, Reads, ToOne, everything, nothing, reads_all, sells
from persistence.tables.links import link_requests, partner_links
from persistence.tables.tenants import firms, tenants

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from persistence.database import Unit

MOST_RELINKS = 20
"""How many relinks in a row somebody may wait through before he is told to try again."""

NOW = bindparam("_now", type_=TIME)


def _visible(actor: Actor, table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - either table
    if reads_all(actor):
        return everything()
    if not actor.may(Capability.READ_LINKS):
        return nothing()
    if sells(actor):
        return table.c.partner_id == TENANT  # type: ignore[no-any-return]
    if actor.kind is TenantKind.COMPANY:
        return table.c.company_id == TENANT  # type: ignore[no-any-return]
    return nothing()


def visible_links(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: each side sees the links that are or were its own."""
    return _visible(actor, partner_links)


def visible_link_requests(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the company that asks and the partner that is asked."""
    return _visible(actor, link_requests)


LINKS = Reads(
    source=partner_links,
    key=partner_links.c.id,
    owner=partner_links.c.company_id,
    visible=visible_links,
    columns={
        "started_at": partner_links.c.started_at,
        "ended_at": partner_links.c.ended_at,
        "end_reason": partner_links.c.end_reason,
    },
    ones={
        "company": ToOne("companies", partner_links.c.company_id),
        "partner": ToOne("partners", partner_links.c.partner_id),
    },
    filters={"current": partner_links.c.ended_at.is_(None)},
    orders={"STARTED": ()},
)

_expired = (link_requests.c.state == LinkRequestState.PENDING) & (link_requests.c.expires_at <= NOW)
_STATE = case((_expired, LinkRequestState.EXPIRED.value), else_=link_requests.c.state).cast(
    link_requests.c.state.type
)
"""Expiry counts by the clock: nothing has to sweep for it to be seen."""

_MAIN_INN = (
    select(firms.c.inn)
    .where(firms.c.company_id == link_requests.c.company_id, firms.c.is_main)
    .scalar_subquery()
)

REQUESTS = Reads(
    source=link_requests.join(tenants, tenants.c.id == link_requests.c.company_id),
    key=link_requests.c.id,
    owner=link_requests.c.company_id,
    visible=visible_link_requests,
    columns={
        "company_name": tenants.c.name,
        "company_inn": _MAIN_INN,
        "state": _STATE,
        "requested_at": link_requests.c.created_at,
        "expires_at": link_requests.c.expires_at,
        "decided_at": link_requests.c.decided_at,
    },
    ones={
        "company": ToOne("companies", link_requests.c.company_id),
        "partner": ToOne("partners", link_requests.c.partner_id),
    },
    filters={
        "state": bindparam("state", type_=link_requests.c.state.type) == _STATE,
    },
    orders={"REQUESTED": ()},
)


async def lock_link(unit: Unit, company: UUID, partner: UUID | None = None) -> UUID | None:
    """Lock the company's current link and return its partner.

    With `partner`, only a link to this partner: a seller who lost the company while he waited
    for the lock finds nothing.
    """
    statement = select(partner_links.c.partner_id).where(
        partner_links.c.company_id == company, partner_links.c.ended_at.is_(None)
    )
    if partner is not None:
        statement = statement.where(partner_links.c.partner_id == partner)
    found: UUID | None = None
    # Whoever waited for a link that ended meanwhile gets no row, although the company has a new
    # one by then: he must look again, or two would decide side by side.
    for _ in range(MOST_RELINKS if partner is None else 1):
        found = await unit.connection.scalar(statement.with_for_update())
        if found is not None:
            break
    return found


async def partner_of(unit: Unit, company: UUID) -> UUID | None:
    """Return the partner a company is linked to now, without locking the link."""
    found: UUID | None = await unit.connection.scalar(
        select(partner_links.c.partner_id).where(
            partner_links.c.company_id == company, partner_links.c.ended_at.is_(None)
        )
    )
    return found


async def link_between(unit: Unit, company: UUID, partner: UUID) -> UUID | None:
    """Return the current link of a company with this very partner."""
    found: UUID | None = await unit.connection.scalar(
        select(partner_links.c.id).where(
            partner_links.c.company_id == company,
            partner_links.c.partner_id == partner,
            partner_links.c.ended_at.is_(None),
        )
    )
    return found


async def add_link(unit: Unit, company: UUID, partner: UUID) -> UUID:
    """Begin a link and return its key."""
    key = new_key()
    await unit.connection.execute(
        insert(partner_links).values(
            id=key, company_id=company, partner_id=partner, started_at=unit.now
        )
    )
    return key


async def relink(unit: Unit, company: UUID, partner: UUID, reason: LinkEnd) -> UUID:
    """End the company's current link, which the caller has locked, and begin another one."""
    await unit.connection.execute(
        update(partner_links)
        .where(partner_links.c.company_id == company, partner_links.c.ended_at.is_(None))
        .values(ended_at=unit.now, end_reason=reason)
    )
    return await add_link(unit, company, partner)


async def add_request(unit: Unit, company: UUID, partner: UUID, expires_at: datetime) -> UUID:
    """Write a pending request and return its key."""
    key = new_key()
    await unit.connection.execute(
        insert(link_requests).values(
            id=key,
            company_id=company,
            partner_id=partner,
            state=LinkRequestState.PENDING,
            created_at=unit.now,
            expires_at=expires_at,
        )
    )
    return key


def _request(row: Any) -> LinkRequest:  # noqa: ANN401 - a row has no better type
    return LinkRequest(
        id=row.id,
        company=row.company_id,
        partner=row.partner_id,
        state=row.state,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
    )


async def find_request(unit: Unit, key: UUID, actor: Actor) -> LinkRequest | None:
    """Return a request that the actor sees, not locked."""
    row = (
        await unit.connection.execute(
            select(link_requests).where(link_requests.c.id == key, visible_link_requests(actor)),
            {"_tenant": actor.tenant},
        )
    ).one_or_none()
    return None if row is None else _request(row)


async def pending_request(unit: Unit, company: UUID) -> LinkRequest | None:
    """Return the company's request that is written as pending, even if the clock has ended it."""
    row = (
        await unit.connection.execute(
            select(link_requests).where(
                link_requests.c.company_id == company,
                link_requests.c.state == LinkRequestState.PENDING,
            )
        )
    ).one_or_none()
    return None if row is None else _request(row)


async def decide_request(
    unit: Unit, key: UUID, state: LinkRequestState, decided_at: datetime
) -> None:
    """Write how a request ended; the caller holds the lock of the company's link."""
    await unit.connection.execute(
        update(link_requests)
        .where(link_requests.c.id == key, link_requests.c.state == LinkRequestState.PENDING)
        .values(state=state, decided_at=decided_at)
    )
