"""Cashiers: the people of a company who work on its devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update

from domain.access import Actor, Capability, TenantKind
from domain.text import search_text
from persistence.columns import KEY
from persistence.devices import visible_devices
from persistence.dialects import contains
from persistence.keys import new_key
from persistence.reads import TENANT, Reads, ToMany, ToOne, confirmed_tenants, nothing, reads_all
from persistence.tables.devices import cashier_devices, cashiers, devices

if TYPE_CHECKING:
    from uuid import UUID

    from domain.cashiers import CashierDetails
    from persistence.database import Unit


def visible_cashiers(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a company's own cashiers, as long as they are not removed."""
    kept = cashiers.c.removed_at.is_(None)
    if reads_all(actor):
        return kept & cashiers.c.company_id.in_(confirmed_tenants())
    if actor.kind is TenantKind.COMPANY and actor.may(Capability.READ_DEVICES):
        return kept & (cashiers.c.company_id == TENANT)
    return nothing()


def _working_on(actor: Actor) -> ColumnElement[bool]:
    device = bindparam("device", type_=KEY)
    return cashiers.c.id.in_(
        select(cashier_devices.c.cashier_id)
        .join_from(cashier_devices, devices, devices.c.id == cashier_devices.c.device_id)
        .where(devices.c.id == device, visible_devices(actor))
    )


READS = Reads(
    source=cashiers,
    key=cashiers.c.id,
    owner=cashiers.c.company_id,
    visible=visible_cashiers,
    columns={
        "name": cashiers.c.name,
        "number": cashiers.c.number,
        "created_at": cashiers.c.created_at,
    },
    ones={"company": ToOne("companies", cashiers.c.company_id)},
    manys={
        "devices": ToMany(
            "devices",
            cashier_devices.c.cashier_id,
            via=(cashier_devices, cashier_devices.c.device_id == devices.c.id),
        )
    },
    filters={"device": _working_on, "search": contains(cashiers.c.search, "search")},
    orders={"CREATED": ()},
)


@dataclass(frozen=True, slots=True)
class Cashier:
    """A cashier as a device gets him."""

    id: UUID
    name: str
    number: str | None


async def add_cashier(unit: Unit, company: UUID, details: CashierDetails) -> UUID:
    """Add a cashier and return his key; where he may work is said apart."""
    key = new_key()
    await unit.connection.execute(
        insert(cashiers).values(
            id=key,
            company_id=company,
            name=details.name,
            number=details.number,
            search=search_text(details.name, details.number),
            created_at=unit.now,
        )
    )
    return key


async def lock_cashier(unit: Unit, key: UUID, company: UUID) -> Cashier | None:
    """Lock a cashier of a company; `None` for anybody else's and for a removed one."""
    row = (
        await unit.connection.execute(
            select(cashiers)
            .where(
                cashiers.c.id == key,
                cashiers.c.company_id == company,
                cashiers.c.removed_at.is_(None),
            )
            .with_for_update()
        )
    ).one_or_none()
    return None if row is None else Cashier(row.id, row.name, row.number)


async def change_cashier(unit: Unit, key: UUID, details: CashierDetails) -> None:
    """Give a locked cashier another name and number."""
    await unit.connection.execute(
        update(cashiers)
        .where(cashiers.c.id == key)
        .values(
            name=details.name,
            number=details.number,
            search=search_text(details.name, details.number),
        )
    )


async def devices_of(unit: Unit, cashier: UUID) -> list[UUID]:
    """Return the devices a cashier may work on."""
    found = await unit.connection.scalars(
        select(cashier_devices.c.device_id)
        .where(cashier_devices.c.cashier_id == cashier)
        .order_by(cashier_devices.c.device_id)
    )
    return list(found)


async def let_work(unit: Unit, cashier: UUID, keys: tuple[UUID, ...]) -> None:
    """Let a locked cashier work on these devices, which are locked too, and on no others."""
    await unit.connection.execute(
        delete(cashier_devices).where(cashier_devices.c.cashier_id == cashier)
    )
    if keys:
        await unit.connection.execute(
            insert(cashier_devices), [{"cashier_id": cashier, "device_id": key} for key in keys]
        )


async def remove_cashier(unit: Unit, key: UUID) -> None:
    """Remove a locked cashier: he works nowhere any more."""
    await let_work(unit, key, ())
    await unit.connection.execute(
        update(cashiers).where(cashiers.c.id == key).values(removed_at=unit.now)
    )


async def working_on(unit: Unit, device: UUID) -> list[Cashier]:
    """Return who may work on a device, in the order they were created."""
    rows = await unit.connection.execute(
        select(cashiers.c.id, cashiers.c.name, cashiers.c.number)
        .join_from(cashiers, cashier_devices, cashier_devices.c.cashier_id == cashiers.c.id)
        .where(cashier_devices.c.device_id == device, cashiers.c.removed_at.is_(None))
        .order_by(cashiers.c.id)
    )
    return [Cashier(row.id, row.name, row.number) for row in rows]
