"""The POS: whom a sync key or a device token speaks for, and what a device may know of itself."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, select, update

from domain.access import Actor, Capability
from persistence.columns import BYTES, KEY
from persistence.reads import TENANT, Reads, ToMany, nothing
from persistence.sessions import TOKEN_BYTES
from persistence.tables.devices import devices
from persistence.tables.documents import products
from persistence.tables.licenses import licenses
from persistence.tables.tenants import outlets, tenants

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit

SELF = bindparam("_user", type_=KEY)
"""The key of the POS itself: it stands where users have theirs."""

_OPEN = tenants.c.confirmed_at.is_not(None) & tenants.c.blocked_at.is_(None)
_CREDENTIAL = bindparam("token_hash", type_=BYTES)

LIVE_OUTLET: Select[Any] = (
    select(outlets.c.id.label("outlet"), outlets.c.company_id.label("tenant"))
    .join_from(outlets, tenants, tenants.c.id == outlets.c.company_id)
    .where(outlets.c.sync_key_hash == _CREDENTIAL, _OPEN)
)
"""Whose sync key it is; the keys of a blocked company are nobody's."""

LIVE_DEVICE: Select[Any] = (
    select(
        devices.c.outlet_id.label("outlet"),
        devices.c.company_id.label("tenant"),
        devices.c.id.label("device"),
    )
    .join_from(devices, tenants, tenants.c.id == devices.c.company_id)
    .where(devices.c.token_hash == _CREDENTIAL, devices.c.removed_at.is_(None), _OPEN)
)
"""Whose device token it is; that of a removed device is nobody's."""


def new_credential(prefix: str) -> str:
    """Return a fresh sync key or device token."""
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def visible_pos(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a device sees itself."""
    return devices.c.id == SELF if actor.may(Capability.READ_POS) else nothing()


def visible_pos_outlets(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: who has a sync key sees its outlet."""
    return outlets.c.id == SELF if actor.may(Capability.REGISTER_DEVICES) else nothing()


def visible_pos_licenses(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a device sees licenses of its company, by what is printed on its screen."""
    return licenses.c.holder_id == TENANT if actor.may(Capability.READ_POS) else nothing()


OUTLETS = Reads(
    source=outlets.join(tenants, tenants.c.id == outlets.c.company_id),
    key=outlets.c.id,
    owner=outlets.c.company_id,
    visible=visible_pos_outlets,
    columns={
        "name": outlets.c.name,
        "time_zone": outlets.c.time_zone,
        "company_name": tenants.c.name,
    },
)

DEVICES = Reads(
    source=devices.join(outlets, outlets.c.id == devices.c.outlet_id).join(
        tenants, tenants.c.id == devices.c.company_id
    ),
    key=devices.c.id,
    owner=devices.c.company_id,
    visible=visible_pos,
    columns={
        "device_name": devices.c.name,
        "model": devices.c.model,
        "owner": devices.c.owner,
        "outlet_name": outlets.c.name,
        "time_zone": outlets.c.time_zone,
        "company_name": tenants.c.name,
        "load_requested": devices.c.load_requested_at.is_not(None),
        "loaded_at": devices.c.loaded_at,
    },
    manys={"licenses": ToMany("pos_licenses", licenses.c.device_id)},
)

LICENSES = Reads(
    source=licenses.join(products, products.c.id == licenses.c.product_id),
    key=licenses.c.id,
    owner=licenses.c.holder_id,
    visible=visible_pos_licenses,
    columns={
        "code_tail": licenses.c.code_tail,
        "product_name": products.c.name,
        "activated_at": licenses.c.activated_at,
        "first_activated_at": licenses.c.first_activated_at,
    },
)


async def is_open(unit: Unit, company: UUID) -> bool:
    """Whether the POS of a company may work now."""
    found = await unit.connection.scalar(select(tenants.c.id).where(tenants.c.id == company, _OPEN))
    return found is not None


async def lock_working_device(unit: Unit, key: UUID, company: UUID) -> bool:
    """Lock a device that asks for something, and note that it was seen; false if it may not.

    Not so that nobody may refer to it: who frees a license from it has locked the license first.
    """
    locked = await unit.connection.scalar(
        select(devices.c.id)
        .where(devices.c.id == key, devices.c.removed_at.is_(None))
        .with_for_update(key_share=True)
    )
    # Looked at behind the lock: the company may have been blocked while the device waited.
    if locked is None or not await is_open(unit, company):
        return False
    await unit.connection.execute(
        update(devices).where(devices.c.id == key).values(seen_at=unit.now)
    )
    return True
