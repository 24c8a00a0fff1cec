from __future__ import annotations

from typing import Any

from sqlalchemy import update

from persistence.tables.accounts import users
from tests.client import Gateway
from tests.stories.orders import (
    PROBLEM,
    decide,
    end_link,
    names,
    order,
    relink,
    request_link,
)
from tests.world import PASSWORD, Cabinet, World


async def _status(gateway: Gateway, who: Cabinet) -> int:
    return (await gateway.send(who, "{ viewer { kind } }")).status_code


async def _sign_in(gateway: Gateway, who: Cabinet) -> Any:
    return await order(gateway, None, "signIn", PROBLEM, login=who.email, password=PASSWORD)


async def test_the_sessions_of_a_blocked_tenant_end_at_once(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    assert await _status(gateway, partner) == 200

    await world.block(partner)

    assert await _status(gateway, partner) == 401
    assert (await _sign_in(gateway, partner))["code"] == "INVALID_CREDENTIALS"


async def test_the_sessions_of_a_blocked_user_end_at_once(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    now = world.tools.database.clock.now()

    await world.change(update(users).where(users.c.id == partner.admin).values(blocked_at=now))

    assert await _status(gateway, partner) == 401
    assert (await _sign_in(gateway, partner))["code"] == "INVALID_CREDENTIALS"


async def test_a_blocked_partners_companies_may_leave_it(world: World, gateway: Gateway) -> None:
    blocked, new = await world.partner(), await world.partner()
    company = await world.company(blocked, name="Тест")
    product = await world.stocked(blocked, 1)
    await world.sell(blocked, company, product, 1)
    await world.block(blocked)

    await relink(gateway, company, new)

    assert await names(gateway, new, "companies") == ["Тест"]
    assert len(await world.held(company)) == 1


async def test_nobody_can_ask_a_blocked_partner(world: World, gateway: Gateway) -> None:
    blocked, company = await world.partner(), await world.company()
    await world.block(blocked)

    answer = await request_link(gateway, company, blocked)

    assert answer["code"] == "NOT_FOUND"


async def test_nobody_can_approve_the_request_of_a_blocked_company(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner(), await world.partner()
    company = await world.company(old, name="Тест")
    asked = await request_link(gateway, company, new)
    await world.block(company)

    answer = await decide(gateway, new, "approveLink", asked["request"]["id"])

    assert answer["code"] == "CABINET_BLOCKED"
    assert await names(gateway, old, "companies") == ["Тест"]
    assert await names(gateway, new, "companies") == []


async def test_a_company_that_fell_back_to_the_partner_it_asked_keeps_that_link(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест")
    asked = await request_link(gateway, company, world.licensor)
    await end_link(gateway, partner, company)
    count = "{ partnerLinks(scope: ALL) { totalCount } }"
    before = (await gateway.ask(company, count))["partnerLinks"]["totalCount"]

    answer = await decide(gateway, world.licensor, "approveLink", asked["request"]["id"])

    assert answer["__typename"] == "ApproveLinkSuccess"
    assert (await gateway.ask(company, count))["partnerLinks"]["totalCount"] == before == 2
