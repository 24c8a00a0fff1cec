"""API tokens of some products: nothing else exists for them."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.tokens import Scope
from tests.client import Gateway
from tests.stories.orders import STRANGER, exactly, ids, reveal, sell, show_codes, some
from tests.stories.test_tokens import (
    DOCUMENTS,
    LICENSES,
    STOCK,
)
from tests.world import Cabinet, World


@pytest.fixture
async def limited(world: World, gateway: Gateway) -> tuple[Cabinet, str, UUID, UUID]:
    """A partner with two products, and a token for everything about the first of them."""
    partner = await world.partner()
    ours, others = await world.stocked(partner, 6), await world.stocked(partner, 6)
    token = await world.api_token(partner, *Scope, products=[ours])
    return partner, token, ours, others


async def test_a_limited_token_knows_of_its_products_only(
    world: World, gateway: Gateway, limited: tuple[Cabinet, str, UUID, UUID]
) -> None:
    partner, token, ours, others = limited
    company = await world.company(partner)
    await world.sell(partner, company, ours, 1)
    await world.sell(partner, company, others, 2)
    await world.reveal(partner, others, 1)
    both = exactly((await world.held(partner))[::4])
    mixed = (await reveal(gateway, partner, both))["document"]
    node = f"product_{ours.hex}"
    for _ in range(2):
        assert [row["product"]["id"] for row in (await gateway.ask(token, STOCK))["stock"]] == [
            node
        ]
        listed = (await gateway.ask(token, LICENSES))["licenses"]
        assert {edge["node"]["product"]["id"] for edge in listed["edges"]} == {node}
        assert listed["totalCount"] == len(listed["edges"]) == 5
        documents = (await gateway.ask(token, DOCUMENTS))["documents"]
        assert documents["totalCount"] == 2  # Bought from the licensor, sold to the company.
        products = await gateway.ask(token, "{ products { totalCount edges { node { id } } } }")
        assert products["products"] == {"totalCount": 1, "edges": [{"node": {"id": node}}]}
        nested = "{ companies { edges { node { licenses { totalCount } } } } }"
        (edge,) = (await gateway.ask(token, nested))["companies"]["edges"]
        assert edge["node"]["licenses"]["totalCount"] == 1
    for field, id_ in (
        ("document", mixed["id"]),
        ("license", ids(await world.held(partner))[-1]),
    ):
        asked = f'{{ {field}(id: "{id_}") {{ id }} }}'
        assert (await gateway.ask(token, asked))[field] is None
        assert (await gateway.ask(partner, asked))[field] is not None


async def test_a_limited_token_moves_nothing_of_other_products(
    world: World, gateway: Gateway, limited: tuple[Cabinet, str, UUID, UUID]
) -> None:
    partner, token, ours, others = limited
    await world.reveal(partner, others, 1)
    held = await world.held(partner)
    foreign = held[-3:]
    unknown = UUID(int=5)
    before = await world.dump()
    buyer = {"unregistered": STRANGER}
    for take, field in (
        (some(others, 1), "product"),
        (some(unknown, 1), "product"),
        (some(others, 100), "product"),
        (exactly([held[0], *foreign]), "licenses"),
        (exactly([held[0], unknown]), "licenses"),
    ):
        for answer in (
            await sell(gateway, token, buyer, take),
            await reveal(gateway, token, take),
        ):
            assert (answer["__typename"], answer["field"]) == ("NotFound", field)
    for keys in ([foreign[0]], [held[0], foreign[0]], [unknown]):
        assert (await show_codes(gateway, token, keys))["__typename"] == "NotFound"
    short = await sell(gateway, token, buyer, some(ours, 7))
    assert (short["available"], short["requested"]) == (6, 7)
    assert await world.dump() == before
    assert (await sell(gateway, token, buyer, some(ours, 1)))["document"]["quantity"] == 1


async def test_a_limited_token_repeats_no_order_it_may_not_know(
    world: World, gateway: Gateway, limited: tuple[Cabinet, str, UUID, UUID]
) -> None:
    """The key of somebody who sees more is no key to his document."""
    partner, token, ours, others = limited
    key = "a key of the cabinet"
    first = await reveal(gateway, partner, some(others, 1), key=key)
    before = await world.dump()
    assert (await reveal(gateway, token, some(others, 1), key=key))["field"] == "product"
    assert (await reveal(gateway, token, some(ours, 1), key=key))["code"] == (
        "IDEMPOTENCY_KEY_REUSED"
    )
    assert await world.dump() == before
    again = await reveal(gateway, partner, some(others, 1), key=key)
    assert again["document"] == first["document"]
    known = await reveal(gateway, partner, some(ours, 1), key="another")
    assert (await reveal(gateway, token, some(ours, 1), key="another"))["document"] == (
        known["document"]
    )
