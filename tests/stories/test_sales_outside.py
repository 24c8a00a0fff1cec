from __future__ import annotations

from tests.client import Gateway
from tests.stories.orders import STRANGER, exactly, ids, reveal, sell, show_codes, some
from tests.world import World

STOCK = "{ stock { sealed revealed sold } }"
LISTED = """query ($filter: LicenseFilter) { licenses(filter: $filter) { totalCount
  edges { node { id state sold } } } }"""


async def test_a_sale_to_an_unregistered_company_reveals_and_keeps_in_the_sellers_list(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 3)

    answer = await sell(gateway, partner, {"unregistered": STRANGER}, some(product, 2))

    assert answer["document"]["kind"] == "SALE_TO_UNREGISTERED_COMPANY"
    assert answer["document"]["buyerName"] == STRANGER["name"]
    assert len(await world.held(partner)) == 3
    stock = (await gateway.ask(partner, STOCK))["stock"]
    assert stock == [{"sealed": 1, "revealed": 0, "sold": 2}]
    revealed = (await gateway.ask(partner, LISTED, {"filter": {"state": "REVEALED"}}))["licenses"]
    assert revealed["totalCount"] == 2
    assert all(edge["node"]["sold"] for edge in revealed["edges"])
    unsold = (await gateway.ask(partner, LISTED, {"filter": {"sold": False}}))["licenses"]
    assert unsold["totalCount"] == 1


async def test_a_license_sold_outside_is_sold_and_revealed_no_second_time(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 1)
    buyer = {"unregistered": STRANGER}
    await sell(gateway, partner, buyer, some(product, 1))
    held = await world.held(partner)

    for answer in (
        await sell(gateway, partner, buyer, exactly(held)),
        await sell(gateway, partner, {"firm": company.firm_node}, exactly(held)),
        await reveal(gateway, partner, exactly(held)),
    ):
        assert answer["code"] == "LICENSES_NOT_AVAILABLE"
        assert answer["licenses"] == ids(held)


async def test_revealed_licenses_named_one_by_one_are_sold_to_anyone(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 2)
    await world.reveal(partner, product, 1)

    answer = await sell(
        gateway, partner, {"unregistered": STRANGER}, exactly(await world.held(partner))
    )

    assert answer["document"]["quantity"] == 2
    assert (await gateway.ask(partner, STOCK))["stock"] == [{"sealed": 0, "revealed": 0, "sold": 2}]


async def test_a_quantity_sold_to_anyone_takes_sealed_licenses_only(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 2)
    await world.reveal(partner, product, 1)

    answer = await sell(gateway, partner, {"unregistered": STRANGER}, some(product, 2))

    assert answer["code"] == "NOT_ENOUGH_LICENSES"
    assert answer["available"] == 1


async def test_nothing_hints_whether_the_typed_inn_is_registered(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 3)
    own = await world.company(partner, name="Своя", inn="6321062257", email="own@example.com")
    foreign = await world.company(name="Чужая", inn="3519003320", email="foreign@example.com")
    answers = []

    for inn, email in (
        ("6722012609", "nobody@example.com"),
        ("6321062257", "own@example.com"),
        ("3519003320", "foreign@example.com"),
    ):
        typed = {"name": "Покупатель", "inn": inn, "email": email}
        answer = await sell(gateway, partner, {"unregistered": typed}, some(product, 1))
        for fact in ("id", "number", "buyerInn", "buyerEmail"):
            del answer["document"][fact]
        answers.append(answer)

    assert answers[0] == answers[1] == answers[2]
    for company in (own, foreign):
        assert await world.held(company) == []
        assert (await gateway.ask(company, "{ documents { totalCount } }"))["documents"] == {
            "totalCount": 0
        }
        held = await world.held(partner)
        assert (await show_codes(gateway, company, held))["code"] == "NOT_FOUND"


async def test_a_document_of_an_outside_sale_names_no_live_buyer(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    await world.company(partner, inn=STRANGER["inn"], email=STRANGER["email"])
    product = await world.stocked(partner, 1)
    facts = """__typename ... on DocumentSuccess { document { company { id } partner { id }
      firm { id } licenses { edges { node { firm { id } holder { kind } } } } } }"""

    answer = await sell(gateway, partner, {"unregistered": STRANGER}, some(product, 1), facts=facts)

    document = answer["document"]
    assert document["company"] is document["partner"] is document["firm"] is None
    assert document["licenses"]["edges"] == [
        {"node": {"firm": None, "holder": {"kind": "PARTNER"}}}
    ]
