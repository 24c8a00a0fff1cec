"""Devices: a company's POS, each at one of its outlets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update

from domain.access import Actor, Capability, TenantKind
from domain.text import search_text
from persistence.columns import KEY
from persistence.dialects import among_keys, contains
from persistence.outlets import visible_outlets
from persistence.reads import TENANT, Reads, ToMany, ToOne, confirmed_tenants, nothing, reads_all
from persistence.sessions import token_hash
from persistence.tables.devices import cashier_devices, cashiers, devices
from persistence.tables.licenses import licenses
from persistence.tables.tenants import outlets

if TYPE_CHECKING:
    from uuid import UUID

    from domain.devices import DeviceDetails
    from persistence.database import Unit


def visible_devices(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a company's own devices, as long as they are not removed."""
    kept = devices.c.removed_at.is_(None)
    if reads_all(actor):
        return kept & devices.c.company_id.in_(confirmed_tenants())
    if actor.kind is TenantKind.COMPANY and actor.may(Capability.READ_DEVICES):
        return kept & (devices.c.company_id == TENANT)
    return nothing()


def _at_outlet(actor: Actor) -> ColumnElement[bool]:
    outlet = bindparam("outlet", type_=KEY)
    return devices.c.outlet_id.in_(
        select(outlets.c.id).where(outlets.c.id == outlet, visible_outlets(actor))
    )


READS = Reads(
    source=devices,
    key=devices.c.id,
    owner=devices.c.company_id,
    visible=visible_devices,
    columns={
        "name": devices.c.name,
        "model": devices.c.model,
        "owner": devices.c.owner,
        "registered_at": devices.c.registered_at,
        "seen_at": devices.c.seen_at,
        "load_requested_at": devices.c.load_requested_at,
        "loaded_at": devices.c.loaded_at,
    },
    counted={
        "license_count": select(func.count())
        .where(licenses.c.device_id == devices.c.id)
        .scalar_subquery(),
    },
    ones={
        "outlet": ToOne("outlets", devices.c.outlet_id),
        "company": ToOne("companies", devices.c.company_id),
    },
    manys={
        "licenses": ToMany("licenses", licenses.c.device_id),
        "cashiers": ToMany(
            "cashiers",
            cashier_devices.c.device_id,
            via=(cashier_devices, cashier_devices.c.cashier_id == cashiers.c.id),
        ),
    },
    filters={"outlet": _at_outlet, "search": contains(devices.c.search, "search")},
    orders={"REGISTERED": ()},
)


@dataclass(frozen=True, slots=True)
class LockedDevice:
    """A device of a company, locked."""

    id: UUID
    name: str
    outlet: UUID


async def add_device(
    unit: Unit, key: UUID, company: UUID, outlet: UUID, details: DeviceDetails, token: str
) -> None:
    """Add a device under a key that was chosen before."""
    await unit.connection.execute(
        insert(devices).values(
            id=key,
            company_id=company,
            outlet_id=outlet,
            name=details.name,
            model=details.model,
            owner=details.owner,
            search=_search(details.name, details.model, details.owner),
            token_hash=token_hash(token),
            registered_at=unit.now,
        )
    )


def _search(name: str, model: str | None, owner: str | None) -> str:
    return search_text(name, model, owner)


async def lock_device(unit: Unit, key: UUID, company: UUID) -> LockedDevice | None:
    """Lock a device of a company; `None` for anybody else's and for a removed one."""
    row = (
        await unit.connection.execute(
            select(devices)
            .where(
                devices.c.id == key,
                devices.c.company_id == company,
                devices.c.removed_at.is_(None),
            )
            .with_for_update(key_share=True)
        )
    ).one_or_none()
    return None if row is None else LockedDevice(row.id, row.name, row.outlet_id)


async def has_worked(unit: Unit, key: UUID) -> bool:
    """Whether a device was ever seen at work, or is removed; it is locked."""
    row = (
        await unit.connection.execute(
            select(devices.c.seen_at, devices.c.removed_at)
            .where(devices.c.id == key)
            .with_for_update(key_share=True)
        )
    ).one()
    return row.seen_at is not None or row.removed_at is not None


async def renew_token(unit: Unit, key: UUID, token: str) -> None:
    """Give a device another token; the one before is nobody's from now on."""
    await unit.connection.execute(
        update(devices).where(devices.c.id == key).values(token_hash=token_hash(token))
    )


async def change_device(unit: Unit, key: UUID, name: str, outlet: UUID) -> None:
    """Give a locked device another name and outlet."""
    told = (
        await unit.connection.execute(
            select(devices.c.model, devices.c.owner).where(devices.c.id == key)
        )
    ).one()
    await unit.connection.execute(
        update(devices)
        .where(devices.c.id == key)
        .values(name=name, outlet_id=outlet, search=_search(name, told.model, told.owner))
    )


async def remove_device(unit: Unit, key: UUID) -> None:
    """Remove a locked device: its token is nobody's, and no cashier works on it any more."""
    await unit.connection.execute(
        update(devices).where(devices.c.id == key).values(removed_at=unit.now)
    )
    await unit.connection.execute(delete(cashier_devices).where(cashier_devices.c.device_id == key))


async def request_load(unit: Unit, key: UUID) -> None:
    """Note that a locked device is to pull its cashiers."""
    await unit.connection.execute(
        update(devices).where(devices.c.id == key).values(load_requested_at=unit.now)
    )


async def note_load(unit: Unit, key: UUID) -> bool:
    """Note that a locked device has pulled its cashiers; return whether it was told to."""
    requested = await unit.connection.scalar(
        select(devices.c.load_requested_at.is_not(None)).where(devices.c.id == key)
    )
    await unit.connection.execute(
        update(devices)
        .where(devices.c.id == key)
        .values(load_requested_at=None, loaded_at=unit.now)
    )
    return bool(requested)


async def kept_among(unit: Unit, company: UUID, keys: tuple[UUID, ...]) -> set[UUID]:
    """Return those of the devices that are the company's and not removed, locked.

    Locked in the order of their keys, so that two who lock several do not wait for each other.
    """
    found = await unit.connection.scalars(
        select(devices.c.id)
        .where(
            devices.c.company_id == company,
            devices.c.removed_at.is_(None),
            among_keys(devices.c.id, "ids"),
        )
        .order_by(devices.c.id)
        .with_for_update(key_share=True),
        {"ids": list(keys)},
    )
    return set(found)
