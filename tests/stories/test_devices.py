"""Devices: registered with the outlet's key, looked after in the company's cabinet [001]."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, select

from domain.access import Right
from persistence.tables.audit import audit_records
from persistence.tables.devices import devices
from tests.client import Gateway
from tests.pos import Device, Outlet, code_of, device_at, device_of, keyed_outlet
from tests.stories.orders import PROBLEM, ids, order
from tests.world import World

REGISTERED = f"{PROBLEM} ... on RegisterDeviceSuccess {{ device token }}"
CARD = """name model owner registeredAt seenAt loadRequestedAt loadedAt licenseCount
  outlet { name } licenses { edges { node { id } } totalCount }
  cashiers { edges { node { name } } }"""
LIST = """query ($filter: DeviceFilter) { devices(filter: $filter) { totalCount
  edges { node { id name } } } }"""
DEVICE = f"{PROBLEM} ... on DeviceSuccess {{ device {{ {CARD} }} }}"
REMOVED = f"""{PROBLEM} ... on RemoveDeviceSuccess {{ device }}
  ... on DeviceHoldsLicense {{ licenses }}"""


async def register(gateway: Gateway, outlet: Outlet, key: str = "k", **given: Any) -> Any:
    input_ = {"name": "Касса", "model": "Sunmi", "owner": "Иванов", **given}
    return await order(
        gateway, outlet.sync_key, "registerDevice", REGISTERED, idempotencyKey=key, **input_
    )


async def names(gateway: Gateway, who: Any, **filter_: Any) -> list[str]:
    found = (await gateway.ask(who, LIST, {"filter": filter_}))["devices"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["name"] for edge in found["edges"]]


async def count(world: World) -> int:
    [(number,)] = await world.rows(select(func.count()).select_from(devices))
    return int(number)


async def put_on(world: World, gateway: Gateway, device: Device) -> str:
    """Activate a license of the licensor's on a device; return the code."""
    product = await world.product()
    await world.issue(product, 1)
    await world.reveal(world.licensor, product, 1)
    code = await code_of(world, (await world.held(world.licensor))[-1])
    done = await order(gateway, device.token, "activateLicense", "__typename", code=code)
    assert done["__typename"] == "ActivateLicenseSuccess"
    return code


