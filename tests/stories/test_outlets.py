"""Outlets of a company, and the sync keys that devices register with [000, 002]."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from domain.access import Right
from persistence.tables.audit import audit_records
from persistence.tables.tenants import outlets
from tests.client import Gateway
from tests.pos import Outlet, keyed_outlet
from tests.stories.orders import PROBLEM, order
from tests.world import Cabinet, World

OUTLET = "outlet { id name address timeZone syncKeyHint syncKeyIssuedAt deviceCount }"
ISSUED = f"{PROBLEM} ... on SyncKeySuccess {{ syncKey {OUTLET} }}"
CHANGED = f"{PROBLEM} ... on ChangeOutletSuccess {{ {OUTLET} }} ... on InvalidInput {{ field }}"
MINE = "{ viewer { company { outlets { edges { node { id name syncKeyHint } } } } } }"
DETAILS = {"name": "Киоск", "address": "Тверь", "timeZone": "Europe/Samara"}


async def create(gateway: Gateway, who: Any, **details: Any) -> Any:
    return await order(gateway, who, "createOutlet", ISSUED, outlet={**DETAILS, **details})


async def rotate(gateway: Gateway, who: Any, outlet: str) -> Any:
    return await order(gateway, who, "rotateSyncKey", ISSUED, outlet=outlet)


async def registers(gateway: Gateway, sync_key: str) -> int:
    """Return the status of a question under a sync key."""
    return (await gateway.send(sync_key, "{ posOutlet { name } }")).status_code


async def test_a_new_outlet_comes_with_a_key_that_is_shown_once(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    made = await create(gateway, company)

    assert made["syncKey"].startswith("sync_")
    assert made["outlet"]["syncKeyHint"] == made["syncKey"][-4:]
    assert made["outlet"]["syncKeyIssuedAt"] is not None
    assert {name: made["outlet"][name] for name in DETAILS} == DETAILS
    seen = (await gateway.ask(company, MINE))["viewer"]["company"]["outlets"]["edges"]
    assert [edge["node"]["name"] for edge in seen] == ["Главный", "Киоск"]
    assert seen[0]["node"]["syncKeyHint"] is None
    query = "{ posOutlet { name companyName timeZone } }"
    told = (await gateway.ask(made["syncKey"], query))["posOutlet"]
    assert (told["name"], told["timeZone"]) == ("Киоск", "Europe/Samara")
    assert made["syncKey"] not in str(await world.dump())


async def test_a_manager_gets_the_key_too_and_support_only_the_hint(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    made = await create(gateway, await world.user(company, Right.MANAGER))
    support = await world.user(world.licensor, Right.SUPPORT)
    query = "query ($id: ID!) { node(id: $id) { ... on Outlet { name syncKeyHint } } }"
    seen = (await gateway.ask(support, query, {"id": made["outlet"]["id"]}))["node"]
    assert seen == {"name": "Киоск", "syncKeyHint": made["syncKey"][-4:]}
    refused = await gateway.send(support, "mutation { rotateSyncKey { __typename } }")
    assert refused.status_code == 400


async def test_after_a_rotation_the_old_key_registers_none_and_devices_keep_working(
    world: World, gateway: Gateway
) -> None:
    company = await world.company()
    made = await create(gateway, company)
    old = made["syncKey"]
    facts = "... on RegisterDeviceSuccess { token }"
    input_ = {"idempotencyKey": "k", "name": "Касса"}
    token = (await order(gateway, old, "registerDevice", facts, **input_))["token"]

    fresh = await rotate(gateway, company, made["outlet"]["id"])

    assert fresh["syncKey"] != old
    assert fresh["outlet"]["syncKeyHint"] == fresh["syncKey"][-4:]
    assert (await registers(gateway, old), await registers(gateway, fresh["syncKey"])) == (401, 200)
    assert (await gateway.ask(token, "{ pos { deviceName } }"))["pos"] == {"deviceName": "Касса"}
    assert fresh["outlet"]["deviceCount"] == 1


async def test_an_outlet_without_a_key_gets_one_by_rotation(world: World, gateway: Gateway) -> None:
    company = await world.company()
    [(key,)] = await world.rows(select(outlets.c.id).where(outlets.c.company_id == company.id))
    issued = await rotate(gateway, company, f"outlet_{key.hex}")
    assert await registers(gateway, issued["syncKey"]) == 200


async def test_an_outlet_is_changed_as_its_form_is(world: World, gateway: Gateway) -> None:
    company = await world.company()
    made = (await create(gateway, company))["outlet"]
    form = {"name": "Лавка", "address": None, "timeZone": "Asia/Omsk"}
    changed = await order(gateway, company, "changeOutlet", CHANGED, id=made["id"], outlet=form)
    assert changed["outlet"] == {**made, **form}
    wrong = {"timeZone": "Mars/Base"}
    refused = await order(
        gateway, company, "changeOutlet", CHANGED, id=made["id"], outlet={**form, **wrong}
    )
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "outlet.timeZone")
    rows = await world.rows(select(audit_records).where(audit_records.c.action == "changeOutlet"))
    assert [("Киоск" in row.before, "Лавка" in row.after) for row in rows] == [(True, True)]


async def test_nobody_touches_anothers_outlet(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company, other = await world.company(partner), await world.company(partner)
    theirs: Outlet = await keyed_outlet(world, other)
    before = await world.dump()
    assert (await rotate(gateway, company, theirs.node))["code"] == "NOT_FOUND"
    refused = await order(gateway, company, "changeOutlet", CHANGED, id=theirs.node, outlet=DETAILS)
    assert refused["code"] == "NOT_FOUND"
    assert await world.dump() == before
    assert await registers(gateway, theirs.sync_key) == 200


async def test_the_keys_of_a_blocked_company_are_nobodys(world: World, gateway: Gateway) -> None:
    company: Cabinet = await world.company()
    outlet = await keyed_outlet(world, company)
    await world.block(company)
    assert await registers(gateway, outlet.sync_key) == 401
