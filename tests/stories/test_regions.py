from __future__ import annotations

from typing import Any

import pytest

from persistence.companies import RegionalDetails
from tests.client import Gateway
from tests.stories.orders import PROBLEM, names, order
from tests.world import INN, OTHER_INN, Cabinet, World

NUMBER = "7700-220-00-70"
LIST = """query ($filter: RegionalClientFilter, $order: RegionalClientOrder!, $down: Boolean!) {
  regionalClients(filter: $filter, order: $order, descending: $down) { totalCount
    edges { node { name } } } }"""
NORTH = RegionalDetails(
    account_number="00000003",
    multichannel_number="7700-220-00-71",
    tariff="7700-00-0000",
    region="Архангельская область",
    macroregion="NordWest",
    numbers=("+74951112233",),
)
SOUTH = RegionalDetails(
    account_number="00000002",
    multichannel_number="7700-220-00-72",
    region="Ростовская область",
    macroregion="South",
)
URAL = RegionalDetails(
    account_number="00000001",
    multichannel_number="7700-220-00-73",
    region="Пермский край",
    macroregion="NordWest",
)


async def _bind(gateway: Gateway, mrc: Cabinet, number: str) -> Any:
    facts = PROBLEM + " ... on BindRegionalClientSuccess { client { id name multichannelNumber } }"
    return await order(
        gateway,
        mrc,
        "bindRegionalClient",
        facts,
        multichannelNumber=number,
    )


async def _unbind(gateway: Gateway, mrc: Cabinet, client: str) -> Any:
    facts = PROBLEM + " ... on UnbindRegionalClientSuccess { client }"
    return await order(gateway, mrc, "unbindRegionalClient", facts, client=client)


async def _client(world: World, name: str, inn: str = INN, number: str = NUMBER) -> Cabinet:
    return await world.company(
        name=name, inn=inn, regional=RegionalDetails(multichannel_number=number)
    )


async def test_a_client_is_bound_by_its_number_in_any_spelling(
    world: World, gateway: Gateway
) -> None:
    mrc = await world.mrc()
    await _client(world, "ООО «ИПТ»")

    for spelling in ("7700-220-00-70", "+7 700 220 00 70", "8-700-220-00-70"):
        answer = await _bind(gateway, mrc, spelling)
        assert answer["client"]["name"] == "ООО «ИПТ»"
        assert answer["client"]["multichannelNumber"] == NUMBER
        assert await names(gateway, mrc, "regionalClients") == ["ООО «ИПТ»"]
        await _unbind(gateway, mrc, answer["client"]["id"])


async def test_unknown_number_other_inn_and_bound_elsewhere_give_one_answer(
    world: World, gateway: Gateway
) -> None:
    mrc, rival = await world.mrc(), await world.mrc()
    await _client(world, "Чужой ИНН", inn=OTHER_INN, number="7700-220-00-71")
    await _client(world, "Занят")
    await _bind(gateway, rival, NUMBER)
    before = await world.dump()

    answers = [
        await _bind(gateway, mrc, number)
        for number in ("7700-220-00-79", "7700-220-00-71", NUMBER, "", "x", "7" * 5000, "77002200")
    ]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["code"] == "CLIENT_NOT_BINDABLE"
    assert await names(gateway, mrc, "regionalClients") == []
    assert await names(gateway, rival, "regionalClients") == ["Занят"]
    assert await world.dump() == before


async def test_the_inn_of_the_main_firm_counts_and_no_other(world: World, gateway: Gateway) -> None:
    mrc = await world.mrc(inn=INN)
    company = await _client(world, "Тест", inn=OTHER_INN)
    await world.firm(company, "Вторая", inn=INN)

    assert (await _bind(gateway, mrc, NUMBER))["code"] == "CLIENT_NOT_BINDABLE"


async def test_binding_twice_is_binding_once(world: World, gateway: Gateway) -> None:
    mrc = await world.mrc()
    await _client(world, "Тест")

    first = await _bind(gateway, mrc, NUMBER)

    assert await _bind(gateway, mrc, NUMBER) == first
    assert await names(gateway, mrc, "regionalClients") == ["Тест"]


async def test_an_unbound_client_is_gone_and_can_be_bound_again(
    world: World, gateway: Gateway
) -> None:
    mrc, rival = await world.mrc(), await world.mrc()
    await _client(world, "Тест")
    client = (await _bind(gateway, mrc, NUMBER))["client"]["id"]

    assert (await _unbind(gateway, rival, client))["code"] == "NOT_FOUND"
    assert (await _unbind(gateway, mrc, client)) == {
        "__typename": "UnbindRegionalClientSuccess",
        "client": client,
    }
    assert await names(gateway, mrc, "regionalClients") == []
    assert (await _unbind(gateway, mrc, client))["code"] == "NOT_FOUND"
    assert (await _bind(gateway, rival, NUMBER))["client"]["id"] == client


@pytest.fixture
async def three(world: World, gateway: Gateway) -> Cabinet:
    """An MRC with three clients in several regions."""
    mrc = await world.mrc()
    for name, place in (("Север", NORTH), ("Юг", SOUTH), ("Урал", URAL)):
        await world.company(name=name, regional=place)
        await _bind(gateway, mrc, place.multichannel_number)
    return mrc


async def test_clients_are_found_by_number_name_account_and_their_own_numbers(
    three: Cabinet, gateway: Gateway
) -> None:
    for search, name in (
        ("77002200071", "Север"),
        ("0000002", "Юг"),
        ("УРА", "Урал"),
        ("4951112233", "Север"),
    ):
        assert await names(gateway, three, "regionalClients", search) == [name]


async def test_numbers_are_found_as_people_type_them(three: Cabinet, gateway: Gateway) -> None:
    spellings = (
        "7700-220-00-71",
        "+7 700 220 00 71",
        "8-700-220-00-71",
        "220-00-71",
        "+7 495 111-22-33",
    )

    found = {text: await names(gateway, three, "regionalClients", text) for text in spellings}

    assert found == {text: ["Север"] for text in spellings}


async def test_clients_are_filtered_and_sorted_by_region_and_macroregion(
    three: Cabinet, gateway: Gateway
) -> None:
    async def listed(order: str, *, down: bool = False, **filter_: Any) -> list[str]:
        variables = {"filter": filter_ or None, "order": order, "down": down}
        found = (await gateway.ask(three, LIST, variables))["regionalClients"]
        assert found["totalCount"] == len(found["edges"])
        return [edge["node"]["name"] for edge in found["edges"]]

    assert await listed("REGION") == ["Север", "Урал", "Юг"]
    assert await listed("REGION", down=True) == ["Юг", "Урал", "Север"]
    assert await listed("MACROREGION") == ["Север", "Урал", "Юг"]
    assert await listed("NAME") == ["Север", "Урал", "Юг"]
    assert await listed("ACCOUNT_NUMBER") == ["Урал", "Юг", "Север"]
    assert await listed("NAME", macroregions=["nordwest"]) == ["Север", "Урал"]
    assert await listed("NAME", regions=["пермский край", "Ростовская область"]) == ["Урал", "Юг"]
    assert await listed("NAME", regions=["Пермский край"], macroregions=["South"]) == []
    assert await listed("NAME", regions=[]) == []
