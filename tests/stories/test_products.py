from __future__ import annotations

from typing import Any

from domain.access import Right
from tests.client import Gateway
from tests.stories.audits import audited
from tests.stories.orders import PROBLEM, Who, issue, order
from tests.world import World

PRODUCT = " ... on ProductSuccess { product { id name } } ... on ProductExists { existingProduct }"
LISTED = "{ products { edges { node { name } } } }"


async def create(gateway: Gateway, who: Who, name: str) -> Any:
    return await order(gateway, who, "createProduct", PROBLEM + PRODUCT, name=name)


async def rename(gateway: Gateway, who: Who, product: str, name: str) -> Any:
    return await order(gateway, who, "renameProduct", PROBLEM + PRODUCT, product=product, name=name)


async def listed(gateway: Gateway, who: Who) -> list[str]:
    found = (await gateway.ask(who, LISTED))["products"]["edges"]
    return [edge["node"]["name"] for edge in found]


async def test_the_licensor_adds_products_and_issues_licenses_for_them(
    world: World, gateway: Gateway
) -> None:
    manager = await world.user(world.licensor, Right.MANAGER)
    partner = await world.partner()

    front = await create(gateway, world.licensor, "MyPOS Front")
    await create(gateway, manager, " MyPOS Касса ")

    assert await listed(gateway, partner) == ["MyPOS Front", "MyPOS Касса"]
    given = {"idempotencyKey": "k", "product": front["product"]["id"], "quantity": 2}
    facts = "... on DocumentSuccess { document { quantity } }"
    issued = await order(gateway, world.licensor, "issueLicenses", facts, **given)
    assert issued["document"]["quantity"] == 2
    assert [after for _, after in await audited(world, "createProduct")] == [
        {"name": "MyPOS Front"},
        {"name": "MyPOS Касса"},
    ]


async def test_a_product_is_renamed_and_documents_keep_its_name(
    world: World, gateway: Gateway
) -> None:
    product = await world.product("Касса")
    document = (await issue(gateway, world.licensor, product, 1))["document"]["id"]

    answer = await rename(gateway, world.licensor, f"product_{product.hex}", "Фронт")

    assert answer["product"]["name"] == "Фронт"
    query = """query ($id: ID!) { document(id: $id) { lines { edges { node {
      productName product { name } } } } } }"""
    read = (await gateway.ask(world.licensor, query, {"id": document}))["document"]
    assert read["lines"]["edges"] == [
        {"node": {"productName": "Касса", "product": {"name": "Фронт"}}}
    ]
    assert await audited(world, "renameProduct") == [({"name": "Касса"}, {"name": "Фронт"})]


async def test_two_products_never_share_a_name(world: World, gateway: Gateway) -> None:
    first = (await create(gateway, world.licensor, "Ёлка"))["product"]["id"]
    second = (await create(gateway, world.licensor, "Сосна"))["product"]["id"]
    before = await world.dump()

    for name in ("Ёлка", "елка", "ЁЛКА "):
        answer = await create(gateway, world.licensor, name)
        assert (answer["code"], answer["existingProduct"]) == ("PRODUCT_EXISTS", first)
        answer = await rename(gateway, world.licensor, second, name)
        assert (answer["code"], answer["existingProduct"]) == ("PRODUCT_EXISTS", first)

    assert await world.dump() == before
    # Another spelling of its own name is no other product's.
    assert (await rename(gateway, world.licensor, first, "ЁЛКА"))["product"]["name"] == "ЁЛКА"


async def test_only_the_licensor_has_orders_about_products(world: World, gateway: Gateway) -> None:
    support = await world.user(world.licensor, Right.SUPPORT)

    for who in (await world.partner(), await world.company(), support):
        for mutation in ("createProduct", "renameProduct"):
            response = await gateway.send(who, f"mutation {{ {mutation}(input: {{}}) {{ x }} }}")
            assert response.status_code == 400
            assert "Cannot query field" in response.json()["errors"][0]["message"]