async def test_a_device_appears_in_the_cabinet_when_it_registers(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    assert await names(gateway, company) == []

    made = await register(gateway, outlet)

    assert made["token"].startswith("device_")
    query = f"query ($id: ID!) {{ device(id: $id) {{ {CARD} }} }}"
    card = (await gateway.ask(company, query, {"id": made["device"]}))["device"]
    assert (card["name"], card["model"], card["owner"]) == ("Касса", "Sunmi", "Иванов")
    assert card["outlet"] == {"name": "Главный"}
    assert (card["seenAt"], card["licenseCount"]) == (None, 0)
    told = "{ pos { deviceName outletName timeZone loadRequested licenses { totalCount } } }"
    assert (await gateway.ask(made["token"], told))["pos"] == {
        "deviceName": "Касса",
        "outletName": "Главный",
        "timeZone": "Europe/Moscow",
        "loadRequested": False,
        "licenses": {"totalCount": 0},
    }
    assert made["token"] not in str(await world.dump())


async def test_a_lost_answer_is_repeated_with_the_same_device_and_a_fresh_token(
    world: World, gateway: Gateway
) -> None:
    outlet = await keyed_outlet(world, await world.company())
    lost, again = await register(gateway, outlet), await register(gateway, outlet)

    assert again["device"] == lost["device"]
    assert again["token"] != lost["token"]
    assert await count(world) == 1
    status = "{ pos { deviceName } }"
    assert (await gateway.send(lost["token"], status)).status_code == 401
    assert (await gateway.send(again["token"], status)).status_code == 200


async def test_nobody_takes_a_device_over_once_it_works(world: World, gateway: Gateway) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    made = await register(gateway, outlet)
    pull = "mutation { pullCashiers { loadedAt } }"
    await gateway.ask(made["token"], pull)

    refused = await register(gateway, outlet)

    assert (refused["code"], refused["retryable"]) == ("DEVICE_IN_USE", False)
    await gateway.ask(made["token"], pull)
    await order(gateway, company, "removeDevice", REMOVED, device=made["device"])
    assert (await register(gateway, outlet))["code"] == "DEVICE_IN_USE"


async def test_a_key_is_good_for_one_order_of_one_outlet(world: World, gateway: Gateway) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    facts = "... on SyncKeySuccess { syncKey outlet { id } }"
    details = {"name": "Второй", "timeZone": "Europe/Moscow"}
    made = await order(gateway, company, "createOutlet", facts, outlet=details)
    await register(gateway, outlet)
    assert (await register(gateway, outlet, name="Другая"))["code"] == "IDEMPOTENCY_KEY_REUSED"
    elsewhere = Outlet(outlet.id, company, made["syncKey"])
    assert (await register(gateway, elsewhere))["__typename"] == "RegisterDeviceSuccess"
    assert await count(world) == 2


async def test_many_repetitions_at_once_register_one_device(world: World, gateway: Gateway) -> None:
    outlet = await keyed_outlet(world, await world.company())
    answers = await asyncio.gather(*(register(gateway, outlet) for _ in range(8)))
    assert len({answer["device"] for answer in answers}) == 1
    assert await count(world) == 1
    status = [
        (await gateway.send(answer["token"], "{ pos { deviceName } }")).status_code
        for answer in answers
    ]
    assert sorted(status) == [200] + [401] * 7


async def test_devices_are_found_by_outlet_and_by_any_part(world: World, gateway: Gateway) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    await register(gateway, outlet, "1", name="Ёлочная", model="Атол 5", owner="Пётр")
    await register(gateway, outlet, "2", name="Касса 2", model=None, owner=None)
    await device_of(world, await world.company(), "Чужая ёлочная")

    assert await names(gateway, company) == ["Касса 2", "Ёлочная"]
    assert await names(gateway, company, search="ЕЛОЧ") == ["Ёлочная"]
    assert await names(gateway, company, search="атол") == ["Ёлочная"]
    assert await names(gateway, company, search="петр") == ["Ёлочная"]
    assert await names(gateway, company, search="%") == []
    assert await names(gateway, company, outlet=outlet.node) == ["Касса 2", "Ёлочная"]
    assert await names(gateway, company, outlet="outlet_" + "0" * 32) == []


async def test_a_device_is_named_and_moved_within_its_company(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    device = await device_of(world, company, "Старое")
    facts = "... on SyncKeySuccess { outlet { id } }"
    details = {"name": "Второй", "timeZone": "Asia/Omsk"}
    there = await order(gateway, company, "createOutlet", facts, outlet=details)
    foreign = await keyed_outlet(world, await world.company())

    form = {"device": device.node, "name": "Новое"}
    refused = await order(gateway, company, "changeDevice", DEVICE, **form, outlet=foreign.node)
    assert refused["code"] == "NOT_FOUND"
    done = await order(
        gateway, company, "changeDevice", DEVICE, **form, outlet=there["outlet"]["id"]
    )
    assert (done["device"]["name"], done["device"]["outlet"]["name"]) == ("Новое", "Второй")
    assert await names(gateway, company, search="нов") == ["Новое"]
    assert await names(gateway, company, search="sunmi") == ["Новое"]
    told = (await gateway.ask(device.token, "{ pos { outletName timeZone } }"))["pos"]
    assert told == {"outletName": "Второй", "timeZone": "Asia/Omsk"}


async def test_a_device_is_removed_only_when_nothing_is_activated_on_it(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    device = await device_of(world, company)
    code = await put_on(world, gateway, device)
    (held,) = await world.held(company)
    before = await world.dump()

    refused = await order(gateway, company, "removeDevice", REMOVED, device=device.node)

    assert (refused["code"], refused["licenses"]) == ("DEVICE_HOLDS_LICENSE", ids([held]))
    assert await world.dump() == before
    await order(gateway, device.token, "deactivateLicense", "__typename", code=code)
    done = await order(gateway, company, "removeDevice", REMOVED, device=device.node)
    assert done == {"__typename": "RemoveDeviceSuccess", "device": device.node}
    assert (await gateway.send(device.token, "{ pos { deviceName } }")).status_code == 401
    assert await names(gateway, company) == []
    node = "query ($id: ID!) { node(id: $id) { id } device(id: $id) { id } }"
    gone = await gateway.ask(company, node, {"id": device.node})
    assert gone == {"node": None, "device": None}
    again = await order(gateway, company, "removeDevice", REMOVED, device=device.node)
    assert again["code"] == "NOT_FOUND"


async def test_a_dead_device_is_freed_by_the_licensor_with_a_reason(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    outlet = await keyed_outlet(world, company)
    dead, spare = await device_at(world, outlet, "Утонула"), await device_at(world, outlet)
    code = await put_on(world, gateway, dead)
    license_ = ids(await world.held(company))[0]
    facts = f"{PROBLEM} ... on ReleaseLicenseSuccess {{ license }}"
    order_ = {"license": license_, "reason": "Утонула в реке"}
    query = "mutation ($in: ReleaseLicenseInput!) { releaseLicense(input: $in) { __typename } }"
    for who in (company.token, partner.token, await world.user(world.licensor, Right.MANAGER)):
        assert (await gateway.send(who, query, {"in": order_})).status_code == 400

    done = await order(gateway, world.licensor, "releaseLicense", facts, **order_)

    assert done == {"__typename": "ReleaseLicenseSuccess", "license": license_}
    assert ids(await world.held(company)) == [license_]
    activate = await order(gateway, spare.token, "activateLicense", "__typename", code=code)
    assert activate["__typename"] == "ActivateLicenseSuccess"
    [row] = await world.rows(
        select(audit_records).where(audit_records.c.action == "releaseLicense")
    )
    assert (row.owner_id, row.user_id) == (company.id, world.licensor.admin)
    assert "Утонула в реке" in row.after
    assert str(dead.id) in row.before
    removed = await order(gateway, company, "removeDevice", REMOVED, device=dead.node)
    assert removed["__typename"] == "RemoveDeviceSuccess"


async def test_the_licensor_frees_nothing_that_is_free(world: World, gateway: Gateway) -> None:
    facts = f"{PROBLEM} ... on InvalidInput {{ field }}"
    product = await world.product()
    await world.issue(product, 1)
    (own,) = await world.held(world.licensor)
    company = await world.company(await world.partner())
    device = await device_of(world, company)
    await put_on(world, gateway, device)
    before = await world.dump()
    told = []
    for license_, reason in ((own, "x"), (company.id, "x"), ((await world.held(company))[0], " ")):
        input_ = {"license": ids([license_])[0], "reason": reason}
        told.append(
            (await order(gateway, world.licensor, "releaseLicense", facts, **input_))["code"]
        )
    assert told == ["LICENSE_NOT_ACTIVATED", "NOT_FOUND", "INVALID_INPUT"]
    assert await world.dump() == before


async def test_support_sees_devices_and_changes_none(world: World, gateway: Gateway) -> None:
    support = await world.user(world.licensor, Right.SUPPORT)
    device = await device_of(world, await world.company(), "Чья-то")
    await put_on(world, gateway, device)
    assert await names(gateway, support) == ["Чья-то"]
    query = "{ licenses(filter: {activation: ACTIVATED}) { edges { node { device { name } } } } }"
    (edge,) = (await gateway.ask(support, query))["licenses"]["edges"]
    assert edge["node"]["device"] == {"name": "Чья-то"}
    for name in ("removeDevice", "requestLoad"):
        asked = f'mutation {{ {name}(input: {{device: "{device.node}"}}) {{ __typename }} }}'
        assert (await gateway.send(support, asked)).status_code == 400


async def test_registrations_are_throttled(
    world: World, gateway: Gateway, monkeypatch: Any
) -> None:
    from domain.attempts import Throttle  # noqa: PLC0415
    from domain.devices import REGISTRATIONS  # noqa: PLC0415

    few = Throttle(REGISTRATIONS.action, 2, REGISTRATIONS.window)
    outlet = await keyed_outlet(world, await world.company())
    monkeypatch.setattr("resolvers.devices.REGISTRATIONS", few)
    told = [(await register(gateway, outlet, str(n)))["__typename"] for n in range(3)]
    assert told == ["RegisterDeviceSuccess"] * 2 + ["TryAgainLater"]
    assert await count(world) == 2
