from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.access import Right
from tests.client import Gateway
from tests.clock import Clock
from tests.stories.orders import STRANGER, relink, reveal, sell, some
from tests.world import Cabinet, World

LIST = """query ($filter: DocumentFilter) { documents(filter: $filter) { totalCount
  edges { node { number } } } }"""
UNKNOWN = "0" * 32


async def _numbers(gateway: Gateway, who: Any, **filter_: Any) -> list[int]:
    found = (await gateway.ask(who, LIST, {"filter": filter_}))["documents"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["number"] for edge in found["edges"]]


@pytest.fixture
async def seller(world: World) -> Cabinet:
    return await world.partner()


async def test_documents_are_found_by_company_kind_user_and_partner(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    one, two = await world.company(seller), await world.company(seller)
    product = await world.stocked(seller, 9)
    manager = await world.user(seller, Right.MANAGER)
    await sell(gateway, seller, {"firm": one.firm_node}, some(product, 1))
    await sell(gateway, manager, {"firm": two.firm_node}, some(product, 1))
    await sell(gateway, seller, {"unregistered": STRANGER}, some(product, 1))
    await reveal(gateway, seller, some(product, 1))
    second = await world.firm(one, "Вторая")
    await sell(gateway, seller, {"firm": f"firm_{second.hex}"}, some(product, 1))
    me = (await gateway.ask(manager, "{ viewer { user { id } } }"))["viewer"]["user"]["id"]

    assert await _numbers(gateway, seller, company=one.node()) == [5, 1]
    assert await _numbers(gateway, seller, company=two.node()) == [2]
    assert await _numbers(gateway, seller, user=me) == [2]
    kinds = ["REVEAL_TO_SELF", "SALE_TO_UNREGISTERED_COMPANY"]
    assert await _numbers(gateway, seller, kinds=kinds) == [4, 3]
    assert await _numbers(gateway, seller, kinds=["SALE_TO_PARTNER"]) == [2]
    assert await _numbers(gateway, seller, kinds=[]) == []
    assert await _numbers(gateway, seller, company=one.node(), kinds=kinds) == []
    assert await _numbers(gateway, one, partner=seller.node()) == [5, 1]
    assert await _numbers(gateway, world.licensor, partner=seller.node()) == [2]


async def test_documents_are_found_by_period(
    world: World, gateway: Gateway, seller: Cabinet, clock: Clock
) -> None:
    product = await world.stocked(seller, 3)
    await reveal(gateway, seller, some(product, 1))
    clock.turn(timedelta(hours=1))
    middle = clock.now()
    clock.turn(timedelta(hours=1))
    await reveal(gateway, seller, some(product, 1))
    kinds = ["REVEAL_TO_SELF"]

    async def within(since: Any = None, until: Any = None) -> list[int]:
        return await _numbers(gateway, seller, kinds=kinds, since=since, until=until)

    assert await within() == [2, 1]
    assert await within(since=middle.isoformat()) == [2]
    assert await within(until=middle.isoformat()) == [1]
    assert await within(middle.isoformat(), middle.isoformat()) == []
    moscow = middle.isoformat().replace("+00:00", "Z")
    assert await within(since=moscow) == [2]


async def test_a_filter_by_a_company_that_left_answers_like_an_unknown_id(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    company = await world.company(seller)
    product = await world.stocked(seller, 1)
    await sell(gateway, seller, {"firm": company.firm_node}, some(product, 1))
    assert await _numbers(gateway, seller, company=company.node()) == [1]

    await relink(gateway, company, await world.partner())

    for id_ in (company.node(), f"company_{UNKNOWN}", "malformed", ""):
        answer = await gateway.ask(seller, LIST, {"filter": {"company": id_}})
        assert answer == {"documents": {"totalCount": 0, "edges": []}}
    assert len(await _numbers(gateway, seller)) == 2


async def test_a_filter_by_foreign_users_and_partners_answers_like_an_unknown_id(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    rival = await world.partner()
    company = await world.company(seller)
    product = await world.stocked(seller, 1)
    await sell(gateway, seller, {"firm": company.firm_node}, some(product, 1))

    for filter_ in (
        {"user": f"user_{rival.admin.hex}"},
        {"user": f"user_{UNKNOWN}"},
        {"user": seller.node()},
        {"partner": rival.node()},
        {"partner": f"partner_{UNKNOWN}"},
    ):
        assert await _numbers(gateway, seller, **filter_) == []
    assert await _numbers(gateway, company, user=f"user_{seller.admin.hex}") == []


async def test_the_licensors_user_does_not_filter_a_partners_purchases(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    await world.stocked(seller, 1)

    assert await _numbers(gateway, seller, user=f"user_{world.licensor.admin.hex}") == []


async def test_documents_are_found_by_number_or_any_part_of_the_buyer(
    world: World, gateway: Gateway, seller: Cabinet
) -> None:
    company = await world.company(seller, "Ромашка 12")
    product = await world.stocked(seller, 20)
    spruce = {"name": "ООО «Ёлка 99%»", "inn": "7736050003"}
    await sell(gateway, seller, {"unregistered": spruce}, some(product, 1))
    await sell(gateway, seller, {"firm": company.firm_node}, some(product, 1))
    for _ in range(10):
        await reveal(gateway, seller, some(product, 1))

    assert await _numbers(gateway, seller, search="елка") == [1]
    assert await _numbers(gateway, seller, search="ЁЛ") == [1]
    assert await _numbers(gateway, seller, search="99%»") == [1]
    assert await _numbers(gateway, seller, search="%") == [1]
    assert await _numbers(gateway, seller, search="60500") == [1]
    assert await _numbers(gateway, seller, search="фирма  ромашка") == [2]
    # The number as a whole, and the buyer whose name holds it.
    assert await _numbers(gateway, seller, search="12") == [12, 2]
    assert await _numbers(gateway, seller, search=" 10 ") == [10]
    assert (
        await _numbers(gateway, seller, search="10", kinds=["SALE_TO_UNREGISTERED_COMPANY"]) == []
    )
    assert await _numbers(gateway, seller, search="1", company=company.node()) == [2]
    for nothing in ("9" * 9, "9" * 40, "-1", "１", "12 6722"):
        assert await _numbers(gateway, seller, search=nothing) == []
    assert len(await _numbers(gateway, seller, search="")) == 13
    assert await _numbers(gateway, company, search="ромашка") == [2]
    assert await _numbers(gateway, await world.partner(), search="елка") == []
