from __future__ import annotations

import pytest

from domain.access import Right
from persistence.companies import RegionalDetails
from persistence.tables.tenants import firms as firms_table
from tests.client import Gateway
from tests.stories.audits import audited
from tests.stories.firms import (
    change_firm,
    create_firm,
    firms,
    remove_firm,
    set_main_firm,
)
from tests.stories.orders import names, order, reveal, sell, some
from tests.world import INN, OTHER_INN, Cabinet, World

NUMBER = "7700-220-00-70"
BIND = "__typename"


async def bound(world: World, gateway: Gateway, inn: str = INN) -> Cabinet:
    """Return a company that an MRC with the same INN looks after."""
    company = await world.company(inn=inn, regional=RegionalDetails(multichannel_number=NUMBER))
    mrc = await world.mrc(inn=inn)
    await order(gateway, mrc, "bindRegionalClient", BIND, multichannelNumber=NUMBER)
    return company


async def test_admins_and_managers_of_a_company_add_firms(world: World, gateway: Gateway) -> None:
    company = await world.company(name="Тест")
    manager = await world.user(company, Right.MANAGER)

    mine = await create_firm(gateway, company, name="Вторая")
    his = await create_firm(gateway, manager, name="Третья", inn="77 88 99 00 11", email=None)

    assert mine["firm"] == {
        "id": mine["firm"]["id"],
        "name": "Вторая",
        "inn": "500100732259",
        "email": "firm@example.com",
        "phone": "+78003330014",
        "address": "Тверь",
        "isMain": False,
    }
    assert mine["warnings"] == []
    assert (his["firm"]["inn"], his["firm"]["email"]) == ("7788990011", None)
    assert his["warnings"] == ["INN_CHECKSUM"]
    assert await firms(gateway, company) == [
        ("Фирма Тест", True),
        ("Вторая", False),
        ("Третья", False),
    ]
    ((before, after), _) = await audited(world, "createFirm")
    assert before is None
    assert (after["name"], after["inn"]) == ("Вторая", "500100732259")


async def test_the_same_firm_twice_is_refused_and_named(world: World, gateway: Gateway) -> None:
    company, other = await world.company(), await world.company()
    first = await create_firm(gateway, company)
    before = await world.dump()

    again = await create_firm(gateway, company, email="another@example.com")

    assert again["code"] == "FIRM_EXISTS"
    assert again["existingFirm"] == first["firm"]["id"]
    assert await world.dump() == before
    assert (await create_firm(gateway, other))["__typename"] == "FirmSuccess"
    assert (await create_firm(gateway, company, inn=INN))["__typename"] == "FirmSuccess"
    assert (await create_firm(gateway, company, name="ИП"))["__typename"] == "FirmSuccess"


