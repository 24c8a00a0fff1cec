from __future__ import annotations

from persistence.companies import RegionalDetails
from tests.client import Gateway
from tests.stories.orders import names, order
from tests.world import World

NAMES = ["Ёлка и Сосны", "Еловый лес", "100% скидка", "1000 часов", "a_b", "aXb", "Straße"]


SEARCHES: dict[str, list[str]] = {
    "ёлка": ["Ёлка и Сосны"],
    "ЕЛКА": ["Ёлка и Сосны"],
    "ел": ["Еловый лес", "Ёлка и Сосны"],
    "Ё": ["Еловый лес", "Ёлка и Сосны"],
    "СОСНЫ": ["Ёлка и Сосны"],
    "лка  и  СОС": ["Ёлка и Сосны"],
    "100%": ["100% скидка"],
    "%": ["100% скидка"],
    "a_b": ["a_b"],
    "_": ["a_b"],
    "AXB": ["aXb"],
    "STRASSE": ["Straße"],
    "\\": [],
    "'": [],
    "\n": NAMES,
    "": NAMES,
}


async def test_search_is_by_any_part_without_letter_case_and_yo_is_ye(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    for name in NAMES:
        await world.company(partner, name=name, inn="6722012609")

    listed = {text: await names(gateway, partner, "companies", text) for text in SEARCHES}

    assert {text: sorted(found) for text, found in listed.items()} == {
        text: sorted(found) for text, found in SEARCHES.items()
    }


async def test_companies_are_found_by_any_part_of_the_inn(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    await world.company(partner, name="Элекс-С", inn="6722012609")
    await world.company(partner, name="Тест", inn="6321062257")

    assert await names(gateway, partner, "companies", "2201") == ["Элекс-С"]
    assert await names(gateway, partner, "companies", "6") == ["Тест", "Элекс-С"]


async def test_a_match_never_runs_from_the_name_into_the_inn(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    await world.company(partner, name="Тест 63", inn="6321062257")

    assert await names(gateway, partner, "companies", "63632") == []
    assert await names(gateway, partner, "companies", "63 632") == []


async def test_names_sort_without_letter_case_and_yo_as_ye(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    for name in ("Яблоко", "ель", "Ёж", "арбуз", "ЁЛКА"):
        await world.company(partner, name=name)

    listed = await names(gateway, partner, "companies")

    assert listed == ["арбуз", "Ёж", "ЁЛКА", "ель", "Яблоко"]


async def test_regional_clients_are_found_in_cyrillic_too(world: World, gateway: Gateway) -> None:
    mrc = await world.mrc()
    place = RegionalDetails(multichannel_number="7700-220-00-70", account_number="00000001")
    await world.company(name="Ёлка", regional=place)
    number = "77002200070"
    await order(
        gateway,
        mrc,
        "bindRegionalClient",
        "__typename",
        multichannelNumber=number,
    )

    for search in ("елк", "ЁЛКА", "Елка", "0000001"):
        assert await names(gateway, mrc, "regionalClients", search) == ["Ёлка"]
    assert await names(gateway, mrc, "regionalClients", "%") == []
