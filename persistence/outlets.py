"""Outlets: the points of sale of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, insert, select, update

from domain.access import Actor, TenantKind
from domain.accounts import OutletDetails
from domain.devices import HINT_DIGITS
from persistence.keys import new_key
from persistence.reads import TENANT, Reads, confirmed_tenants, nothing, reads_all
from persistence.sessions import token_hash
from persistence.tables.devices import devices
from persistence.tables.tenants import outlets

if TYPE_CHECKING:
    from uuid import UUID

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
        "sync_key_hint": outlets.c.sync_key_hint,
        "sync_key_issued_at": outlets.c.sync_key_at,
    },
    counted={
        "device_count": select(func.count())
        .where(devices.c.outlet_id == outlets.c.id, devices.c.removed_at.is_(None))
        .scalar_subquery(),
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
            created_at=unit.now,
        )
    )
    return key


async def lock_outlet(unit: Unit, key: UUID, company: UUID) -> OutletDetails | None:
    """Lock an outlet of a company and return what is known of it; `None` for anybody else's."""
    row = (
        await unit.connection.execute(
            select(outlets.c.name, outlets.c.address, outlets.c.time_zone)
            .where(outlets.c.id == key, outlets.c.company_id == company)
            .with_for_update()
        )
    ).one_or_none()
    return None if row is None else OutletDetails(row.name, row.address, row.time_zone)


async def change_outlet(unit: Unit, key: UUID, details: OutletDetails) -> None:
    """Give a locked outlet other details."""
    await unit.connection.execute(
        update(outlets)
        .where(outlets.c.id == key)
        .values(name=details.name, address=details.address, time_zone=details.time_zone)
    )


async def set_sync_key(unit: Unit, key: UUID, sync_key: str) -> None:
    """Give an outlet a sync key, of which only a hash and the last characters are kept."""
    await unit.connection.execute(
        update(outlets)
        .where(outlets.c.id == key)
        .values(
            sync_key_hash=token_hash(sync_key),
            sync_key_hint=sync_key[-HINT_DIGITS:],
            sync_key_at=unit.now,
        )
    )
