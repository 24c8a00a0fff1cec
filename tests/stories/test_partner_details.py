from __future__ import annotations

from typing import Any

from domain.access import Right
from tests.client import Gateway
from tests.stories.audits import audited
from tests.stories.orders import PROBLEM, Who, names, order, sell, some
from tests.world import World

DETAILS = {
    "name": 'ООО "ЦТО ККТ"',
    "inn": "7788990011",
    "address": "105122, г. Москва, Щелковское шоссе",
    "head": "Фёдоров Иван Иванович",
    "phone": "8(800) 333-00-14",
}
PARTNER = " ... on PartnerSuccess { warnings partner { name inn address head phone } }"
CONTACT = {"address": "Тверь, 1", "head": "Новый Глава", "phone": "8 (800) 333-00-15"}


async def change(gateway: Gateway, who: Who, partner: str, **details: Any) -> Any:
    facts = PROBLEM + PARTNER + " ... on NotFound { field }"
    given = {**DETAILS, **details}
    return await order(gateway, who, "changePartner", facts, partner=partner, details=given)


async def test_a_partners_admin_changes_its_address_head_and_phone(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО", inn="6722012609")

    answer = await order(gateway, partner, "changeOwnPartner", PROBLEM + PARTNER, **CONTACT)

    assert answer["partner"] == {
        "name": "ЦТО",
        "inn": "6722012609",
        "address": "Тверь, 1",
        "head": "Новый Глава",
        "phone": "+78003330015",
    }
    assert await names(gateway, world.licensor, "partners", "тверь") == ["ЦТО"]
    assert await names(gateway, world.licensor, "partners", "тестовая") == []
    assert await names(gateway, world.licensor, "partners", "67220") == ["ЦТО"]
    ((before, after),) = await audited(world, "changeOwnPartner")
    assert (before["head"], after["head"]) == ("Глава", "Новый Глава")
    assert before["name"] == after["name"] == "ЦТО"


async def test_name_and_inn_are_not_the_partners_to_change(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    manager = await world.user(partner, Right.MANAGER)
    fields = '{ __type(name: "ChangeOwnPartnerInput") { inputFields { name } } }'

    seen = (await gateway.ask(partner, fields))["__type"]["inputFields"]

    assert {field["name"] for field in seen} == {"address", "head", "phone"}
    for who, mutation in ((manager, "changeOwnPartner"), (partner, "changePartner")):
        response = await gateway.send(who, f"mutation {{ {mutation}(input: {{}}) {{ x }} }}")
        assert response.status_code == 400
        assert "Cannot query field" in response.json()["errors"][0]["message"]


async def test_the_licensors_admin_corrects_all_of_a_partner(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner("ЦТО", inn="6722012609")

    answer = await change(gateway, world.licensor, partner.node())

    assert answer["partner"] == {**DETAILS, "phone": "+78003330014"}
    assert answer["warnings"] == ["INN_CHECKSUM"]
    for search, found in (("цто ккт", 1), ("7788", 1), ("щелковское", 1), ("67220", 0)):
        listed = await names(gateway, world.licensor, "partners", search)
        assert listed == ['ООО "ЦТО ККТ"'] * found
    ((before, after),) = await audited(world, "changePartner")
    assert (before["inn"], after["inn"]) == ("6722012609", "7788990011")


async def test_the_licensor_changes_his_own_details_too(world: World, gateway: Gateway) -> None:
    answer = await change(gateway, world.licensor, world.licensor.node(), name="MyPOS Офис")

    assert answer["partner"]["name"] == "MyPOS Офис"
    company = await world.company()
    assert await names(gateway, company, "partners") == ["MyPOS Офис"]


async def test_documents_keep_the_details_of_a_partner(world: World, gateway: Gateway) -> None:
    partner = await world.partner("ЦТО", inn="6722012609")
    product = await world.product()
    await world.issue(product, 1)
    buyer = {"partner": partner.node()}
    sold = await sell(gateway, world.licensor, buyer, some(product, 1))

    await change(gateway, world.licensor, partner.node())

    query = "query ($id: ID!) { document(id: $id) { buyerName buyerInn partner { inn } } }"
    read = (await gateway.ask(partner, query, {"id": sold["document"]["id"]}))["document"]
    assert read == {
        "buyerName": "ЦТО",
        "buyerInn": "6722012609",
        "partner": {"inn": "7788990011"},
    }


async def test_the_same_details_again_leave_no_trace(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    await change(gateway, world.licensor, partner.node())
    await order(gateway, partner, "changeOwnPartner", PROBLEM, **CONTACT)
    before = await world.dump()

    answer = await order(gateway, partner, "changeOwnPartner", PROBLEM, **CONTACT)

    assert answer["__typename"] == "PartnerSuccess"
    await change(gateway, world.licensor, partner.node(), **CONTACT)
    assert await world.dump() == before


async def test_a_manager_of_the_licensor_corrects_nobody(world: World, gateway: Gateway) -> None:
    manager = await world.user(world.licensor, Right.MANAGER)

    response = await gateway.send(manager, "mutation { changePartner(input: {}) { x } }")

    assert response.status_code == 400
    assert "Cannot query field" in response.json()["errors"][0]["message"]
