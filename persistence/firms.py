"""Firms: the legal and natural persons of a company, one of them the main firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert, select

from domain.access import Actor, TenantKind
from domain.documents import BuyerDetails
from domain.sales import Buyer
from persistence.keys import new_key
from persistence.reads import (
    TENANT,
    Reads,
    everything,
    linked_companies,
    nothing,
    reads_all,
    sells,
)
from persistence.tables.tenants import firms, tenants

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import FirmDetails
    from persistence.database import Unit


def visible_firms(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the firms of the companies one sees."""
    if reads_all(actor):
        return everything()
    if sells(actor):
        return firms.c.company_id.in_(linked_companies())
    if actor.kind is TenantKind.COMPANY:
        return firms.c.company_id == TENANT
    return nothing()


READS = Reads(
    source=firms,
    key=firms.c.id,
    owner=firms.c.company_id,
    visible=visible_firms,
    columns={
        "name": firms.c.name,
        "inn": firms.c.inn,
        "email": firms.c.email,
        "phone": firms.c.phone,
        "address": firms.c.address,
        "is_main": firms.c.is_main,
    },
)


async def add_firm(unit: Unit, company: UUID, details: FirmDetails, *, is_main: bool) -> UUID:
    """Add a firm of a company and return its key."""
    key = new_key()
    await unit.connection.execute(
        insert(firms).values(
            id=key,
            company_id=company,
            name=details.name,
            inn=details.inn,
            email=details.email,
            phone=details.phone,
            address=details.address,
            is_main=is_main,
        )
    )
    return key


async def firm_company(unit: Unit, key: UUID) -> UUID | None:
    """Return the company of a firm."""
    company: UUID | None = await unit.connection.scalar(
        select(firms.c.company_id).where(firms.c.id == key)
    )
    return company


async def buying_firm(unit: Unit, key: UUID) -> Buyer:
    """Return an existing firm as a buyer, its details filled in."""
    row = (
        await unit.connection.execute(
            select(firms, tenants.c.blocked_at)
            .join_from(firms, tenants, tenants.c.id == firms.c.company_id)
            .where(firms.c.id == key)
        )
    ).one()
    details = BuyerDetails(
        name=row.name,
        inn=row.inn,
        email=row.email,
        phone=row.phone,
        address=row.address,
        company=row.company_id,
        firm=row.id,
    )
    return Buyer(details, blocked=row.blocked_at is not None)
