"""The form of a sale, with the buyer's details filled in as the document will hold them [000]."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from persistence.tables.tenants import firms
from tests.client import Gateway
from tests.stories.orders import relink, sell, some
from tests.world import Cabinet, World

DRAFT = """query ($buyer: SaleDraftBuyer!) { saleDraft(buyer: $buyer) {
  name inn email phone address sellable firm { id }
  company { id firms(first: 10) { edges { node { name isMain } } } } } }"""
PARTNER_DRAFT = """query ($buyer: SaleDraftBuyer!) { saleDraft(buyer: $buyer) {
  name inn email phone address sellable firm { id } company { id } partner { id } } }"""
WRITTEN = (
    "__typename ... on DocumentSuccess { document {"
    " buyerName buyerInn buyerEmail buyerPhone buyerAddress } }"
)


async def draft(gateway: Gateway, who: Any, query: str = DRAFT, **buyer: str) -> Any:
    return (await gateway.ask(who, query, {"buyer": buyer}))["saleDraft"]


async def check_document(
    world: World, gateway: Gateway, seller: Cabinet, found: Any, **buyer: str
) -> None:
    """Sell to the buyer; the document must hold what the draft said."""
    product = await world.product()
    await world.issue(product, 2)
    if seller is not world.licensor:
        await world.sell(world.licensor, seller, product, 2)
    written = (await sell(gateway, seller, buyer, some(product, 1), facts=WRITTEN))["document"]
    names = ("name", "inn", "email", "phone", "address")
    assert {f"buyer{name.title()}": found[name] for name in names} == written


async def test_a_firms_draft_is_what_the_document_will_say(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner, "Ромашка")
    await world.firm(company, "Аптека")

    found = await draft(gateway, partner, firm=company.firm_node)

    assert (found["name"], found["email"]) == ("Фирма Ромашка", "firm@example.com")
    assert found["sellable"] is True
    assert found["firm"] == {"id": company.firm_node}
    assert found["company"]["id"] == company.node()
    assert [edge["node"] for edge in found["company"]["firms"]["edges"]] == [
        {"name": "Фирма Ромашка", "isMain": True},
        {"name": "Аптека", "isMain": False},
    ]
    await check_document(world, gateway, partner, found, firm=company.firm_node)


async def test_the_main_firm_comes_first_whenever_it_was_added(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, "Ромашка")
    late = await world.firm(company, "Поздняя")
    await world.change(update(firms).where(firms.c.company_id == company.id).values(is_main=False))
    await world.change(update(firms).where(firms.c.id == late).values(is_main=True))
    query = """query ($first: Int, $after: String) { companies { edges { node {
      firms(first: $first, after: $after) { edges { cursor node { name } } totalCount
        pageInfo { hasNextPage } } } } } }"""

    async def page(**window: Any) -> Any:
        (edge,) = (await gateway.ask(partner, query, window))["companies"]["edges"]
        return edge["node"]["firms"]

    first = await page(first=1)
    assert [edge["node"]["name"] for edge in first["edges"]] == ["Поздняя"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    second = await page(first=5, after=first["edges"][0]["cursor"])
    assert [edge["node"]["name"] for edge in second["edges"]] == ["Фирма Ромашка"]


async def test_a_partners_draft_is_the_licensors_only(world: World, gateway: Gateway) -> None:
    partner, rival = await world.partner("ЦТО"), await world.partner()

    found = await draft(gateway, world.licensor, PARTNER_DRAFT, partner=partner.node())

    assert found["partner"] == {"id": partner.node()}
    assert (found["firm"], found["company"]) == (None, None)
    await check_document(world, gateway, world.licensor, found, partner=partner.node())
    itself = await draft(gateway, world.licensor, PARTNER_DRAFT, partner=world.licensor.node())
    assert itself is None
    response = await gateway.send(rival, DRAFT, {"buyer": {"partner": partner.node()}})
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_blocked_buyer_is_shown_as_such(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    await world.block(company)
    assert (await draft(gateway, partner, firm=company.firm_node))["sellable"] is False
    await world.block(partner)
    found = await draft(gateway, world.licensor, PARTNER_DRAFT, partner=partner.node())
    assert found["sellable"] is False


async def test_whom_one_cannot_sell_to_is_unknown(world: World, gateway: Gateway) -> None:
    partner, other = await world.partner(), await world.partner()
    ours, theirs = await world.company(partner), await world.company(other)

    for unknown in (
        theirs.firm_node,
        "firm_" + "0" * 32,
        "firm_",
        ours.node(),
        f"firm_{ours.id.hex}",
        f"firm_{partner.id.hex}",
    ):
        assert await draft(gateway, partner, firm=unknown) is None
    firm = f"partner_{theirs.firm_node.partition('_')[2]}"
    assert await draft(gateway, world.licensor, PARTNER_DRAFT, partner=firm) is None
    await relink(gateway, ours, other)
    assert await draft(gateway, partner, firm=ours.firm_node) is None
    assert (await draft(gateway, other, firm=ours.firm_node))["sellable"] is True
