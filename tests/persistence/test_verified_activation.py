"""What verification says of devices and of the licenses on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from domain.cashiers import CashierDetails
from domain.licenses import LicenseEventKind
from persistence.tables.devices import cashier_devices, devices
from persistence.tables.licenses import license_events, licenses
from persistence.verification import Fault
from resolvers.activation import activate_license, deactivate_license, release_license
from resolvers.cashiers import create_cashier
from tests.persistence.trade import Trade, of
from tests.pos import Device, code_of, device_at, device_of, keyed_outlet
from tests.world import World


@dataclass(frozen=True)
class Installed:
    """A license that was freed, released and is on a device now; and a stranger's device."""

    trade: Trade
    device: Device
    spare: Device
    stranger: Device
    license: UUID

    @property
    def world(self) -> World:
        return self.trade.world

    def event(self, seq: int) -> Any:
        table = license_events.c
        return update(license_events).where(table.license_id == self.license, table.seq == seq)

    async def rules(self) -> set[str]:
        return {fault.rule for fault in await self.trade.faults()}


@pytest.fixture
async def installed(trade: Trade) -> Installed:
    world = trade.world
    outlet = await keyed_outlet(world, trade.company)
    device, spare = await device_at(world, outlet), await device_at(world, outlet)
    stranger = await device_of(world, await world.company())
    # Sold outside by the partner: events 1 to 3. The device's: from 4 on.
    key = (await world.held(trade.partner))[0]
    code = await code_of(world, key)
    await activate_license(device.context(world), code)
    await deactivate_license(device.context(world), code)
    await activate_license(spare.context(world), code)
    await release_license(world.context(world.licensor), key, "Утонуло")
    await activate_license(device.context(world), code)
    details = CashierDetails("Иванова", None, (device.id,))
    await create_cashier(world.context(trade.company), details)
    return Installed(trade, device, spare, stranger, key)


async def test_a_true_world_with_devices_has_no_faults(installed: Installed) -> None:
    assert await installed.trade.faults() == []


@pytest.mark.parametrize(
    "column", ["device_id", "activated_at", "first_activated_at", "sold_document_id"]
)
async def test_every_projected_column_is_compared(installed: Installed, column: str) -> None:
    other = {
        "device_id": installed.spare.id,
        "sold_document_id": installed.trade.outside,
    }.get(column, licenses.c.created_at)
    await installed.trade.plant(
        update(licenses).where(of(installed.license)).values({column: other})
    )
    assert [fault.rule for fault in await installed.trade.faults()] == [
        f"{column} is what the log says"
    ]


async def test_a_license_on_a_strangers_or_a_removed_device_is_found(installed: Installed) -> None:
    rule = "a license is on a device of its holder's"
    at = installed.world.tools.database.clock.now()
    await installed.trade.plant(
        update(devices).where(devices.c.id == installed.device.id).values(removed_at=at)
    )
    assert await installed.rules() == {rule, "a cashier works on devices of his company"}
    await installed.trade.plant(
        update(licenses).where(of(installed.license)).values(device_id=installed.stranger.id)
    )
    company = installed.trade.company.id
    expected = Fault(
        rule, "licenses", str(installed.license), str(company), str(installed.stranger.company.id)
    )
    assert expected in await installed.trade.faults()


async def test_an_activation_by_nobody_or_for_somebody_else_is_found(installed: Installed) -> None:
    await installed.trade.plant(installed.event(8).values(device_id=installed.stranger.id))
    assert await installed.rules() >= {
        "the new holder is the device's company, else the old one",
        "device_id is what the log says",
    }
    await installed.trade.plant(
        installed.event(8).values(
            device_id=installed.stranger.id, holder_id=installed.stranger.company.id
        )
    )
    assert await installed.rules() >= {
        "activated is what the device's company holds or no company does",
        "holder_id is what the log says",
    }


async def test_a_second_activation_without_a_deactivation_is_found(installed: Installed) -> None:
    await installed.trade.plant(installed.event(5).values(kind=LicenseEventKind.ACTIVATED))
    rule = "a license is activated when it is on no device, and freed from the one it is on"
    assert rule in await installed.rules()


async def test_a_release_from_another_device_is_found(installed: Installed) -> None:
    await installed.trade.plant(installed.event(7).values(device_id=installed.device.id))
    rule = "a license is activated when it is on no device, and freed from the one it is on"
    assert await installed.rules() == {rule}


async def test_a_document_about_a_license_on_a_device_is_found(installed: Installed) -> None:
    await installed.trade.plant(
        installed.event(7).values(
            kind=LicenseEventKind.REVEALED, document_id=installed.trade.outside, device_id=None
        )
    )
    assert "no document moves a license that is on a device" in await installed.rules()


async def test_a_firm_that_came_from_nowhere_is_found(installed: Installed) -> None:
    await installed.trade.plant(
        installed.event(8).values(firm_id=installed.trade.company.firm),
        update(licenses).where(of(installed.license)).values(firm_id=installed.trade.company.firm),
    )
    assert await installed.rules() == {"the firm stays with the holder"}


async def test_a_cashier_on_a_strangers_device_is_found(installed: Installed) -> None:
    [(cashier,)] = await installed.world.rows(
        cashier_devices.select().with_only_columns(cashier_devices.c.cashier_id)
    )
    await installed.trade.plant(
        insert(cashier_devices).values(cashier_id=cashier, device_id=installed.stranger.id)
    )
    assert await installed.rules() == {"a cashier works on devices of his company"}


async def test_a_device_at_a_strangers_outlet_is_found(installed: Installed) -> None:
    await installed.trade.plant(
        update(devices)
        .where(devices.c.id == installed.device.id)
        .values(outlet_id=installed.stranger.outlet.id)
    )
    assert await installed.rules() == {"a device is at an outlet of its company"}
