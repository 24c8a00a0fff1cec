from __future__ import annotations

from tests.client import Gateway
from tests.stories.orders import exactly, ids, reveal, show_codes, some
from tests.world import World

STATE = "query ($id: ID!) { license(id: $id) { state sold holder { name } document { kind } } }"


async def test_revealing_opens_the_codes_and_leaves_the_licenses_where_they_are(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    product = await world.stocked(partner, 3)

    answer = await reveal(gateway, partner, some(product, 2))

    assert answer["document"]["kind"] == "REVEAL_TO_SELF"
    assert answer["document"]["quantity"] == 2
    first, second, third = await world.held(partner)
    states = [
        (await gateway.ask(partner, STATE, {"id": key}))["license"]
        for key in ids([first, second, third])
    ]
    assert [state["state"] for state in states] == ["REVEALED", "REVEALED", "SEALED"]
    assert {state["holder"]["name"] for state in states} == {"ЦТО"}


async def test_what_is_typed_on_a_reveal_makes_nobody_a_holder(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест", inn="6321062257", email="t@example.com")
    product = await world.stocked(partner, 1)
    details = {"firmName": "Тест", "inn": "6321062257", "email": "t@example.com"}

    answer = await reveal(gateway, partner, some(product, 1), details)

    assert answer["warnings"] == []
    assert answer["document"]["buyerName"] == "Тест"
    assert answer["document"]["buyerInn"] == "6321062257"
    assert answer["document"]["buyerEmail"] == "t@example.com"
    held = await world.held(partner)
    assert len(held) == 1
    assert await world.held(company) == []
    assert (await show_codes(gateway, company, held))["code"] == "NOT_FOUND"
    documents = "{ documents { totalCount } licenses { totalCount } }"
    seen = await gateway.ask(company, documents)
    assert seen == {"documents": {"totalCount": 0}, "licenses": {"totalCount": 0}}


async def test_sealing_is_one_way(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 1)
    await world.reveal(partner, product, 1)
    held = await world.held(partner)

    again = await reveal(gateway, partner, exactly(held))
    more = await reveal(gateway, partner, some(product, 1))

    assert again["code"] == "LICENSES_NOT_AVAILABLE"
    assert again["licenses"] == ids(held)
    assert more["code"] == "NOT_ENOUGH_LICENSES"
    assert (more["requested"], more["available"]) == (1, 0)


async def test_a_reveal_repeated_under_its_key_is_the_same_reveal(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 3)

    first = await reveal(gateway, partner, some(product, 1), key="once")
    again = await reveal(gateway, partner, some(product, 1), key="once")
    other = await reveal(gateway, partner, some(product, 2), key="once")

    assert first == again
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    stock = (await gateway.ask(partner, "{ stock { sealed revealed } }"))["stock"]
    assert stock == [{"sealed": 2, "revealed": 1}]


async def test_a_suspicious_inn_on_a_reveal_is_a_warning(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 1)

    answer = await reveal(gateway, partner, some(product, 1), {"inn": "7788990011"})

    assert answer["warnings"] == ["INN_CHECKSUM"]
