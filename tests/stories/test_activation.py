"""Activation: from the POS only, and the license moves to the company of the device [001]."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.documents import BuyerDetails
from domain.licenses import Take, new_code
from resolvers.sales import ToUnregistered, sell_licenses
from tests.client import Gateway
from tests.clock import Clock
from tests.pos import Device, code_of, device_at, device_of, keyed_outlet
from tests.stories.orders import PROBLEM, exactly, ids, order, relink, reveal, sell, show_codes
from tests.world import Cabinet, World

LICENSE = "license { maskedCode productName activatedAt firstActivatedAt }"
REVEALED = """query ($activation: LicenseActivation) {
  licenses(filter: {state: REVEALED, activation: $activation}) { totalCount
    edges { node { id activation activatedAt firstActivatedAt sold holder { name }
      DEVICE } } } }"""
UNTOUCHED = ("sessions", "attempts", "devices")


async def enter(gateway: Gateway, device: Device, code: str, verb: str = "activate") -> Any:
    facts = (
        f"{PROBLEM} ... on {verb.capitalize()}LicenseSuccess {{ {LICENSE} }}"
        " ... on LicenseActivatedElsewhere { deviceName }"
    )
    return await order(gateway, device.token, f"{verb}License", facts, code=code)


async def listed(gateway: Gateway, who: Cabinet, activation: str | None = None) -> list[Any]:
    """Return the revealed licenses of a cabinet."""
    device = "device { name outlet { name } }" if who.firm else ""
    query = REVEALED.replace("DEVICE", device)
    found = (await gateway.ask(who, query, {"activation": activation}))["licenses"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def revealed(world: World, holder: Cabinet) -> tuple[UUID, str]:
    """Let a holder have one more revealed license; return it with its code."""
    before = set(await world.held(holder))
    product = await world.product()
    await world.issue(product, 1)
    if holder is not world.licensor:
        await world.sell(world.licensor, holder, product, 1)
    await world.reveal(holder, product, 1)
    (key,) = set(await world.held(holder)) - before
    return key, await code_of(world, key)


async def test_a_license_that_a_partner_revealed_moves_to_the_company_that_activates_it(
    world: World, gateway: Gateway
) -> None:
    """The confused partner of the thread [001]."""
    partner = await world.partner("ЦТО", email="both@example.com")
    product = await world.stocked(partner, 3)
    written = await reveal(gateway, partner, {"quantity": {
        "product": f"product_{product.hex}", "quantity": 1}})  # fmt: skip
    key = (await world.held(partner))[0]
    (shown,) = (await show_codes(gateway, partner, [key]))["codes"]
    # "Зарегистрировался как клиент и под клиентом не вижу лицензии."
    company = await world.company(partner, "Клиент", email="both@example.com")
    assert [node["id"] for node in await listed(gateway, partner)] == ids([key])
    assert await listed(gateway, company) == []

    device = await device_of(world, company, "Телефон")
    done = await enter(gateway, device, shown["code"])

    assert done["__typename"] == "ActivateLicenseSuccess"
    assert done["license"]["maskedCode"] == "••••••••" + shown["code"][-4:]
    assert await listed(gateway, partner) == []
    (node,) = await listed(gateway, company, "ACTIVATED")
    assert node["id"] == ids([key])[0]
    assert node["holder"] == {"name": "Клиент"}
    assert node["device"] == {"name": "Телефон", "outlet": {"name": "Главный"}}
    assert node["activatedAt"] == node["firstActivatedAt"] == done["license"]["activatedAt"]
    assert (await show_codes(gateway, partner, [key]))["code"] == "NOT_FOUND"
    # The partner of the company still sees that it has the license, but not his document's code.
    document = "query ($id: ID!) { document(id: $id) { licenses { edges { node { id } } } } }"
    old = await gateway.ask(partner, document, {"id": written["document"]["id"]})
    assert len(old["document"]["licenses"]["edges"]) == 1
    assert len((await show_codes(gateway, company, [key]))["codes"]) == 1


async def test_it_moves_whatever_partner_the_company_is_linked_to(
    world: World, gateway: Gateway
) -> None:
    seller, other = await world.partner(), await world.partner("Другой")
    company = await world.company(other)
    key, code = await revealed(world, seller)
    query = "{ documents { edges { node { kind licenses { totalCount } } } } }"
    before = (await gateway.ask(seller, query))["documents"]["edges"]

    device = await device_of(world, company)
    assert (await enter(gateway, device, code))["__typename"] == "ActivateLicenseSuccess"

    assert await world.held(company) == [key]
    assert key not in await world.held(seller)
    after = (await gateway.ask(seller, query))["documents"]["edges"]
    assert [edge["node"]["licenses"]["totalCount"] for edge in before] == [1, 1]
    assert [edge["node"]["licenses"]["totalCount"] for edge in after] == [0, 0]
    node = "query ($id: ID!) { node(id: $id) { id } license(id: $id) { id } }"
    gone = await gateway.ask(seller, node, {"id": ids([key])[0]})
    assert gone == {"node": None, "license": None}
    link = (await gateway.ask(company, "{ viewer { company { partner { name } } } }"))["viewer"]
    assert link["company"]["partner"]["name"] == "Другой"
    refused = await sell(
        gateway, seller, {"unregistered": {"name": "Кто-то", "inn": "6722012609"}}, exactly([key])
    )
    assert refused["code"] == "NOT_FOUND"


async def test_a_license_that_was_sold_outside_is_no_longer_marked_so(
    world: World, gateway: Gateway
) -> None:
    partner, company = await world.partner(), await world.company()
    key, code = await revealed(world, partner)
    buyer = ToUnregistered(BuyerDetails(name="Сосед", inn="6722012609"))
    take = Take.exactly([key])
    await sell_licenses(world.context(partner), world.key(), {}, buyer, take)
    assert [node["sold"] for node in await listed(gateway, partner)] == [True]

    await enter(gateway, await device_of(world, company), code)

    assert [node["sold"] for node in await listed(gateway, company)] == [False]
    stock = "{ stock { sealed revealed sold activated } }"
    assert (await gateway.ask(company, stock))["stock"] == [
        {"sealed": 0, "revealed": 0, "sold": 0, "activated": 1}
    ]
    assert (await gateway.ask(partner, stock))["stock"] == []


async def test_a_license_moves_between_devices_without_limit(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    first, second = await device_at(world, outlet, "Первая"), await device_at(world, outlet)
    key, code = await revealed(world, company)
    begun = None
    for _ in range(4):
        for here, there in ((first, second), (second, first)):
            done = await enter(gateway, here, code)
            begun = begun or done["license"]["firstActivatedAt"]
            assert done["license"]["firstActivatedAt"] == begun
            if here is first:
                refused = await enter(gateway, there, code)
                assert refused["__typename"] == "LicenseActivatedElsewhere"
                assert (refused["deviceName"], refused["retryable"]) == ("Первая", False)
                refused = await enter(gateway, there, code, "deactivate")
                assert refused["__typename"] == "LicenseActivatedElsewhere"
            freed = await enter(gateway, here, code, "deactivate")
            assert freed["license"]["activatedAt"] is None
            assert freed["license"]["firstActivatedAt"] == begun
            (node,) = await listed(gateway, company, "FREE")
            assert (node["activation"], node["device"]) == ("FREE", None)
        clock.turn(timedelta(minutes=11))
    assert await world.held(company) == [key]


async def test_what_is_repeated_is_answered_alike_and_done_once(
    world: World, gateway: Gateway
) -> None:
    device = await device_of(world, await world.company())
    _, code = await revealed(world, await world.partner())

    first = await enter(gateway, device, code)
    before = await world.dump(but=UNTOUCHED)
    spaced = f" {code[:4]} {code[4:8]}  {code[8:]} "
    assert [await enter(gateway, device, text) for text in (code, spaced)] == [first, first]
    assert await world.dump(but=UNTOUCHED) == before

    freed = await enter(gateway, device, code, "deactivate")
    before = await world.dump(but=UNTOUCHED)
    assert await enter(gateway, device, code, "deactivate") == freed
    assert await world.dump(but=UNTOUCHED) == before


async def test_a_code_that_is_not_accepted_never_says_why(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    """Unknown, malformed, sealed and another company's: one answer, and nothing is changed."""
    partner, company, other = await world.partner(), await world.company(), await world.company()
    device = await device_of(world, company)
    sealed = (await world.held(partner))[0] if await world.stocked(partner, 1) else None
    assert sealed
    _, free = await revealed(world, other)
    _, taken = await revealed(world, partner)
    await enter(gateway, await device_of(world, other), taken)
    codes = [
        "", "12", "x" * 12, "1" * 13, "٠١٢٣٤٥٦٧٨٩٠١", new_code(),
        await code_of(world, sealed), free, taken,
    ]  # fmt: skip
    before = await world.dump(but=UNTOUCHED)
    told = []
    for verb in ("activate", "deactivate"):
        told += [await enter(gateway, device, code, verb) for code in codes]
        clock.turn(timedelta(minutes=11))
    assert told[0]["code"] == "CODE_NOT_ACCEPTED"
    assert [one for one in told if one != told[0]] == []
    assert await world.dump(but=UNTOUCHED) == before


