"""Outlets: the points of sale of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert

from domain.access import Actor, TenantKind
from persistence.keys import new_key
from persistence.reads import TENANT, Reads, confirmed_tenants, nothing, reads_all
from persistence.tables.tenants import outlets

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import OutletDetails
    from persistence.database import Unit


def visible_outlets(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a company's own outlets."""
    if reads_all(actor):
        return outlets.c.company_id.in_(confirmed_tenants())
    if actor.kind is TenantKind.COMPANY:
        return outlets.c.company_id == TENANT
    return nothing()


READS = Reads(
    source=outlets,
    key=outlets.c.id,
    owner=outlets.c.company_id,
    visible=visible_outlets,
    columns={
        "name": outlets.c.name,
        "address": outlets.c.address,
        "time_zone": outlets.c.time_zone,
    },
)


async def add_outlet(unit: Unit, company: UUID, details: OutletDetails) -> UUID:
    """Add an outlet of a company and return its key."""
    key = new_key()
    await unit.connection.execute(
        insert(outlets).values(
            id=key,
            company_id=company,
            name=details.name,
            address=details.address,
            time_zone=details.time_zone,
        )
    )
    return key
