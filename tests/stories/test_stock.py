from __future__ import annotations

from domain.access import Right
from tests.client import Gateway
from tests.stories.orders import STRANGER, issue, reveal, sell, some
from tests.world import World

STOCK = "{ stock { product { name } sealed revealed sold } }"
COUNT = """query ($filter: LicenseFilter) { licenses(filter: $filter) { totalCount
  edges { node { holder { name } } } } }"""


async def test_the_stock_is_counted_by_product_in_the_order_of_names(
    world: World, gateway: Gateway
) -> None:
    for name, quantity in (("Ярлык", 2), ("Ёмкость", 3), ("касса", 4)):
        await issue(gateway, world.licensor, await world.product(name), quantity)

    stock = (await gateway.ask(world.licensor, STOCK))["stock"]

    assert [(row["product"]["name"], row["sealed"]) for row in stock] == [
        ("Ёмкость", 3),
        ("касса", 4),
        ("Ярлык", 2),
    ]


async def test_sealed_revealed_and_sold_are_counted_apart(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 10)
    await reveal(gateway, partner, some(product, 2))
    await sell(gateway, partner, {"unregistered": STRANGER}, some(product, 3))
    await sell(gateway, partner, {"firm": company.firm_node}, some(product, 1))

    (row,) = (await gateway.ask(partner, STOCK))["stock"]

    assert (row["sealed"], row["revealed"], row["sold"]) == (4, 2, 3)
    assert (await gateway.ask(world.licensor, STOCK))["stock"] == []


async def test_only_the_licensor_issues(world: World, gateway: Gateway) -> None:
    product = await world.product()
    manager = await world.user(world.licensor, Right.MANAGER)

    assert (await issue(gateway, manager, product, 2))["document"]["kind"] == "ISSUE"
    query = "mutation ($input: IssueLicensesInput!) { issueLicenses(input: $input) { __typename } }"
    for who in (await world.partner(), await world.company(), None):
        response = await gateway.send(who, query, {"input": {}})
        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_licenses_are_listed_by_holder_product_state_and_document(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(partner, name="Тест")
    product = await world.stocked(partner, 5)
    other = await world.stocked(partner, 1)
    sold = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 2))
    await reveal(gateway, partner, some(product, 1))

    async def count(**filter_: object) -> tuple[int, set[str]]:
        found = (await gateway.ask(partner, COUNT, {"filter": filter_}))["licenses"]
        return found["totalCount"], {edge["node"]["holder"]["name"] for edge in found["edges"]}

    assert await count() == (4, {"ЦТО"})
    assert await count(holder=company.node()) == (2, {"Тест"})
    assert await count(holder=partner.node(), state="REVEALED") == (1, {"ЦТО"})
    assert await count(product=f"product_{other.hex}") == (1, {"ЦТО"})
    assert await count(document=sold["document"]["id"]) == (0, set())
    assert await count(document=sold["document"]["id"], holder=company.node()) == (2, {"Тест"})
    for holder in (world.licensor.node(), (await world.company()).node(), "x", ""):
        assert await count(holder=holder) == (0, set())