async def test_a_device_frees_only_what_it_had(world: World, gateway: Gateway) -> None:
    company = await world.company()
    outlet = await keyed_outlet(world, company)
    first, second = await device_at(world, outlet), await device_at(world, outlet)
    _, code = await revealed(world, company)
    assert (await enter(gateway, first, code, "deactivate"))["code"] == "LICENSE_NOT_ACTIVATED"
    await enter(gateway, first, code)
    await enter(gateway, first, code, "deactivate")
    assert (await enter(gateway, second, code, "deactivate"))["code"] == "LICENSE_NOT_ACTIVATED"


async def test_a_sale_keeps_its_firm_and_a_move_has_none(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    company, other = await world.company(partner), await world.company()
    product = await world.stocked(partner, 1)
    await world.sell(partner, company, product, 1)
    await world.reveal(company, product, 1)
    (key,) = await world.held(company)
    await enter(gateway, await device_of(world, company), await code_of(world, key))
    query = "query ($id: ID!) { license(id: $id) { firm { id } } }"
    mine = await gateway.ask(company, query, {"id": ids([key])[0]})
    assert mine["license"]["firm"] == {"id": company.firm_node}
    moved, code = await revealed(world, partner)
    await enter(gateway, await device_of(world, other), code)
    theirs = await gateway.ask(other, query, {"id": ids([moved])[0]})
    assert theirs["license"]["firm"] is None


async def test_a_blocked_partners_codes_still_activate_and_a_blocked_companys_devices_do_nothing(
    world: World, gateway: Gateway
) -> None:
    partner, company = await world.partner(), await world.company()
    device = await device_of(world, company)
    _, code = await revealed(world, partner)
    _, other = await revealed(world, partner)
    await world.block(partner)
    assert (await enter(gateway, device, code))["__typename"] == "ActivateLicenseSuccess"
    await world.block(company)
    query = "mutation ($in: CodeInput!) { activateLicense(input: $in) { __typename } }"
    for token in (device.token, device.outlet.sync_key):
        assert (await gateway.send(token, query, {"in": {"code": other}})).status_code == 401


async def test_a_new_partner_sees_the_activated_license_with_its_code_masked(
    world: World, gateway: Gateway
) -> None:
    company, partner = await world.company(), await world.partner()
    key, code = await revealed(world, company)
    await enter(gateway, await device_of(world, company), code)
    await relink(gateway, company, partner)
    query = """query ($id: ID!) { license(id: $id) { maskedCode activation } }"""
    seen = (await gateway.ask(partner, query, {"id": ids([key])[0]}))["license"]
    assert seen == {"maskedCode": "••••••••" + code[-4:], "activation": "ACTIVATED"}
    response = await gateway.send(partner, "{ licenses { edges { node { device { id } } } } }")
    assert response.status_code == 400
