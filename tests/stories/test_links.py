from __future__ import annotations

from tests.client import Gateway
from tests.stories.orders import decide, end_link, names, relink, request_link
from tests.world import World

HISTORY = """query ($scope: LinkScope!) { partnerLinks(scope: $scope) { totalCount
  edges { node { endReason endedAt partner { name } } } } }"""
REQUESTS = (
    "{ linkRequests { edges { node { id state companyName companyInn company { name } } } } }"
)
OWN_PARTNER = "{ viewer { company { partner { name } } } }"


async def test_a_link_needs_both_sides(world: World, gateway: Gateway) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(name="Элекс-С")

    asked = await request_link(gateway, company, partner)
    before = await names(gateway, partner, "companies")
    approved = await decide(gateway, partner, "approveLink", asked["request"]["id"])

    assert asked["request"]["state"] == "PENDING"
    assert before == []
    assert approved["__typename"] == "ApproveLinkSuccess"
    assert await names(gateway, partner, "companies") == ["Элекс-С"]
    assert (await gateway.ask(company, OWN_PARTNER))["viewer"]["company"]["partner"] == {
        "name": "ЦТО"
    }


async def test_the_partner_sees_who_asks_but_nothing_behind_it_before_he_approves(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(name="Элекс-С", inn="6722012609")
    await request_link(gateway, company, partner)

    (edge,) = (await gateway.ask(partner, REQUESTS))["linkRequests"]["edges"]

    assert edge["node"]["companyName"] == "Элекс-С"
    assert edge["node"]["companyInn"] == "6722012609"
    assert edge["node"]["company"] is None


async def test_a_partner_sees_only_companies_that_are_linked_to_him_now(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner(), await world.partner()
    company = await world.company(old, name="Светлячок")
    assert await names(gateway, old, "companies") == ["Светлячок"]

    await relink(gateway, company, new)

    assert await names(gateway, old, "companies") == []
    assert await names(gateway, new, "companies") == ["Светлячок"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await gateway.ask(old, node, {"id": company.node()}))["node"] is None
    assert (await gateway.ask(old, node, {"id": company.firm_node}))["node"] is None


async def test_one_request_of_a_company_waits_at_a_time(world: World, gateway: Gateway) -> None:
    first, second = await world.partner(), await world.partner()
    company = await world.company()
    await request_link(gateway, company, first)

    assert (await request_link(gateway, company, second))["code"] == "LINK_REQUEST_PENDING"
    assert (await request_link(gateway, company, first))["code"] == "LINK_REQUEST_PENDING"


async def test_a_company_cannot_ask_the_partner_it_has(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)

    assert (await request_link(gateway, company, partner))["code"] == "ALREADY_LINKED"


async def test_a_withdrawn_request_is_decided_for_the_partner_too(
    world: World, gateway: Gateway
) -> None:
    partner, company = await world.partner(), await world.company()
    request = (await request_link(gateway, company, partner))["request"]["id"]

    withdrawn = await decide(gateway, company, "cancelLinkRequest", request)
    late = await decide(gateway, partner, "approveLink", request)

    assert withdrawn["request"]["state"] == "CANCELLED"
    assert late["code"] == "ALREADY_DECIDED"
    assert late["decision"] == "CANCELLED"
    assert await names(gateway, partner, "companies") == []


async def test_a_rejected_request_leaves_the_link_and_allows_another_request(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner("Старый"), await world.partner("Новый")
    company = await world.company(old)
    request = (await request_link(gateway, company, new))["request"]["id"]

    rejected = await decide(gateway, new, "rejectLink", request)

    assert rejected["request"]["state"] == "REJECTED"
    viewer = (await gateway.ask(company, OWN_PARTNER))["viewer"]
    assert viewer["company"]["partner"]["name"] == "Старый"
    assert (await decide(gateway, new, "rejectLink", request))["decision"] == "REJECTED"
    assert (await request_link(gateway, company, new))["__typename"] == "LinkRequestSuccess"


async def test_each_side_decides_only_its_own_part_of_a_request(
    world: World, gateway: Gateway
) -> None:
    partner, rival, company = await world.partner(), await world.partner(), await world.company()
    request = (await request_link(gateway, company, partner))["request"]["id"]

    for decision in ("approveLink", "rejectLink"):
        assert (await decide(gateway, rival, decision, request))["code"] == "NOT_FOUND"
        assert (await decide(gateway, world.licensor, decision, request))["code"] == "NOT_FOUND"
    stranger = await world.company()
    assert (await decide(gateway, stranger, "cancelLinkRequest", request))["code"] == "NOT_FOUND"


async def test_when_a_partner_ends_the_link_the_company_falls_back_to_the_licensor(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест")

    answer = await end_link(gateway, partner, company)

    assert answer == {"__typename": "EndLinkSuccess", "company": company.node()}
    assert await names(gateway, partner, "companies") == []
    assert await names(gateway, world.licensor, "companies") == ["Тест"]
    assert (await end_link(gateway, partner, company))["code"] == "NOT_FOUND"


async def test_the_default_link_cannot_be_ended(world: World, gateway: Gateway) -> None:
    company = await world.company(name="Тест")

    assert (await end_link(gateway, world.licensor, company))["code"] == "DEFAULT_LINK_STAYS"
    assert await names(gateway, world.licensor, "companies") == ["Тест"]


async def test_a_company_that_registers_by_itself_is_linked_to_the_licensor(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()

    viewer = (await gateway.ask(company, OWN_PARTNER))["viewer"]

    assert viewer["company"]["partner"] == {"name": "MyPOS"}


async def test_the_history_of_links_stays_readable_to_both_sides(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner("Старый"), await world.partner("Новый")
    company = await world.company(old)
    await relink(gateway, company, new)
    await end_link(gateway, new, company)

    ofcompany = (await gateway.ask(company, HISTORY, {"scope": "ALL"}))["partnerLinks"]
    ofold = (await gateway.ask(old, HISTORY, {"scope": "ALL"}))["partnerLinks"]
    current = (await gateway.ask(company, HISTORY, {"scope": "CURRENT"}))["partnerLinks"]

    assert [
        (edge["node"]["partner"]["name"], edge["node"]["endReason"]) for edge in ofcompany["edges"]
    ] == [("MyPOS", None), ("Новый", "ENDED_BY_PARTNER"), ("Старый", "RELINKED")]
    assert [edge["node"]["endReason"] for edge in ofold["edges"]] == ["RELINKED"]
    assert current["totalCount"] == 1
