"""Tenants: every cabinet, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, insert, or_, select, update

from domain.access import Actor, TenantKind
from domain.text import folded
from persistence.keys import new_key
from persistence.reads import (
    TENANT,
    Reads,
    ToOne,
    linked_companies,
    nothing,
    reads_all,
    sells,
)
from persistence.tables.documents import document_counters
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


def visible_tenants(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: one's own cabinet, whom one trades with, and the licensor by name."""
    confirmed = tenants.c.confirmed_at.is_not(None)
    if reads_all(actor):
        return confirmed
    own = or_(tenants.c.id == TENANT, tenants.c.kind == TenantKind.LICENSOR)
    partners = (tenants.c.kind == TenantKind.PARTNER) & confirmed
    if actor.kind is TenantKind.LICENSOR:
        return or_(own, partners, tenants.c.id.in_(linked_companies()))
    if sells(actor):
        return or_(own, tenants.c.id.in_(linked_companies()))
    if actor.kind is TenantKind.COMPANY:
        return or_(own, partners)
    if actor.kind is TenantKind.MRC:
        return tenants.c.id == TENANT
    return nothing()


READS = Reads(
    source=tenants,
    key=tenants.c.id,
    owner=tenants.c.id,
    visible=visible_tenants,
    columns={"kind": tenants.c.kind, "name": tenants.c.name},
    ones={
        "partner": ToOne("partners", tenants.c.id),
        "company": ToOne("companies", tenants.c.id),
    },
)


async def add_tenant(
    unit: Unit,
    kind: TenantKind,
    name: str,
    search: str,
    *,
    confirmed: bool,
    registered_by: UUID | None = None,
) -> UUID:
    """Add a tenant with its document counter and return its key.

    Until it is confirmed, nobody but the tenant that registered it learns of it.
    """
    key = new_key()
    row = {
        "id": key,
        "kind": kind,
        "name": name,
        "name_key": folded(name),
        "search": search,
        "created_at": unit.now,
        "confirmed_at": unit.now if confirmed else None,
        "registered_by": registered_by,
    }
    await unit.connection.execute(insert(tenants).values(row))
    await unit.connection.execute(insert(document_counters).values(tenant_id=key, last_number=0))
    return key


async def licensor(unit: Unit) -> UUID | None:
    """Return the licensor, who is also the default partner."""
    key: UUID | None = await unit.connection.scalar(
        select(tenants.c.id).where(tenants.c.kind == TenantKind.LICENSOR)
    )
    return key


async def is_blocked(unit: Unit, key: UUID) -> bool:
    """Whether the tenant is blocked."""
    found = await unit.connection.scalar(
        select(tenants.c.id).where(tenants.c.id == key, tenants.c.blocked_at.is_not(None))
    )
    return found is not None


async def describe(unit: Unit, key: UUID) -> Any:  # noqa: ANN401 - a row
    """Return kind, name and confirmation of a tenant that exists."""
    return (
        await unit.connection.execute(
            select(tenants.c.kind, tenants.c.name, tenants.c.confirmed_at).where(
                tenants.c.id == key
            )
        )
    ).one()


async def rename(unit: Unit, key: UUID, name: str, search: str) -> None:
    """Give a tenant another name, and what a search by any part looks through."""
    await unit.connection.execute(
        update(tenants)
        .where(tenants.c.id == key)
        .values(name=name, name_key=folded(name), search=search)
    )
