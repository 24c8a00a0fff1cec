"""Races for stock, through HTTP and from several gateways."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.documents import DocumentKind
from domain.licenses import Take
from gateway.settings import Settings
from persistence.database import Unit
from persistence.keys import new_key
from resolvers.documents import record
from tests.client import Gateway
from tests.conservation.carrying import OUTSIDER
from tests.conservation.clients import at_once, exactly, oldest, order, sale
from tests.conservation.holding import held_open, waiting
from tests.conservation.processes import gateway_process
from tests.conservation.profiles import rounds
from tests.conservation.verifying import verified
from tests.world import Cabinet, World


@pytest.fixture
async def seller(world: World) -> Cabinet:
    return await world.partner()


async def test_sixteen_clients_sell_the_last_ten(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    companies = [await world.company(seller) for _ in range(4)]
    buyers = [*companies, None]
    for _ in range(rounds(3, 50)):
        product = await world.stocked(seller, 10)
        sold, refused = await at_once(
            *(
                order(
                    (gateway, other_gateway)[n % 2].http,
                    seller,
                    "sellLicenses",
                    **sale(world.key(), buyers[n % 5], oldest(product, 1)),
                )
                for n in range(16)
            )
        )
        assert (len(sold), len(refused)) == (10, 6)
        assert refused.names == {"NotEnoughLicenses"}
        assert {(one["requested"], one["available"]) for one in refused} == {(1, 0)}
        assert len({document["document"]["number"] for document in sold}) == 10
    await verified(world.tools)


async def test_two_processes_sell_the_last_ten(
    world: World, seller: Cabinet, settings: Settings, tmp_path: Path
) -> None:
    company, product = await world.company(seller), await world.stocked(seller, 10)
    with (
        gateway_process(settings, tmp_path / "one.log") as one,
        gateway_process(settings, tmp_path / "two.log") as two,
    ):
        async with one.client() as first, two.client() as second:
            sold, refused = await at_once(
                *(
                    order(
                        (first, second)[n % 2],
                        seller,
                        "sellLicenses",
                        **sale(world.key(), company, oldest(product, 1)),
                    )
                    for n in range(16)
                )
            )
    assert (len(sold), len(refused), refused.names) == (10, 6, {"NotEnoughLicenses"})
    assert len(await world.held(company)) == 10
    await verified(world.tools)


async def test_of_two_sales_of_sixty_percent_one_wins(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    for _ in range(rounds(50, 500)):
        product = await world.product()
        await world.issue(product, 10)
        sold, refused = await at_once(
            *(
                order(
                    here.http,
                    world.licensor,
                    "sellLicenses",
                    **sale(f"{product}{n}", seller, oldest(product, 6)),
                )
                for n, here in enumerate((gateway, other_gateway))
            )
        )
        assert len(sold) == 1
        assert refused.names == {"NotEnoughLicenses"}
        assert (refused[0]["requested"], refused[0]["available"]) == (6, 4)
    await verified(world.tools)


async def test_a_rival_that_rolls_back_causes_no_shortage(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    product = await world.stocked(seller, 10)
    actor, kind = world.context(seller).actor, DocumentKind.SALE_TO_UNREGISTERED_COMPANY

    async def rival(unit: Unit) -> None:
        await record(unit, new_key(), kind, actor, Take.oldest(product, 6), OUTSIDER)

    async with held_open(world.tools.database, rival, roll_back=True):
        asked = await waiting(
            order(
                other_gateway.http,
                seller,
                "sellLicenses",
                **sale("k", None, oldest(product, 6)),
            )
        )
        assert not asked[0].done()
    sold, _ = await at_once(*asked)
    assert [(one["document"]["number"], one["document"]["quantity"]) for one in sold] == [(1, 6)]
    await verified(world.tools)


async def test_a_rival_that_is_refused_after_locking_causes_no_shortage(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    company = await world.company(seller)
    for _ in range(rounds(10, 100)):
        before = set(await world.held(seller))
        product = await world.stocked(seller, 11)
        await world.reveal(seller, product, 1)
        revealed, *sealed = sorted(set(await world.held(seller)) - before)
        sold, refused = await at_once(
            order(
                gateway.http,
                seller,
                "sellLicenses",
                **sale(world.key(), company, exactly([revealed, *sealed[:5]])),
            ),
            order(
                other_gateway.http,
                seller,
                "sellLicenses",
                **sale(world.key(), company, oldest(product, 6)),
            ),
        )
        assert [one["document"]["quantity"] for one in sold] == [6]
        assert "NotEnoughLicenses" not in refused.names
    await verified(world.tools)


async def test_sales_and_reveals_of_one_stock_take_each_license_once(
    world: World, gateway: Gateway, other_gateway: Gateway, seller: Cabinet
) -> None:
    company, product = await world.company(seller), await world.stocked(seller, 30)
    take, asked = oldest(product, 3), []
    for n in range(15):
        here, key = (gateway, other_gateway)[n % 2].http, world.key()
        if n % 3:
            buyer = company if n % 3 == 1 else None
            asked.append(order(here, seller, "sellLicenses", **sale(key, buyer, take)))
        else:
            asked.append(order(here, seller, "revealToSelf", idempotencyKey=key, take=take))
    done, refused = await at_once(*asked)
    assert (len(done), len(refused), refused.names) == (10, 5, {"NotEnoughLicenses"})
    await verified(world.tools)