async def test_a_firm_is_changed_as_a_whole_and_documents_keep_what_they_say(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест")
    product = await world.stocked(partner, 1)
    sold = await sell(gateway, partner, {"firm": company.firm_node}, some(product, 1))

    answer = await change_firm(
        gateway, company, company.firm_node, name="Новая", inn=OTHER_INN, email=None, phone=" "
    )

    assert answer["firm"]["name"] == "Новая"
    assert (answer["firm"]["email"], answer["firm"]["phone"]) == (None, None)
    assert answer["firm"]["isMain"] is True
    query = "query ($id: ID!) { document(id: $id) { buyerName buyerInn firm { name } } }"
    read = (await gateway.ask(company, query, {"id": sold["document"]["id"]}))["document"]
    assert read == {"buyerName": "Фирма Тест", "buyerInn": INN, "firm": {"name": "Новая"}}
    ((before, after),) = await audited(world, "changeFirm")
    assert (before["name"], after["name"]) == ("Фирма Тест", "Новая")
    assert (before["email"], after["email"]) == ("firm@example.com", None)


async def test_a_change_that_changes_nothing_leaves_no_trace(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    firm = (await create_firm(gateway, company))["firm"]["id"]
    before = await world.dump()

    assert (await change_firm(gateway, company, firm))["__typename"] == "FirmSuccess"
    assert (await set_main_firm(gateway, company, company.firm_node))["firm"]["isMain"] is True

    assert await world.dump() == before


async def test_a_firm_cannot_become_like_another(world: World, gateway: Gateway) -> None:
    company = await world.company()
    first = (await create_firm(gateway, company))["firm"]["id"]
    second = (await create_firm(gateway, company, name="Вторая"))["firm"]["id"]

    answer = await change_firm(gateway, company, second)

    assert (answer["code"], answer["existingFirm"]) == ("FIRM_EXISTS", first)


async def test_a_company_has_one_main_firm_and_is_searched_by_its_inn(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест", inn="6722012609")
    second = (await create_firm(gateway, company, name="Вторая", inn="3519003320"))["firm"]["id"]
    assert await names(gateway, partner, "companies", "3519") == []

    answer = await set_main_firm(gateway, company, second)

    assert answer["firm"] == {"id": second, "isMain": True}
    assert await firms(gateway, company) == [("Вторая", True), ("Фирма Тест", False)]
    assert await names(gateway, partner, "companies", "3519") == ["Тест"]
    assert await names(gateway, partner, "companies", "6722") == []
    await change_firm(gateway, company, second, inn="6321062257")
    assert await names(gateway, partner, "companies", "3519") == []
    assert await names(gateway, partner, "companies", "6321") == ["Тест"]
    await change_firm(gateway, company, company.firm_node, inn="7707083893")
    assert await names(gateway, partner, "companies", "7707") == []
    ((before, after),) = await audited(world, "setMainFirm")
    assert before != after


async def test_the_main_firm_cannot_be_removed(world: World, gateway: Gateway) -> None:
    company = await world.company()
    second = (await create_firm(gateway, company))["firm"]["id"]
    before = await world.dump()

    assert (await remove_firm(gateway, company, company.firm_node))["code"] == "MAIN_FIRM_STAYS"

    assert await world.dump() == before
    await set_main_firm(gateway, company, second)
    answer = await remove_firm(gateway, company, company.firm_node)
    assert answer == {"__typename": "RemoveFirmSuccess", "firm": company.firm_node}
    assert await firms(gateway, company) == [("ИП Ёлкин", True)]


async def test_a_removed_firm_is_unknown_and_what_it_bought_stays(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест")
    firm = (await create_firm(gateway, company, name="Вторая"))["firm"]["id"]
    product = await world.stocked(partner, 3)
    sold = await sell(gateway, partner, {"firm": firm}, some(product, 2))
    document = sold["document"]["id"]
    node = "query ($id: ID!) { node(id: $id) { id } }"

    await remove_firm(gateway, company, firm)

    for who in (company, partner):
        assert (await gateway.ask(who, node, {"id": firm}))["node"] is None
        card = "query ($id: ID!) { document(id: $id) { buyerName firm { id } } }"
        read = (await gateway.ask(who, card, {"id": document}))["document"]
        assert read == {"buyerName": "Вторая", "firm": None}
    for again in (
        await remove_firm(gateway, company, firm),
        await change_firm(gateway, company, firm),
        await set_main_firm(gateway, company, firm),
        await sell(gateway, partner, {"firm": firm}, some(product, 1)),
    ):
        assert again["code"] == "NOT_FOUND"
    assert len(await world.held(company)) == 2
    assert (await reveal(gateway, company, some(product, 2)))["__typename"] == "DocumentSuccess"
    ((before, _),) = await audited(world, "removeFirm")
    assert before["name"] == "Вторая"
    # The name and INN are free again.
    assert (await create_firm(gateway, company, name="Вторая"))["__typename"] == "FirmSuccess"


async def test_the_firms_of_others_are_unknown(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company, stranger = await world.company(partner), await world.company(partner)
    before = await world.dump()

    for answer in (
        await change_firm(gateway, company, stranger.firm_node),
        await set_main_firm(gateway, company, stranger.firm_node),
        await remove_firm(gateway, company, stranger.firm_node),
    ):
        assert answer["code"] == "NOT_FOUND"

    assert await world.dump() == before


@pytest.mark.parametrize("who", ["partner", "licensor", "support", "mrc"])
async def test_nobody_but_the_company_has_orders_about_firms(
    world: World, gateway: Gateway, who: str
) -> None:
    callers: dict[str, Cabinet | str] = {
        "partner": await world.partner(),
        "licensor": world.licensor,
        "support": await world.user(world.licensor, Right.SUPPORT),
        "mrc": await world.mrc(),
    }
    caller = callers[who]

    for mutation in ("createFirm", "changeFirm", "setMainFirm", "removeFirm"):
        query = f"mutation {{ {mutation}(input: {{}}) {{ __typename }} }}"
        response = await gateway.send(caller, query)
        assert response.status_code == 400
        # A name that one's schema lacks is as unknown as one that nobody has.
        assert f"Cannot query field '{mutation}'" in response.json()["errors"][0]["message"]


async def test_the_inn_of_the_main_firm_stays_while_an_mrc_looks_after_the_company(
    world: World, gateway: Gateway
) -> None:
    company = await bound(world, gateway, inn=INN)
    other = (await create_firm(gateway, company, inn=OTHER_INN))["firm"]["id"]
    equal = (await create_firm(gateway, company, inn=INN))["firm"]["id"]
    before = await world.dump()

    for answer in (
        await change_firm(gateway, company, company.firm_node, name="Иначе", inn=OTHER_INN),
        await set_main_firm(gateway, company, other),
    ):
        assert answer["code"] == "MAIN_INN_FROZEN"

    assert await world.dump() == before
    # What leaves the INN as it is may be done.
    assert (await change_firm(gateway, company, company.firm_node, inn=INN, name="Имя"))["firm"][
        "name"
    ] == "Имя"
    assert (await change_firm(gateway, company, other, inn="3519003320"))["firm"]
    assert (await set_main_firm(gateway, company, equal))["firm"]["isMain"] is True


async def test_an_unbound_company_may_change_its_inn_again(world: World, gateway: Gateway) -> None:
    company = await world.company(inn=INN, regional=RegionalDetails(multichannel_number=NUMBER))
    mrc = await world.mrc(inn=INN)
    await order(gateway, mrc, "bindRegionalClient", BIND, multichannelNumber=NUMBER)
    client = f"client_{company.id.hex}"
    await order(gateway, mrc, "unbindRegionalClient", BIND, client=client)

    answer = await change_firm(gateway, company, company.firm_node, inn=OTHER_INN)

    assert answer["firm"]["inn"] == OTHER_INN
    again = await order(
        gateway, mrc, "bindRegionalClient", "... on Problem { code }", multichannelNumber=NUMBER
    )
    assert again["code"] == "CLIENT_NOT_BINDABLE"


async def test_a_removed_firm_stays_in_the_database(world: World, gateway: Gateway) -> None:
    company = await world.company()
    firm = (await create_firm(gateway, company))["firm"]["id"]

    await remove_firm(gateway, company, firm)

    rows = await world.rows(firms_table.select().where(firms_table.c.removed_at.is_not(None)))
    assert [f"firm_{row.id.hex}" for row in rows] == [firm]
