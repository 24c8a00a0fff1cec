from __future__ import annotations

from typing import Any

from sqlalchemy import update

from persistence.tables.tenants import firms, tenants
from tests.client import Gateway
from tests.stories.orders import STRANGER, exactly, issue, relink, reveal, sell, some
from tests.world import World

NUMBERS = "{ documents(first: 100) { totalCount edges { node { number kind } } } }"
CARD = """query ($id: ID!) { document(id: $id) {
  number kind issuerName buyerName buyerInn buyerEmail quantity %s
  issuer { name kind } user { name } partner { id } firm { id }
  lines { edges { node { productName quantity } } }
  licenses { totalCount edges { node { id } } } } }"""


async def _numbers(gateway: Gateway, who: Any) -> list[tuple[int, str]]:
    edges = (await gateway.ask(who, NUMBERS))["documents"]["edges"]
    return [(edge["node"]["number"], edge["node"]["kind"]) for edge in edges]


async def test_numbers_are_consecutive_for_each_issuer_over_all_kinds(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.product()
    await issue(gateway, world.licensor, product, 9)
    await sell(gateway, world.licensor, {"partner": partner.node()}, some(product, 8))
    await issue(gateway, world.licensor, product, 1)
    await reveal(gateway, partner, some(product, 1))
    await sell(gateway, partner, {"firm": company.firm_node}, some(product, 50))
    await sell(gateway, partner, {"firm": company.firm_node}, some(product, 2))
    await sell(gateway, partner, {"unregistered": {"name": "x", "inn": "1"}}, some(product, 1))
    await sell(gateway, partner, {"unregistered": STRANGER}, some(product, 1))
    await reveal(gateway, company, some(product, 1))

    assert await _numbers(gateway, world.licensor) == [
        (3, "ISSUE"),
        (2, "SALE_TO_PARTNER"),
        (1, "ISSUE"),
    ]
    assert await _numbers(gateway, partner) == [
        (3, "SALE_TO_UNREGISTERED_COMPANY"),
        (2, "SALE_TO_REGISTERED_COMPANY"),
        (1, "REVEAL_TO_SELF"),
        (2, "SALE_TO_PARTNER"),
    ]
    assert await _numbers(gateway, company) == [
        (1, "REVEAL_TO_SELF"),
        (2, "SALE_TO_REGISTERED_COMPANY"),
    ]


async def test_the_buyers_details_stay_as_they_were_when_the_firm_changes(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(partner, name="Тест", inn="6321062257")
    product = await world.stocked(partner, 1)
    sold = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 1))
    query = CARD % "company { name }"
    before = (await gateway.ask(partner, query, {"id": sold["document"]["id"]}))["document"]

    await world.change(
        update(firms)
        .where(firms.c.id == company.firm)
        .values(name="Другая", inn="3519003320", email="new@example.com")
    )
    await world.change(update(tenants).where(tenants.c.id == partner.id).values(name="Иначе"))

    after = (await gateway.ask(partner, query, {"id": sold["document"]["id"]}))["document"]
    assert (after["buyerName"], after["buyerInn"]) == ("Фирма Тест", "6321062257")
    assert after["buyerEmail"] == "firm@example.com"
    assert after["issuerName"] == "ЦТО"
    assert after["issuer"]["name"] == "Иначе"
    assert {**after, "issuer": None} == {**before, "issuer": None}


async def test_a_document_stays_readable_to_its_issuer_after_a_relink(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner("Старый"), await world.partner("Новый")
    company = await world.company(old, name="Тест")
    product = await world.stocked(old, 2)
    sold = await sell(gateway, old, {"firm": company.firm_node}, some(product, 2))
    query, id_ = CARD % "company { name }", {"id": sold["document"]["id"]}
    before = (await gateway.ask(old, query, id_))["document"]
    assert before["company"] == {"name": "Тест"}
    assert before["licenses"]["totalCount"] == 2

    await relink(gateway, company, new)

    after = (await gateway.ask(old, query, id_))["document"]
    assert after["company"] is after["firm"] is None
    assert after["licenses"] == {"totalCount": 0, "edges": []}
    hidden = {"company": None, "firm": None, "licenses": None}
    assert {**after, **hidden} == {**before, **hidden}
    assert (await gateway.ask(new, query, id_))["document"] is None
    assert len(await world.held(company)) == 2


async def test_the_buyer_reads_its_purchase_without_the_sellers_user(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(partner)
    product = await world.stocked(partner, 2)
    sold = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 2))
    id_ = {"id": sold["document"]["id"]}

    bought = (await gateway.ask(company, CARD % "", id_))["document"]
    written = (await gateway.ask(partner, CARD % "", id_))["document"]

    assert bought["issuer"] == {"name": "ЦТО", "kind": "PARTNER"}
    assert bought["licenses"]["totalCount"] == 2
    assert written["user"] is not None
    assert bought["user"] is None
    assert {**bought, "user": None} == {**written, "user": None}


async def test_a_partner_reads_its_purchase_without_the_licensors_user(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.product()
    await issue(gateway, world.licensor, product, 1)
    sold = await sell(gateway, world.licensor, {"partner": partner.node()}, some(product, 1))

    bought = await gateway.ask(partner, CARD % "", {"id": sold["document"]["id"]})

    assert bought["document"]["user"] is None
    assert bought["document"]["issuer"] == {"name": "MyPOS", "kind": "LICENSOR"}
    assert bought["document"]["partner"] == {"id": partner.node()}


async def test_the_lines_count_each_product(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    for name, quantity in (("Касса", 2), ("Склад", 1)):
        product = await world.product(name)
        await world.issue(product, quantity)
        await world.sell(world.licensor, partner, product, quantity)

    sold = await sell(
        gateway, partner, {"unregistered": STRANGER}, exactly(await world.held(partner))
    )

    card = await gateway.ask(partner, CARD % "", {"id": sold["document"]["id"]})
    lines = {
        edge["node"]["productName"]: edge["node"]["quantity"]
        for edge in card["document"]["lines"]["edges"]
    }
    assert lines == {"Касса": 2, "Склад": 1}
    assert card["document"]["quantity"] == 3


async def test_licenses_stay_with_the_company_and_documents_with_their_issuer(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner(), await world.partner()
    company = await world.company(old)
    product = await world.stocked(old, 3)
    await world.sell(old, company, product, 2)
    counts = "{ licenses { totalCount } documents { totalCount } }"
    before = await gateway.ask(company, counts)

    await relink(gateway, company, new)

    assert await gateway.ask(company, counts) == before
    assert before == {"licenses": {"totalCount": 2}, "documents": {"totalCount": 1}}
    assert (await gateway.ask(old, counts)) == {
        "licenses": {"totalCount": 1},
        "documents": {"totalCount": 2},
    }
    assert (await gateway.ask(new, counts)) == {
        "licenses": {"totalCount": 0},
        "documents": {"totalCount": 0},
    }
