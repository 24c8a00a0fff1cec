"""What happens at a POS is told to the cabinets that it concerns."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from domain.news import Topic
from persistence.newsroom import Mailbox
from resolvers.activation import activate_license, deactivate_license, release_license
from tests.pos import Device, code_of, device_of
from tests.subscriptions.serving import SOON
from tests.world import Cabinet, World


class Ear:
    """A subscriber of one cabinet."""

    def __init__(self, topic: Topic, tenant: UUID) -> None:
        self._woken = asyncio.Event()
        self.mailbox = Mailbox(topic, tenant, self._woken.set)

    async def hears(self) -> UUID | None:
        async with asyncio.timeout(SOON):
            await self._woken.wait()
        self._woken.clear()
        news = self.mailbox.take()
        assert news is not None
        return news.object


async def _ear(world: World, topic: Topic, cabinet: Cabinet) -> Ear:
    ear = Ear(topic, cabinet.id)
    await world.tools.database.newsroom.subscribe(ear.mailbox)
    return ear


@pytest.fixture
async def holder(world: World) -> Cabinet:
    return await world.partner()


@pytest.fixture
async def license_(world: World, holder: Cabinet) -> UUID:
    await world.reveal(holder, await world.stocked(holder, 1), 1)
    [key] = await world.held(holder)
    return key


@pytest.fixture
async def partner(world: World) -> Cabinet:
    return await world.partner()


@pytest.fixture
async def device(world: World, partner: Cabinet) -> Device:
    return await device_of(world, await world.company(partner))


async def test_an_activation_is_told_to_the_company_its_partner_and_the_former_holder(
    world: World, holder: Cabinet, license_: UUID, partner: Cabinet, device: Device
) -> None:
    code = await code_of(world, license_)
    ears = [await _ear(world, Topic.ACTIVATIONS, one) for one in (device.company, partner)]
    stocks = [await _ear(world, Topic.STOCK, one) for one in (device.company, holder)]
    deaf = await _ear(world, Topic.ACTIVATIONS, holder)

    await activate_license(device.context(world), code)

    assert [await ear.hears() for ear in ears] == [license_, license_]
    assert [await stock.hears() for stock in stocks] == [None, None]
    assert not deaf.mailbox


async def test_a_license_that_is_freed_changes_the_stock_of_its_company(
    world: World, license_: UUID, device: Device
) -> None:
    code = await code_of(world, license_)
    await activate_license(device.context(world), code)
    stock = await _ear(world, Topic.STOCK, device.company)

    await deactivate_license(device.context(world), code)
    assert await stock.hears() is None

    await activate_license(device.context(world), code)
    assert await stock.hears() is None
    await release_license(world.context(world.licensor), license_, "сломалась")
    assert await stock.hears() is None
