"""Licenses that are entered on a device, as the database sees it: the device's company has them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, insert, select

from domain.licenses import LicenseEventKind, LicenseState
from persistence.database import Unit
from persistence.keys import new_key
from persistence.tables.devices import devices
from persistence.tables.licenses import license_events
from persistence.tables.tenants import outlets
from tests.world import Cabinet, World


async def activate(world: World, company: Cabinet, *licenses: UUID) -> None:
    """Enter the codes of licenses on new devices of a company."""

    async def work(unit: Unit) -> None:
        outlet = await unit.connection.scalar(
            select(outlets.c.id).where(outlets.c.company_id == company.id)
        )
        for key in licenses:
            device = new_key()
            await unit.connection.execute(
                insert(devices).values(
                    id=device,
                    company_id=company.id,
                    outlet_id=outlet,
                    name="Касса",
                    token_hash=device.bytes,
                    registered_at=unit.now,
                )
            )
            last = await unit.connection.scalar(
                select(func.max(license_events.c.seq)).where(license_events.c.license_id == key)
            )
            await unit.connection.execute(
                insert(license_events).values(
                    license_id=key,
                    seq=(last or 0) + 1,
                    kind=LicenseEventKind.ACTIVATED,
                    at=unit.now,
                    device_id=device,
                    holder_id=company.id,
                    state=LicenseState.REVEALED,
                )
            )

    await world.tools.database.carry_out(work)
