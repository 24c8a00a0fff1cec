from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from domain.access import Right
from persistence.tables.accounts import sessions, users
from persistence.tables.audit import audit_records
from tests.client import Gateway
from tests.stories.audits import audited
from tests.stories.orders import (
    PROBLEM,
    Who,
    decide,
    end_link,
    names,
    order,
    relink,
    request_link,
    reveal,
    sell,
    some,
)
from tests.world import PASSWORD, Cabinet, World

SUCCESS = """ ... on BlockingSuccess { tenant { __typename id ... on Partner { blockedAt }
  ... on Company { blockedAt } ... on OtherCompany { blockedAt } } } ... on NotFound { field }"""


async def block(gateway: Gateway, who: Who, tenant: str, reason: str = "долг") -> Any:
    return await order(gateway, who, "blockTenant", PROBLEM + SUCCESS, tenant=tenant, reason=reason)


async def unblock(gateway: Gateway, who: Who, tenant: str, reason: str = "оплачено") -> Any:
    facts = PROBLEM + SUCCESS
    return await order(gateway, who, "unblockTenant", facts, tenant=tenant, reason=reason)


async def _status(gateway: Gateway, who: Cabinet) -> int:
    return (await gateway.send(who, "{ viewer { kind } }")).status_code


async def _sign_in(gateway: Gateway, who: Cabinet) -> Any:
    facts = PROBLEM + " ... on SignInSuccess { token }"
    return await order(gateway, None, "signIn", facts, login=who.email, password=PASSWORD)


