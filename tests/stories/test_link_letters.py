from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.access import Right
from persistence.database import Unit
from persistence.tables.accounts import users
from persistence.tables.letters import letters
from resolvers import links as link_orders
from tests.client import Gateway
from tests.clock import Clock
from tests.conservation.counting import counted
from tests.stories.orders import decide, end_link, request_link
from tests.world import Cabinet, World


async def staged(world: World) -> int:
    (count,) = (await world.rows(select(func.count()).select_from(letters)))[0]
    return int(count)


async def told(world: World) -> set[tuple[str, str]]:
    return {(kind.value, recipient) for kind, recipient, _ in await world.letters()}


async def facts(world: World, kind: str) -> dict[str, dict[str, Any]]:
    """Return what the letters of a kind say, by recipient."""
    letters = await world.letters()
    return {recipient: dict(said) for one, recipient, said in letters if one.value == kind}


async def forget_letters(world: World) -> None:
    """Make room: what comes after is looked at alone."""
    await world.change(letters.delete())


async def asked(world: World, gateway: Gateway, company: Cabinet, partner: Cabinet) -> str:
    """Ask for a link and forget the letters about it."""
    request: str = (await request_link(gateway, company, partner))["request"]["id"]
    await forget_letters(world)
    return request


async def test_a_request_is_told_to_the_admins_of_both_sides(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(name="Тест", inn="6722012609")
    await world.user(partner, Right.MANAGER)
    await world.user(company, Right.MANAGER)

    request = await request_link(gateway, company, partner)

    found = await facts(world, "LINK_REQUESTED")
    assert found.keys() == {partner.email, company.email}
    assert len(await world.letters()) == 2
    query = "{ linkRequests { edges { node { expiresAt } } } }"
    (edge,) = (await gateway.ask(partner, query))["linkRequests"]["edges"]
    about = {"company": "Тест", "partner": "ЦТО", "company_inn": "6722012609"}
    for side, cabinet in (("PARTNER", partner), ("COMPANY", company)):
        said = found[cabinet.email]
        expires_at = said.pop("expires_at")
        assert said == {"side": side, **about}
        assert expires_at.replace("+00:00", "Z")[:19] == edge["node"]["expiresAt"][:19]
    assert request["request"]["state"] == "PENDING"


async def test_each_admin_gets_a_letter_in_his_own_language(world: World, gateway: Gateway) -> None:
    partner, company = await world.partner(), await world.company()
    await world.user(partner, Right.ADMIN)
    await world.change(update(users).where(users.c.id == partner.admin).values(language="en"))

    await request_link(gateway, company, partner)

    languages = await world.rows(select(letters.c.language).order_by(letters.c.language))
    assert languages == [("en",), ("ru",), ("ru",)]


async def test_an_approval_is_told_to_both_sides_and_the_end_to_the_old_partner(
    world: World, gateway: Gateway
) -> None:
    old, new = await world.partner("Старый"), await world.partner("Новый")
    company = await world.company(old, name="Тест")
    request = await asked(world, gateway, company, new)

    await decide(gateway, new, "approveLink", request)

    assert await told(world) == {
        ("LINK_APPROVED", company.email),
        ("LINK_APPROVED", new.email),
        ("LINK_ENDED", old.email),
    }
    # Whom the company chose does not concern the one it left.
    assert await facts(world, "LINK_ENDED") == {
        old.email: {
            "side": "PARTNER",
            "company": "Тест",
            "partner": "Старый",
            "ended_by": "RELINKED",
            "new_partner": "",
        }
    }


async def test_the_partner_a_company_fell_back_to_is_not_told_of_an_end(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    request = (await request_link(gateway, company, world.licensor))["request"]["id"]
    await end_link(gateway, partner, company)
    await forget_letters(world)

    await decide(gateway, world.licensor, "approveLink", request)

    assert await told(world) == {
        ("LINK_APPROVED", company.email),
        ("LINK_APPROVED", world.licensor.email),
    }


async def test_a_rejection_is_told_to_both_sides(world: World, gateway: Gateway) -> None:
    partner, company = await world.partner(), await world.company()
    request = await asked(world, gateway, company, partner)

    await decide(gateway, partner, "rejectLink", request)

    assert await told(world) == {
        ("LINK_REJECTED", company.email),
        ("LINK_REJECTED", partner.email),
    }


async def test_a_withdrawal_is_told_to_nobody(world: World, gateway: Gateway) -> None:
    partner, company = await world.partner(), await world.company()
    request = await asked(world, gateway, company, partner)

    assert (await decide(gateway, company, "cancelLinkRequest", request))["request"]

    assert await world.letters() == []


async def test_an_end_is_told_to_both_sides_and_the_company_learns_whom_it_has_now(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(partner, name="Тест")

    await end_link(gateway, partner, company)

    found = await facts(world, "LINK_ENDED")
    assert len(await world.letters()) == len(found) == 2
    about = {"company": "Тест", "partner": "ЦТО", "ended_by": "ENDED_BY_PARTNER"}
    assert found[company.email] == {"side": "COMPANY", **about, "new_partner": "MyPOS"}
    assert found[partner.email] == {"side": "PARTNER", **about, "new_partner": ""}


async def test_those_who_cannot_sign_in_get_no_letters(world: World, gateway: Gateway) -> None:
    old, partner, company = await world.partner(), await world.partner(), await world.company()
    now = world.tools.database.clock.now()
    for values in ({"blocked_at": now}, {"removed_at": now}, {"confirmed_at": None}):
        await world.user(partner, Right.ADMIN)
        of_partner = select(users.c.id).where(users.c.tenant_id == partner.id)
        ((newest,),) = await world.rows(of_partner.order_by(users.c.id.desc()).limit(1))
        await world.change(update(users).where(users.c.id == newest).values(values))

    await request_link(gateway, company, partner)

    assert await told(world) == {
        ("LINK_REQUESTED", partner.email),
        ("LINK_REQUESTED", company.email),
    }
    await forget_letters(world)
    leaving = await world.company(old)
    request = await asked(world, gateway, leaving, partner)
    await world.block(old)
    await decide(gateway, partner, "approveLink", request)
    assert ("LINK_ENDED", old.email) not in await told(world)


async def test_what_is_refused_is_told_to_nobody(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner, rival = await world.partner(), await world.partner()
    company, blocked = await world.company(partner), await world.company()
    waiting = await asked(world, gateway, company, rival)
    of_blocked = await asked(world, gateway, blocked, rival)
    await world.block(blocked)

    refused = [
        await request_link(gateway, company, rival),
        await request_link(gateway, company, partner),
        await decide(gateway, partner, "approveLink", waiting),
        await decide(gateway, partner, "rejectLink", waiting),
        await decide(gateway, rival, "approveLink", of_blocked),
        await end_link(gateway, rival, company),
        await end_link(gateway, world.licensor, blocked),
    ]
    clock.turn(world.tools.rules.link_request_lifetime)
    late = await world.token(rival.admin)
    refused.append(await decide(gateway, late, "approveLink", waiting))
    refused.append(await decide(gateway, late, "rejectLink", waiting))

    assert [answer["code"] for answer in refused] == [
        "LINK_REQUEST_PENDING",
        "ALREADY_LINKED",
        "NOT_FOUND",
        "NOT_FOUND",
        "CABINET_BLOCKED",
        "NOT_FOUND",
        "DEFAULT_LINK_STAYS",
        "ALREADY_DECIDED",
        "ALREADY_DECIDED",
    ]
    assert await staged(world) == 0


async def test_a_unit_that_is_tried_again_promises_each_letter_once(world: World) -> None:
    partner, company = await world.partner(), await world.company()
    tries = []
    carried_out = world.tools.database.carry_out

    async def twice(work: Any) -> Any:
        async def broken(unit: Unit) -> None:
            tries.append(await work(unit))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await carried_out(broken)
        return await carried_out(work)

    context = world.context(company)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(world.tools.database), "carry_out", lambda _self, work: twice(work))
        await link_orders.request_partner_link(context, partner.id)

    assert len(tries) == 1
    assert await staged(world) == 2


async def test_however_many_admins_there_are_the_statements_are_as_many(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs: dict[str, set[int]] = {"request": set(), "approve": set(), "reject": set(), "end": set()}
    for more in (0, 1, 10):
        old, new = await world.partner(), await world.partner()
        company = await world.company(old)
        for cabinet in (old, new, company):
            for _ in range(more):
                await world.user(cabinet, Right.ADMIN)
        with counted(world.tools.database, monkeypatch) as counter:

            def spent(name: str) -> None:
                costs[name].add(len(counter.taken()))

            first = await request_link(gateway, company, new)
            spent("request")
            await decide(gateway, new, "rejectLink", first["request"]["id"])
            spent("reject")
            second = await request_link(gateway, company, new)
            counter.taken()
            await decide(gateway, new, "approveLink", second["request"]["id"])
            spent("approve")
            await end_link(gateway, new, company)
            spent("end")
        # Two sides are told each time, and the old partner of the approval.
        assert await staged(world) == 11 * (1 + more)
        await forget_letters(world)
    assert {name for name, cost in costs.items() if len(cost) > 1} == set()
