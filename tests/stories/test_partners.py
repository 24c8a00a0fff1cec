from __future__ import annotations

from domain.access import Right
from tests.client import Gateway
from tests.stories.orders import names
from tests.world import World

CARD = """query ($id: ID!) { node(id: $id) { ... on Partner { name inn address head phone
  licenseCount users { edges { node { name email } } } } } }"""
OTHERS = """query ($search: String) { companiesOfOtherPartners(filter: {search: $search}) {
  totalCount edges { node { id name partner { name } licenseCount userCount firmCount } } } }"""


async def test_only_the_licensor_sees_how_many_licenses_a_partner_has(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    await world.stocked(partner, 4)
    manager = await world.user(world.licensor, Right.MANAGER)

    for who in (world.licensor, manager):
        card = (await gateway.ask(who, CARD, {"id": partner.node()}))["node"]
        assert card["licenseCount"] == 4

    for who in (partner, await world.company(partner)):
        response = await gateway.send(
            who, "query ($id: ID!) { node(id: $id) { ... on Partner { licenseCount } } }"
        )
        assert response.status_code == 400
        assert "Cannot query field 'licenseCount'" in response.json()["errors"][0]["message"]


async def test_the_card_of_a_partner_has_details_and_its_users_contacts(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО", inn="7788990011")
    await world.user(partner, Right.MANAGER)

    card = (await gateway.ask(world.licensor, CARD, {"id": partner.node()}))["node"]

    assert card["inn"] == "7788990011"
    assert card["head"] == "Глава"
    assert card["phone"] == "+78003330014"
    emails = [edge["node"]["email"] for edge in card["users"]["edges"]]
    assert len(emails) == 2
    assert partner.email in emails


async def test_partners_are_found_by_any_part_of_name_inn_or_address(
    world: World, gateway: Gateway
) -> None:
    await world.partner('ООО "ЦТО ККТ"', inn="7788990011")
    await world.partner("Касса-Сервис", inn="6321062257")

    for search, found in (
        ("цто", ['ООО "ЦТО ККТ"']),
        ("2106", ["Касса-Сервис"]),
        ("тестовая", ["Касса-Сервис", 'ООО "ЦТО ККТ"']),
        ("нет такого", []),
    ):
        assert await names(gateway, world.licensor, "partners", search) == found


async def test_a_company_chooses_from_a_directory_of_names_inns_and_addresses(
    world: World, gateway: Gateway
) -> None:
    await world.partner("ЦТО")
    blocked = await world.partner("Закрытый")
    await world.block(blocked)
    company = await world.company()

    assert await names(gateway, company, "partners") == ["MyPOS", "ЦТО"]
    fields = '{ __type(name: "Partner") { fields { name } } }'
    seen = (await gateway.ask(company, fields))["__type"]["fields"]
    assert {field["name"] for field in seen} == {"id", "name", "inn", "address", "isLicensor"}


async def test_partners_do_not_see_each_other(world: World, gateway: Gateway) -> None:
    partner, other = await world.partner(), await world.partner()

    query = "query ($id: ID!) { node(id: $id) { id } }"

    assert (await gateway.ask(partner, query, {"id": other.node()}))["node"] is None
    assert (await gateway.ask(partner, query, {"id": partner.node()}))["node"] is not None


async def test_companies_of_other_partners_are_listed_with_three_counters(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО")
    company = await world.company(partner, name="Элекс-С", inn="6722012609")
    await world.company(name="Своя")
    await world.firm(company, "Вторая фирма")
    await world.user(company, Right.MANAGER)
    await world.user(company, Right.MANAGER)
    product = await world.stocked(partner, 5)
    await world.sell(partner, company, product, 4)

    (edge,) = (await gateway.ask(world.licensor, OTHERS))["companiesOfOtherPartners"]["edges"]

    node = edge["node"]
    assert node["id"].startswith("othercompany_")
    assert (node["name"], node["partner"]["name"]) == ("Элекс-С", "ЦТО")
    assert (node["licenseCount"], node["userCount"], node["firmCount"]) == (4, 3, 2)
    assert await names(gateway, world.licensor, "companies") == ["Своя"]
    found = await gateway.ask(world.licensor, OTHERS, {"search": "67220"})
    assert found["companiesOfOtherPartners"]["totalCount"] == 1
    found = await gateway.ask(world.licensor, OTHERS, {"search": "Своя"})
    assert found["companiesOfOtherPartners"]["totalCount"] == 0


async def test_the_licensor_opens_no_card_of_another_partners_company(
    world: World, gateway: Gateway
) -> None:
    company = await world.company(await world.partner())
    query = "query ($id: ID!) { node(id: $id) { id } }"

    for id_ in (company.node(), company.firm_node, f"user_{company.admin.hex}"):
        assert (await gateway.ask(world.licensor, query, {"id": id_}))["node"] is None


async def test_a_manager_of_a_company_has_no_directory_of_partners(
    world: World, gateway: Gateway
) -> None:
    manager = await world.user(await world.company(), Right.MANAGER)

    response = await gateway.send(manager, "{ partners { totalCount } }")

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_the_card_of_a_company_has_firms_contacts_and_licenses(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner, name="Тест", inn="6321062257")
    await world.firm(company, "Вторая", inn="3519003320")
    product = await world.stocked(partner, 2)
    await world.sell(partner, company, product, 2)

    card = await gateway.ask(
        partner,
        """query ($id: ID!) { node(id: $id) { ... on Company { name
          firms { edges { node { inn isMain } } } contacts { edges { node { email } } }
          licenses { totalCount edges { node { maskedCode } } } } } }""",
        {"id": company.node()},
    )

    inns = [
        (edge["node"]["inn"], edge["node"]["isMain"]) for edge in card["node"]["firms"]["edges"]
    ]
    assert inns == [("6321062257", True), ("3519003320", False)]
    assert card["node"]["contacts"]["edges"] == [{"node": {"email": company.email}}]
    assert card["node"]["licenses"]["totalCount"] == 2