async def test_the_sessions_of_a_blocked_tenant_end_at_once(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    manager = await world.user(partner, Right.MANAGER)
    assert await _status(gateway, partner) == 200

    answer = await block(gateway, world.licensor, partner.node())

    assert answer["tenant"]["__typename"] == "Partner"
    assert answer["tenant"]["blockedAt"] is not None
    assert await _status(gateway, partner) == 401
    assert (await gateway.send(manager, "{ viewer { kind } }")).status_code == 401
    assert (await _sign_in(gateway, partner))["code"] == "INVALID_CREDENTIALS"


async def test_an_unblocked_cabinet_signs_in_anew_and_no_old_session_comes_back(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    await block(gateway, world.licensor, partner.node())

    answer = await unblock(gateway, world.licensor, partner.node())

    assert answer["tenant"]["blockedAt"] is None
    assert await _status(gateway, partner) == 401
    open_ = select(sessions.c.id).where(sessions.c.ended_at.is_(None))
    left = await world.rows(open_.where(sessions.c.user_id == partner.admin))
    assert left == []
    token = (await _sign_in(gateway, partner))["token"]
    assert (await gateway.send(token, "{ viewer { kind } }")).status_code == 200


async def test_the_sessions_of_others_go_on(world: World, gateway: Gateway) -> None:
    partner, other = await world.partner(), await world.partner()
    company = await world.company(partner)

    await block(gateway, world.licensor, partner.node())

    for who in (other, company, world.licensor):
        assert await _status(gateway, who) == 200


async def test_the_sessions_of_a_blocked_user_end_at_once(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    now = world.tools.database.clock.now()

    await world.change(update(users).where(users.c.id == partner.admin).values(blocked_at=now))

    assert await _status(gateway, partner) == 401
    assert (await _sign_in(gateway, partner))["code"] == "INVALID_CREDENTIALS"


async def test_blocking_is_recorded_with_its_reason_once(world: World, gateway: Gateway) -> None:
    partner = await world.partner("ЦТО")

    first = await block(gateway, world.licensor, partner.node(), " долг за октябрь ")
    again = await block(gateway, world.licensor, partner.node(), "ещё раз")
    await unblock(gateway, world.licensor, partner.node(), "оплачено")
    await unblock(gateway, world.licensor, partner.node(), "ещё раз")

    assert again == first
    ((before, after),) = await audited(world, "blockTenant")
    assert before is None
    assert after["reason"] == "долг за октябрь"
    ((before, after),) = await audited(world, "unblockTenant")
    assert before["blockedAt"] is not None
    assert after == {"name": "ЦТО", "blockedAt": None, "reason": "оплачено"}
    recorded = audit_records.c.action.in_(["blockTenant", "unblockTenant"])
    owners = await world.rows(select(audit_records.c.owner_id).where(recorded))
    assert {owner for (owner,) in owners} == {partner.id}


async def test_companies_are_blocked_by_the_id_under_which_they_are_seen(
    world: World, gateway: Gateway
) -> None:
    manager = await world.user(world.licensor, Right.MANAGER)
    own, others = await world.company(), await world.company(await world.partner())
    other_id = f"othercompany_{others.id.hex}"

    # The licensor knows a company of another partner as such, and by no other id.
    for hidden in (others.node(), f"othercompany_{own.id.hex}", f"partner_{own.id.hex}"):
        assert (await block(gateway, manager, hidden))["code"] == "NOT_FOUND"
    mine = await block(gateway, manager, own.node())
    theirs = await block(gateway, manager, other_id)

    assert mine["tenant"]["__typename"] == "Company"
    assert theirs["tenant"] == {
        "__typename": "OtherCompany",
        "id": other_id,
        "blockedAt": theirs["tenant"]["blockedAt"],
    }
    assert await _status(gateway, own) == await _status(gateway, others) == 401
    assert (await unblock(gateway, manager, other_id))["tenant"]["blockedAt"] is None


async def test_nobody_blocks_the_licensor_a_region_or_what_is_unknown(
    world: World, gateway: Gateway
) -> None:
    mrc = await world.mrc()
    before = await world.dump()

    for tenant in (
        world.licensor.node(),
        mrc.node(),
        f"company_{mrc.id.hex}",
        f"company_{world.licensor.id.hex}",
        f"cabinet_{mrc.id.hex}",
        f"user_{world.licensor.admin.hex}",
        f"partner_{'0' * 32}",
        "",
    ):
        for answer in (
            await block(gateway, world.licensor, tenant),
            await unblock(gateway, world.licensor, tenant),
        ):
            assert (answer["code"], answer["field"]) == ("NOT_FOUND", "tenant")

    assert await world.dump() == before


@pytest.mark.parametrize("who", ["partner", "company", "support", "mrc"])
async def test_only_the_licensor_blocks_and_sees_who_is_blocked(
    world: World, gateway: Gateway, who: str
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    callers: dict[str, Cabinet | str] = {
        "partner": partner,
        "company": company,
        "support": await world.user(world.licensor, Right.SUPPORT),
        "mrc": await world.mrc(),
    }
    caller = callers[who]

    for mutation in ("blockTenant", "unblockTenant"):
        response = await gateway.send(caller, f"mutation {{ {mutation}(input: {{}}) {{ x }} }}")
        assert "Cannot query field" in response.json()["errors"][0]["message"]
    card = "query ($id: ID!) { node(id: $id) { ... on Company { blockedAt } } }"
    response = await gateway.send(caller, card, {"id": company.node()})
    assert response.status_code == (200 if who == "support" else 400)


async def test_cards_and_lists_show_the_licensor_who_is_blocked(
    world: World, gateway: Gateway
) -> None:
    partner, open_ = await world.partner("Закрытый"), await world.partner("Открытый")
    await world.company(open_, name="Своя")
    others = await world.company(partner, name="Чужая")
    await block(gateway, world.licensor, partner.node())
    await block(gateway, world.licensor, f"othercompany_{others.id.hex}")

    for field, blocked in (
        ("partners", {"Закрытый"}),
        ("companiesOfOtherPartners", {"Чужая"}),
    ):
        query = f"{{ list: {field} {{ edges {{ node {{ name blockedAt }} }} }} }}"
        edges = (await gateway.ask(world.licensor, query))["list"]["edges"]
        nodes = [edge["node"] for edge in edges]
        assert {node["name"] for node in nodes if node["blockedAt"]} == blocked
        assert len(nodes) > 1


async def test_a_blocked_cabinet_keeps_what_it_holds_and_buys_nothing(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 4)
    await world.sell(partner, company, product, 2)
    await block(gateway, world.licensor, f"othercompany_{company.id.hex}")

    answer = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 1))

    assert answer["code"] == "CABINET_BLOCKED"
    assert len(await world.held(company)) == 2
    await block(gateway, world.licensor, partner.node())
    await world.issue(product, 1)
    answer = await sell(gateway, world.licensor, {"partner": partner.node()}, some(product, 1))
    assert answer["code"] == "CABINET_BLOCKED"
    await unblock(gateway, world.licensor, partner.node())
    assert len(await world.held(partner)) == 2
    again = (await _sign_in(gateway, partner))["token"]
    assert (await reveal(gateway, again, some(product, 2)))["__typename"] == "DocumentSuccess"


async def test_a_blocked_partners_companies_may_leave_it(world: World, gateway: Gateway) -> None:
    blocked, new = await world.partner(), await world.partner()
    company = await world.company(blocked, name="Тест")
    product = await world.stocked(blocked, 1)
    await world.sell(blocked, company, product, 1)
    await block(gateway, world.licensor, blocked.node())

    await relink(gateway, company, new)

    assert await names(gateway, new, "companies") == ["Тест"]
    assert len(await world.held(company)) == 1


async def test_nobody_can_ask_a_blocked_partner(world: World, gateway: Gateway) -> None:
    blocked, company = await world.partner("Закрытый"), await world.company()
    await block(gateway, world.licensor, blocked.node())

    answer = await request_link(gateway, company, blocked)

    assert answer["code"] == "NOT_FOUND"
    assert "Закрытый" not in await names(gateway, company, "partners")
    await unblock(gateway, world.licensor, blocked.node())
    assert (await request_link(gateway, company, blocked))["request"]["state"] == "PENDING"


async def test_nobody_can_approve_the_request_of_a_blocked_company(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner(), await world.partner()
    company = await world.company(old, name="Тест")
    asked = await request_link(gateway, company, new)
    await block(gateway, world.licensor, f"othercompany_{company.id.hex}")

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
