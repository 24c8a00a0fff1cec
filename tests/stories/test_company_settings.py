from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.access import Right
from persistence.companies import RegionalDetails
from tests.client import Gateway
from tests.clock import Clock
from tests.stories.audits import audited
from tests.stories.orders import (
    PROBLEM,
    Who,
    decide,
    end_link,
    names,
    order,
    request_link,
    sell,
    some,
)
from tests.world import World

SETTINGS = """{ viewer { company { name linkStatus partner { name }
  pendingRequest { id state partner { name inn address } } } } }"""


async def settings(gateway: Gateway, who: Who) -> Any:
    return (await gateway.ask(who, SETTINGS))["viewer"]["company"]


async def rename(gateway: Gateway, who: Who, name: str) -> Any:
    facts = PROBLEM + " ... on ChangeCompanySuccess { company { id name } }"
    return await order(gateway, who, "changeCompany", facts, name=name)


async def test_an_admin_renames_his_company_and_it_is_found_by_the_new_name(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Элекс-С", inn="6722012609")

    answer = await rename(gateway, company, "  Ёлка ")

    assert answer["company"] == {"id": company.node(), "name": "Ёлка"}
    assert await names(gateway, partner, "companies") == ["Ёлка"]
    assert await names(gateway, partner, "companies", "елк") == ["Ёлка"]
    assert await names(gateway, partner, "companies", "67220") == ["Ёлка"]
    assert await names(gateway, partner, "companies", "элекс") == []
    assert await audited(world, "changeCompany") == [({"name": "Элекс-С"}, {"name": "Ёлка"})]


async def test_the_same_name_again_leaves_no_trace(world: World, gateway: Gateway) -> None:
    company = await world.company(name="Тест")
    before = await world.dump()

    assert (await rename(gateway, company, "Тест"))["company"]["name"] == "Тест"

    assert await world.dump() == before


async def test_a_regional_client_is_found_by_its_new_name_and_its_old_numbers(
    world: World, gateway: Gateway
) -> None:
    place = RegionalDetails("00000001", "7700-220-00-70", numbers=("8 495 000-00-01",))
    company = await world.company(name="Ель", regional=place)
    mrc = await world.mrc()
    number = "7700-220-00-70"
    await order(gateway, mrc, "bindRegionalClient", "__typename", multichannelNumber=number)

    await rename(gateway, company, "Сосна")

    assert await names(gateway, mrc, "regionalClients", "ель") == []
    for search in ("сосн", "0000001", "77002200070", "84950000001"):
        assert await names(gateway, mrc, "regionalClients", search) == ["Сосна"]


async def test_documents_keep_the_name_they_were_written_with(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(partner, name="Старое")
    product = await world.stocked(partner, 2)
    await sell(gateway, partner, {"firm": company.firm_node}, some(product, 2))
    facts = "... on DocumentSuccess { document { issuerName issuer { name } } }"
    given = {"idempotencyKey": "k", "take": some(product, 1)}
    await order(gateway, company, "revealToSelf", facts, **given)

    await rename(gateway, company, "Новое")

    query = """{ documents { edges { node { kind issuerName issuer { name } } } } }"""
    found = (await gateway.ask(company, query))["documents"]["edges"]
    issued = {edge["node"]["issuerName"]: edge["node"]["issuer"]["name"] for edge in found}
    assert issued["Старое"] == "Новое"


async def test_the_status_is_requested_until_the_partner_approves_and_then_connected(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО", inn="7788990011")
    company = await world.company(name="Тест")
    at_first = await settings(gateway, company)
    asked = await request_link(gateway, company, partner)

    waiting = await settings(gateway, company)
    await decide(gateway, partner, "approveLink", asked["request"]["id"])
    after = await settings(gateway, company)

    assert (at_first["linkStatus"], at_first["pendingRequest"]) == ("CONNECTED", None)
    assert (waiting["linkStatus"], waiting["partner"]["name"]) == ("REQUESTED", "MyPOS")
    assert waiting["pendingRequest"] == {
        "id": asked["request"]["id"],
        "state": "PENDING",
        "partner": {"name": "ЦТО", "inn": "7788990011", "address": "Москва, Тестовая, 1"},
    }
    assert (after["linkStatus"], after["partner"]["name"]) == ("CONNECTED", "ЦТО")
    assert after["pendingRequest"] is None


@pytest.mark.parametrize("decision", ["rejectLink", "cancelLinkRequest"])
async def test_a_request_that_was_closed_is_not_pending(
    world: World, gateway: Gateway, decision: str
) -> None:
    partner, company = await world.partner(), await world.company()
    asked = await request_link(gateway, company, partner)

    who = partner if decision == "rejectLink" else company
    await decide(gateway, who, decision, asked["request"]["id"])

    found = await settings(gateway, company)
    assert (found["linkStatus"], found["pendingRequest"]) == ("CONNECTED", None)


async def test_a_request_that_expired_by_the_clock_is_not_pending(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner, company = await world.partner(), await world.company()
    await request_link(gateway, company, partner)

    clock.turn(world.tools.rules.link_request_lifetime - timedelta(seconds=1))
    token = await world.token(company.admin)
    assert (await settings(gateway, token))["linkStatus"] == "REQUESTED"
    clock.turn(timedelta(seconds=1))

    found = await settings(gateway, token)
    assert (found["linkStatus"], found["pendingRequest"]) == ("CONNECTED", None)


async def test_a_company_that_fell_back_is_connected_to_the_default_partner(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)

    await end_link(gateway, partner, company)

    found = await settings(gateway, company)
    assert (found["linkStatus"], found["partner"]["name"]) == ("CONNECTED", "MyPOS")


async def test_only_the_company_learns_whom_it_asks(world: World, gateway: Gateway) -> None:
    """A partner could tell from the status that his company is about to leave him."""
    partner = await world.partner()
    company = await world.company(partner)
    await request_link(gateway, company, await world.partner())
    card = "query ($id: ID!) { node(id: $id) { ... on Company { %s } } }"

    for who in (
        partner,
        world.licensor,
        await world.user(company, Right.MANAGER),
        await world.user(world.licensor, Right.SUPPORT),
    ):
        for field in ("linkStatus", "pendingRequest { id }"):
            response = await gateway.send(who, card % field, {"id": company.node()})
            assert response.status_code == 400
            assert "Cannot query field" in response.json()["errors"][0]["message"]


async def test_only_an_admin_renames_his_company(world: World, gateway: Gateway) -> None:
    company = await world.company()

    for who in (await world.user(company, Right.MANAGER), await world.partner(), world.licensor):
        query = 'mutation { changeCompany(input: {name: "x"}) { __typename } }'
        response = await gateway.send(who, query)
        assert response.status_code == 400
        assert "Cannot query field" in response.json()["errors"][0]["message"]
