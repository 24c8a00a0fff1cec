"""The POS of companies: registered through the use cases, and what people type on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select

from domain.access import GRANTS, Actor, Role, TenantKind
from domain.devices import DeviceDetails
from persistence.tables.licenses import licenses
from persistence.tables.tenants import outlets
from resolvers.devices import register_device
from resolvers.outlets import rotate_sync_key

if TYPE_CHECKING:
    from resolvers.context import Context
    from tests.world import Cabinet, World


@dataclass(frozen=True)
class Outlet:
    """An outlet with its sync key."""

    id: UUID
    company: Cabinet
    sync_key: str

    @property
    def node(self) -> str:
        return f"outlet_{self.id.hex}"

    @property
    def actor(self) -> Actor:
        role = Role.POS_OUTLET
        return Actor(
            role, GRANTS[role], TenantKind.COMPANY, self.company.id, self.id, self.id, self.id
        )


@dataclass(frozen=True)
class Device:
    """A registered device with its token."""

    id: UUID
    outlet: Outlet
    token: str
    name: str

    @property
    def node(self) -> str:
        return f"device_{self.id.hex}"

    @property
    def company(self) -> Cabinet:
        return self.outlet.company

    @property
    def actor(self) -> Actor:
        role = Role.POS_DEVICE
        itself, at = self.id, self.outlet.id
        company = self.company.id
        return Actor(role, GRANTS[role], TenantKind.COMPANY, company, itself, itself, at, itself)

    def context(self, world: World) -> Context:
        return world.acting(self.actor)


async def keyed_outlet(world: World, company: Cabinet) -> Outlet:
    """Give a company's first outlet a sync key."""
    [(key,), *_] = await world.rows(
        select(outlets.c.id).where(outlets.c.company_id == company.id).order_by(outlets.c.id)
    )
    return Outlet(key, company, await rotate_sync_key(world.context(company), key))


async def device_at(world: World, outlet: Outlet, name: str = "Касса") -> Device:
    details = DeviceDetails(name, "Sunmi V2", "Продавец")
    order: dict[str, object] = {"name": name}
    context = world.acting(outlet.actor)
    key, token = await register_device(context, uuid4().hex, order, details)
    return Device(key, outlet, token, name)


async def device_of(world: World, company: Cabinet, name: str = "Касса") -> Device:
    """Register a device at a company's first outlet."""
    return await device_at(world, await keyed_outlet(world, company), name)


async def code_of(world: World, license_: UUID) -> str:
    """Return the code of a license, as the database has it."""
    [row] = await world.rows(select(licenses).where(licenses.c.id == license_))
    return world.tools.cipher.open(row.id, row.code_cipher, row.code_key)
