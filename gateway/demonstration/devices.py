"""Devices at outlets, licenses on them, and the cashiers who work there [001]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.access import GRANTS, Actor, Role, TenantKind
from domain.cashiers import CashierDetails
from domain.devices import SYNC_KEY, DeviceDetails
from domain.licenses import LicenseState
from gateway.demonstration.companies import POLAR_BREAD
from gateway.demonstration.sellers import NEVA
from persistence import outlets
from persistence.tables import licenses as license_tables
from persistence.tables import tenants as tenant_tables
from resolvers.activation import activate_license, deactivate_license
from resolvers.cashiers import create_cashier
from resolvers.devices import register_device, request_load

if TYPE_CHECKING:
    from uuid import UUID

    from gateway.demonstration.making import World
    from persistence.database import Unit
    from resolvers.context import Context

DEMO_KEY = f"{SYNC_KEY}demo-polar-bread"
"""The sync key of the first outlet; everybody may know it, as the passwords."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device at the outlet of this number; it activates licenses that `holder` has revealed."""

    company: str
    outlet: int
    name: str
    model: str
    owner: str
    licenses: int = 0
    holder: str = ""
    freed: int = 0
    """How many of them it gives back."""


DEVICES = (
    Device(POLAR_BREAD.key, 0, "Касса у входа", "Sunmi V2 Pro", "Зайцева Ирина", 3, freed=1),
    Device(POLAR_BREAD.key, 0, "Касса в зале", "Атол Sigma 7", "Попов Алексей", 1),
    Device(POLAR_BREAD.key, 1, "Пекарня", "Sunmi T2", "Попов Алексей"),
    Device("amber", 1, "Киоск", "Эвотор 5", "Титова Марина", 2),
    Device("fish", 0, "Рыбный ряд", "Sunmi V2 Pro", "Щукина Яна", 1),
    # "Раскрыл себе — зарегистрировался как клиент": the license leaves the partner's cabinet when
    # it is entered on the company's device [001].
    Device("neva-company", 0, "Телефон Орловой", "Samsung A52", "Орлова Анна", 1, NEVA.key),
)

CASHIERS = (
    (POLAR_BREAD.key, "Семёнова Алла", "1", (0, 1)),
    (POLAR_BREAD.key, "Круглова Вера", "2", (0,)),
    (POLAR_BREAD.key, "Ёлкин Игорь", "3", (2,)),
    (POLAR_BREAD.key, "Мельник Тарас", None, ()),
    ("amber", "Титова Марина", "10", (3,)),
)
"""Company, name, number, and the devices he may work on, by their place above."""


async def install(world: World, unit: Unit) -> None:
    """Register the devices, activate licenses on them, and let cashiers work there."""
    found = [await _install(world, unit, number) for number in range(len(DEVICES))]
    for company, name, number, places in CASHIERS:
        details = CashierDetails.parse(name, number, [found[place] for place in places])
        await create_cashier(world.acting(company), details)
    await request_load(world.acting(POLAR_BREAD.key), found[0])


async def _install(world: World, unit: Unit, number: int) -> UUID:
    device = DEVICES[number]
    outlet = await _outlet(world, unit, device)
    if number == 0:
        await outlets.set_sync_key(unit, outlet, DEMO_KEY)
    company = world.tenants[device.company]
    details = DeviceDetails.parse(device.name, device.model, device.owner)
    context = _pos(world, Role.POS_OUTLET, company, outlet, outlet)
    key, _ = await register_device(context, f"demonstration-{number}", {}, details)
    context = _pos(world, Role.POS_DEVICE, company, outlet, key)
    codes = await _codes(world, unit, device)
    for code in codes:
        await activate_license(context, code)
    for code in codes[: device.freed]:
        await deactivate_license(context, code)
    return key


def _pos(world: World, role: Role, company: UUID, outlet: UUID, itself: UUID) -> Context:
    device = itself if role is Role.POS_DEVICE else None
    return world.acting_as(
        Actor(role, GRANTS[role], TenantKind.COMPANY, company, itself, itself, outlet, device)
    )


async def _outlet(world: World, unit: Unit, device: Device) -> UUID:
    table = tenant_tables.outlets
    found = await unit.connection.scalars(
        select(table.c.id)
        .where(table.c.company_id == world.tenants[device.company])
        .order_by(table.c.id)
    )
    key: UUID = found.all()[device.outlet]
    return key


async def _codes(world: World, unit: Unit, device: Device) -> list[str]:
    """Return codes as their holder has them before his eyes: revealed, unsold, never activated."""
    table = license_tables.licenses
    found = await unit.connection.execute(
        select(table.c.id, table.c.code_cipher, table.c.code_key)
        .where(
            table.c.holder_id == world.tenants[device.holder or device.company],
            table.c.state == LicenseState.REVEALED,
            table.c.sold_document_id.is_(None),
            table.c.first_activated_at.is_(None),
        )
        .order_by(table.c.id)
        .limit(device.licenses)
    )
    return [world.tools.cipher.open(row.id, row.code_cipher, row.code_key) for row in found]
