from __future__ import annotations

from tests.client import Gateway
from tests.stories.orders import exactly, ids, relink, reveal, sell, some
from tests.world import World

STOCK = "{ stock { sealed revealed sold } }"


async def test_a_sale_moves_sealed_licenses_oldest_first(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест", inn="6321062257")
    product = await world.stocked(partner, 3)
    oldest, second, newest = await world.held(partner)

    answer = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 2))

    assert answer["document"]["kind"] == "SALE_TO_REGISTERED_COMPANY"
    assert answer["document"]["buyerName"] == "Фирма Тест"
    assert answer["document"]["buyerInn"] == "6321062257"
    assert await world.held(company) == [oldest, second]
    assert await world.held(partner) == [newest]
    stock = (await gateway.ask(company, STOCK))["stock"]
    assert stock == [{"sealed": 2, "revealed": 0, "sold": 0}]


async def test_licenses_can_be_chosen_one_by_one(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    await world.stocked(partner, 3)
    _, second, newest = await world.held(partner)

    await sell(gateway, partner, {"firm": company.firm_node}, exactly([newest, second]))

    assert await world.held(company) == [second, newest]


async def test_too_few_in_stock_refuse_the_whole_sale_and_say_how_many_there_are(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 3)
    before = await world.dump()

    answer = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 4))

    assert answer["code"] == "NOT_ENOUGH_LICENSES"
    assert (answer["requested"], answer["available"]) == (4, 3)
    assert await world.dump() == before


async def test_a_refused_sale_uses_up_neither_key_nor_number(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 3)
    buyer = {"firm": company.firm_node}

    await sell(gateway, partner, buyer, some(product, 4), key="k")
    answer = await sell(gateway, partner, buyer, some(product, 3), key="k")

    assert answer["document"]["number"] == 1


async def test_revealed_licenses_are_not_sold_to_registered_companies(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 1)
    await reveal(gateway, partner, some(product, 1))
    held = await world.held(partner)

    answer = await sell(gateway, partner, {"firm": company.firm_node}, exactly(held))

    assert answer["code"] == "LICENSES_NOT_AVAILABLE"
    assert answer["licenses"] == ids(held)


async def test_a_partner_sells_only_to_companies_linked_to_him_now(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner(), await world.partner()
    company = await world.company(old)
    product = await world.stocked(old, 2)
    await relink(gateway, company, new)

    answer = await sell(gateway, old, {"firm": company.firm_node}, some(product, 1))
    unknown = await sell(gateway, old, {"firm": f"firm_{'0' * 32}"}, some(product, 1))

    assert answer == unknown
    assert answer["code"] == "NOT_FOUND"
    assert answer["field"] == "buyer.firm"


async def test_the_licensor_sells_to_companies_linked_to_it_and_to_no_others(
    world: World, gateway: Gateway
) -> None:
    product = await world.product()
    await world.issue(product, 2)
    own, foreign = await world.company(), await world.company(await world.partner())

    sold = await sell(gateway, world.licensor, {"firm": own.firm_node}, some(product, 1))
    refused = await sell(gateway, world.licensor, {"firm": foreign.firm_node}, some(product, 1))

    assert sold["document"]["kind"] == "SALE_TO_REGISTERED_COMPANY"
    assert refused["code"] == "NOT_FOUND"


async def test_only_the_licensor_sells_to_partners(world: World, gateway: Gateway) -> None:
    seller, buyer = await world.partner(), await world.partner("ЦТО", inn="7788990011")
    product = await world.stocked(seller, 1)
    await world.issue(product, 1)

    sold = await sell(gateway, world.licensor, {"partner": buyer.node()}, some(product, 1))

    assert sold["document"]["kind"] == "SALE_TO_PARTNER"
    assert sold["document"]["buyerName"] == "ЦТО"
    assert len(await world.held(buyer)) == 1
    query = "mutation ($input: SellLicensesInput!) { sellLicenses(input: $input) { __typename } }"
    order = {"idempotencyKey": "k", "buyer": {"partner": buyer.node()}, "take": some(product, 1)}
    response = await gateway.send(seller, query, {"input": order})
    error = response.json()["errors"][0]
    assert response.status_code == 400
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "unknown field 'partner'" in error["message"]


async def test_a_blocked_cabinet_buys_nothing(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 1)
    await world.block(company)

    answer = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 1))

    assert answer["code"] == "CABINET_BLOCKED"


async def test_a_repeated_sale_is_the_same_sale_even_after_a_relink(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner(), await world.partner()
    company = await world.company(old)
    product = await world.stocked(old, 3)
    buyer = {"firm": company.firm_node}

    first = await sell(gateway, old, buyer, some(product, 1), key="once")
    other = await sell(gateway, old, buyer, some(product, 2), key="once")
    await relink(gateway, company, new)
    again = await sell(gateway, old, buyer, some(product, 1), key="once")

    assert again == first
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert len(await world.held(company)) == 1
