"""Licenses named one by one: a refusal says which of them cannot be taken, and no others."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.client import Gateway
from tests.conservation.clients import exactly, order, sale
from tests.world import Cabinet, World


@pytest.fixture
async def seller(world: World) -> Cabinet:
    return await world.partner()


@pytest.fixture
async def mixed(world: World, seller: Cabinet) -> list[UUID]:
    """Licenses that are sold outside, revealed, sealed and sealed."""
    product = await world.stocked(seller, 4)
    await world.reveal(seller, product, 2)
    return await world.held(seller)


def unavailable(answer: dict[str, object]) -> list[UUID]:
    assert answer["__typename"] == "LicensesNotAvailable", answer
    named = answer["licenses"]
    assert isinstance(named, list)
    return [UUID(hex=name.removeprefix("license_")) for name in named]


async def test_a_sale_to_a_company_names_the_revealed_ones(
    world: World, gateway: Gateway, seller: Cabinet, mixed: list[UUID]
) -> None:
    company = await world.company(seller)
    revealed, sealed = mixed[1], mixed[2]
    answer = await order(
        gateway.http, seller, "sellLicenses", **sale("k", company, exactly([revealed, sealed]))
    )
    assert unavailable(answer) == [revealed]


async def test_a_sale_to_a_partner_names_the_revealed_ones(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    product = await world.product()
    await world.issue(product, 2)
    await world.reveal(world.licensor, product, 1)
    keys = await world.held(world.licensor)
    answer = await order(
        gateway.http, world.licensor, "sellLicenses", **sale("k", seller, exactly(keys))
    )
    assert unavailable(answer) == keys[:1]


async def test_a_reveal_names_the_revealed_ones(
    gateway: Gateway, seller: Cabinet, mixed: list[UUID]
) -> None:
    answer = await order(
        gateway.http, seller, "revealToSelf", idempotencyKey="k", take=exactly(mixed)
    )
    assert unavailable(answer) == mixed[:2]


async def test_a_sale_outside_names_the_sold_ones(
    gateway: Gateway, seller: Cabinet, mixed: list[UUID]
) -> None:
    sold = await order(gateway.http, seller, "sellLicenses", **sale("k1", None, exactly(mixed[:1])))
    assert sold["__typename"] == "DocumentSuccess"
    answer = await order(gateway.http, seller, "sellLicenses", **sale("k2", None, exactly(mixed)))
    assert unavailable(answer) == mixed[:1]


async def test_somebody_elses_license_is_not_found(
    world: World, gateway: Gateway, seller: Cabinet, mixed: list[UUID]
) -> None:
    other = await world.partner()
    await world.stocked(other, 1)
    keys = [*mixed[2:], *await world.held(other)]
    answer = await order(gateway.http, seller, "sellLicenses", **sale("k", None, exactly(keys)))
    assert (answer["__typename"], answer["field"]) == ("NotFound", "licenses")
