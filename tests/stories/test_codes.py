from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select

from persistence.tables.audit import audit_records
from tests.client import Gateway
from tests.stories.orders import STRANGER, exactly, ids, reveal, sell, show_codes, some
from tests.world import World

LICENSES = "{ licenses(first: 100) { edges { node { id maskedCode state } } } }"
MASKED = re.compile(r"•{8}\d{4}")


async def _shown(world: World) -> list[Any]:
    found = select(audit_records).where(audit_records.c.action == "showCodes")
    return await world.rows(found.order_by(audit_records.c.object_id))


async def _codes(gateway: Gateway, who: Any, licenses: list[UUID]) -> dict[str, str]:
    answer = await show_codes(gateway, who, licenses)
    return {shown["license"]: shown["code"] for shown in answer["codes"]}


async def test_lists_and_cards_show_masked_codes_only(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 3)
    await world.reveal(partner, product, 2)
    await world.sell(partner, company, product, 1)
    codes = await _codes(gateway, partner, await world.held(partner))

    node = "maskedCode"
    queries = {
        "{ licenses { edges { node { %s } } } }": partner,
        "{ companies { edges { node { licenses { edges { node { %s } } } } } } }": partner,
        "{ documents { edges { node { licenses { edges { node { %s } } } } } } }": partner,
        "{ viewer { company { licenses { edges { node { %s } } } } } }": company,
    }
    for query, who in queries.items():
        response = await gateway.send(who, query % node)
        found = re.findall(r'"maskedCode":"([^"]*)"', response.text)
        assert found
        assert all(MASKED.fullmatch(code) for code in found)
        assert not re.search(r"\d{12}", response.text)
    assert all(re.fullmatch(r"\d{12}", code) for code in codes.values())


async def test_full_codes_come_by_show_codes_and_end_with_the_masked_digits(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 3)
    await world.reveal(partner, product, 3)

    codes = await _codes(gateway, partner, await world.held(partner))
    nodes = [edge["node"] for edge in (await gateway.ask(partner, LICENSES))["licenses"]["edges"]]

    assert len(set(codes.values())) == 3
    for node in nodes:
        assert node["maskedCode"] == "••••••••" + codes[node["id"]][-4:]


async def test_each_showing_of_a_code_is_audited(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 2)
    await world.reveal(partner, product, 2)
    held = await world.held(partner)

    await show_codes(gateway, partner, held)
    await show_codes(gateway, partner, held[:1])

    shown = await _shown(world)
    assert sorted(row.object_id for row in shown) == sorted([*held, held[0]])
    assert {(row.user_id, row.tenant_id) for row in shown} == {(partner.admin, partner.id)}
    assert all(row.request_id for row in shown)


async def test_a_sealed_code_is_shown_to_nobody_and_then_none_is(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 2)
    await world.reveal(partner, product, 1)
    revealed, sealed = await world.held(partner)

    answer = await show_codes(gateway, partner, [revealed, sealed])

    assert answer["code"] == "CODES_NOT_SHOWN"
    assert await _shown(world) == []


async def test_only_the_holder_is_shown_a_code(world: World, gateway: Gateway) -> None:
    partner, rival = await world.partner(), await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 1)
    await world.sell(partner, company, product, 1)
    await world.reveal(company, product, 1)
    held = await world.held(company)

    for stranger in (partner, rival, world.licensor, await world.company(partner)):
        assert (await show_codes(gateway, stranger, held))["code"] == "NOT_FOUND"
    assert len(await _codes(gateway, company, held)) == 1
    assert {row.tenant_id for row in await _shown(world)} == {company.id}


async def test_the_seller_never_sees_the_codes_his_company_reveals(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 1)
    await sell(gateway, partner, {"firm": company.firm_node}, some(product, 1))
    (license_,) = await world.held(company)

    assert (await reveal(gateway, partner, exactly([license_])))["code"] == "NOT_FOUND"
    assert (await reveal(gateway, company, exactly([license_])))["__typename"] == "DocumentSuccess"
    query = "query ($id: ID!) { license(id: $id) { maskedCode state } }"
    seen = (await gateway.ask(partner, query, {"id": ids([license_])[0]}))["license"]
    assert seen["state"] == "REVEALED"
    assert MASKED.fullmatch(seen["maskedCode"])
    assert (await show_codes(gateway, partner, [license_]))["code"] == "NOT_FOUND"


async def test_a_license_sold_outside_still_shows_its_code_to_the_seller(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 1)
    await sell(gateway, partner, {"unregistered": STRANGER}, some(product, 1))

    assert len(await _codes(gateway, partner, await world.held(partner))) == 1
