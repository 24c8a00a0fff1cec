"""Cashiers: created, let work on devices, and pulled by them [001]."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from domain.access import Right
from persistence.tables.audit import audit_records
from tests.client import Gateway
from tests.pos import Device, device_at, device_of, keyed_outlet
from tests.stories.orders import PROBLEM, order
from tests.world import World

SAVED = f"""{PROBLEM} ... on CashierSuccess {{ cashier {{ id name number
  devices {{ edges {{ node {{ name }} }} }} }} }} ... on NotFound {{ field }}
  ... on InvalidInput {{ field }}"""
LIST = """query ($filter: CashierFilter) { cashiers(filter: $filter) { totalCount
  edges { node { name devices { totalCount } } } } }"""
STATE = "query ($id: ID!) { device(id: $id) { loadRequestedAt loadedAt seenAt } }"
PULL = "mutation { pullCashiers { loadedAt cashiers { id name number } } }"


async def create(gateway: Gateway, who: Any, name: str, *devices: Device, **given: Any) -> Any:
    nodes = [device.node for device in devices]
    input_ = {"name": name, "number": None, "devices": nodes, **given}
    return await order(gateway, who, "createCashier", SAVED, **input_)


async def pulled(gateway: Gateway, device: Device) -> list[str]:
    found = (await gateway.ask(device.token, PULL))["pullCashiers"]["cashiers"]
    return [cashier["name"] for cashier in found]


async def listed(gateway: Gateway, who: Any, **filter_: Any) -> list[str]:
    found = (await gateway.ask(who, LIST, {"filter": filter_}))["cashiers"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["name"] for edge in found["edges"]]


async def test_the_device_gets_those_who_may_work_on_it(world: World, gateway: Gateway) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    front, back = await device_at(world, outlet, "Зал"), await device_at(world, outlet, "Склад")
    made = await create(gateway, company, "Иванова", front, number="7")
    assert made["cashier"]["devices"]["edges"] == [{"node": {"name": "Зал"}}]
    await create(gateway, company, "Петрова", front, back)
    await create(gateway, company, "Новенький")

    assert await pulled(gateway, front) == ["Иванова", "Петрова"]
    assert await pulled(gateway, back) == ["Петрова"]
    (one, _) = (await gateway.ask(front.token, PULL))["pullCashiers"]["cashiers"]
    assert one == {"id": made["cashier"]["id"], "name": "Иванова", "number": "7"}


async def test_a_request_to_load_lasts_until_the_device_has_pulled(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    device = await device_of(world, company)
    facts = "... on DeviceSuccess { device { loadRequestedAt } }"

    asked = await order(gateway, company, "requestLoad", facts, device=device.node)

    assert asked["device"]["loadRequestedAt"] is not None
    assert (await gateway.ask(device.token, "{ pos { loadRequested } }"))["pos"]["loadRequested"]
    done = (await gateway.ask(device.token, PULL))["pullCashiers"]
    state = (await gateway.ask(company, STATE, {"id": device.node}))["device"]
    assert state == {
        "loadRequestedAt": None, "loadedAt": done["loadedAt"], "seenAt": done["loadedAt"]
    }  # fmt: skip
    told = (await gateway.ask(device.token, "{ pos { loadRequested loadedAt } }"))["pos"]
    assert told == {"loadRequested": False, "loadedAt": done["loadedAt"]}
    # What follows each receipt is not recorded, what was asked for is.
    await gateway.ask(device.token, PULL)
    counted = select(func.count()).where(audit_records.c.action == "pullCashiers")
    assert await world.rows(counted) == [(1,)]


async def test_a_cashier_is_changed_as_his_form_is(world: World, gateway: Gateway) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    one, other = await device_at(world, outlet, "Одна"), await device_at(world, outlet, "Другая")
    made = (await create(gateway, company, "Иванова", one))["cashier"]
    form = {"cashier": made["id"], "name": "Иванова-Ёлкина", "number": "12"}

    done = await order(gateway, company, "changeCashier", SAVED, **form, devices=[other.node])

    assert done["cashier"]["devices"]["edges"] == [{"node": {"name": "Другая"}}]
    assert (await pulled(gateway, one), await pulled(gateway, other)) == ([], ["Иванова-Ёлкина"])
    assert await listed(gateway, company, search="ЕЛК") == ["Иванова-Ёлкина"]
    assert await listed(gateway, company, search="12") == ["Иванова-Ёлкина"]
    assert await listed(gateway, company, device=one.node) == []
    assert await listed(gateway, company, device=other.node) == ["Иванова-Ёлкина"]
    [row] = await world.rows(select(audit_records).where(audit_records.c.action == "changeCashier"))
    assert str(one.id) in row.before
    assert str(other.id) in row.after


async def test_a_removed_cashier_works_nowhere(world: World, gateway: Gateway) -> None:
    company = await world.company()
    device = await device_of(world, company)
    made = (await create(gateway, company, "Иванова", device))["cashier"]
    facts = f"{PROBLEM} ... on RemoveCashierSuccess {{ cashier }}"
    done = await order(gateway, company, "removeCashier", facts, cashier=made["id"])
    assert done["cashier"] == made["id"]
    assert await pulled(gateway, device) == []
    assert await listed(gateway, company) == []
    again = await order(gateway, company, "removeCashier", facts, cashier=made["id"])
    assert again["code"] == "NOT_FOUND"
    found = await gateway.ask(
        company, "query ($id: ID!) { cashier(id: $id) { id } }", {"id": made["id"]}
    )
    assert found["cashier"] is None


async def test_a_removed_device_is_out_of_the_cards_of_its_cashiers(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    device = await device_of(world, company)
    made = (await create(gateway, company, "Иванова", device))["cashier"]
    await order(gateway, company, "removeDevice", "__typename", device=device.node)
    query = "query ($id: ID!) { cashier(id: $id) { devices { totalCount } } }"
    seen = (await gateway.ask(company, query, {"id": made["id"]}))["cashier"]
    assert seen["devices"] == {"totalCount": 0}
    form = {"cashier": made["id"], "name": "Иванова", "devices": [device.node]}
    refused = await order(gateway, company, "changeCashier", SAVED, **form)
    assert (refused["code"], refused["field"]) == ("NOT_FOUND", "devices")


async def test_nobody_touches_anothers_cashiers_and_devices(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company, other = await world.company(partner), await world.company(partner)
    theirs = await device_of(world, other)
    cashier = (await create(gateway, other, "Чужая", theirs))["cashier"]
    manager = await world.user(company, Right.MANAGER)
    before = await world.dump()
    told = [
        await create(gateway, company, "Моя", theirs),
        await order(gateway, manager, "changeCashier", SAVED,
                    cashier=cashier["id"], name="Моя", devices=[]),
        await order(gateway, manager, "removeCashier", PROBLEM, cashier=cashier["id"]),
        await order(gateway, manager, "requestLoad", PROBLEM, device=theirs.node),
    ]  # fmt: skip
    assert {one["code"] for one in told} == {"NOT_FOUND"}
    assert await world.dump() == before
    assert await listed(gateway, company) == []
    assert await pulled(gateway, theirs) == ["Чужая"]
