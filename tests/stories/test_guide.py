"""Two journeys from their beginning: the guide's partner [000], the one of the thread [001]."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.client import Gateway
from tests.stories.orders import PROBLEM, order, some
from tests.stories.test_registrations import FORM, NEW_PARTNER
from tests.world import World

NEW = "a password of one's own"
OTHER = "another password"
DOCUMENT = PROBLEM + " ... on DocumentSuccess { document { id number kind } }"
PRINTED = PROBLEM + " ... on PrintLicensesSuccess { address quantity leftOut }"
CODES = PROBLEM + " ... on ShowCodesSuccess { codes { license code } }"
ACTIVATED = PROBLEM + " ... on ActivateLicenseSuccess { license { maskedCode } }"
REVEALED = """query ($printed: Boolean) { licenses(filter: {state: REVEALED, printed: $printed}) {
  edges { node { id maskedCode printedAt printedBy { name } activation } } } }"""


async def _confirm(world: World, gateway: Gateway, password: str) -> None:
    """Open the account that the last letter is about."""
    _, _, facts = (await world.letters())[-1]
    given = {"ticket": facts["ticket"], "password": password, "agreed": True}
    done = await order(gateway, None, "confirmAccount", "__typename", **given)
    assert done["__typename"] == "ConfirmAccountSuccess"


async def _sign_in(gateway: Gateway, login: str, password: str) -> Any:
    facts = (
        PROBLEM + " ... on SignInSuccess { token }"
        " ... on CabinetChoice { choice cabinets { id kind } }"
    )
    return await order(gateway, None, "signIn", facts, login=login, password=password)


async def _partner(world: World, gateway: Gateway) -> str:
    """Register the partner of the guide, open its account, and return its admin's token."""
    await order(gateway, world.licensor, "createPartner", "__typename", **NEW_PARTNER)
    await _confirm(world, gateway, NEW)
    token: str = (await _sign_in(gateway, NEW_PARTNER["userEmail"], NEW))["token"]
    return token


async def _sealed(world: World, gateway: Gateway, quantity: int) -> Any:
    """Let the licensor issue licenses and sell them to the one partner; return the product."""
    product = await world.product("MyPOS Front")
    await world.issue(product, quantity)
    listed = '{ partners(filter: {search: "щелков"}) { edges { node { id } } } }'
    [edge] = (await gateway.ask(world.licensor, listed))["partners"]["edges"]
    sale = {"idempotencyKey": "sale", "buyer": {"partner": edge["node"]["id"]}}
    take = some(product, quantity)
    sold = await order(gateway, world.licensor, "sellLicenses", DOCUMENT, **sale, take=take)
    assert sold["document"]["kind"] == "SALE_TO_PARTNER"
    return product


async def test_the_partner_of_the_guide_gets_from_registration_to_a_printed_license(
    world: World, gateway: Gateway
) -> None:
    partner = await _partner(world, gateway)
    product = await _sealed(world, gateway, 3)

    details = {"firmName": "Комплект № 7", "inn": "7788990011"}
    reveal = {"idempotencyKey": "reveal", "take": some(product, 2), "details": details}
    document = (await order(gateway, partner, "revealToSelf", DOCUMENT, **reveal))["document"]
    assert document["number"] == 1
    revealed = (await gateway.ask(partner, REVEALED, {"printed": False}))["licenses"]["edges"]
    assert len(revealed) == 2
    assert {edge["node"]["activation"] for edge in revealed} == {"FREE"}

    take = {"document": document["id"]}
    printed = await order(gateway, partner, "printLicenses", PRINTED, take=take)
    assert (printed["quantity"], printed["leftOut"]) == (2, 0)
    page = await gateway.http.get(printed["address"])
    assert page.status_code == 200
    codes = {
        "".join(code)
        for code in re.findall(r"(\d{4})\s(\d{4})\s(\d{4})", re.sub(r"&nbsp;|\xa0", " ", page.text))
    }
    shown = {"licenses": [edge["node"]["id"] for edge in revealed]}
    told = (await order(gateway, partner, "showCodes", CODES, **shown))["codes"]
    assert codes == {license_["code"] for license_ in told}
    assert "Комплект № 7" in page.text
    assert (await gateway.http.get(printed["address"])).status_code == 404

    marked = (await gateway.ask(partner, REVEALED, {"printed": True}))["licenses"]["edges"]
    assert {edge["node"]["printedBy"]["name"] for edge in marked} == {NEW_PARTNER["userName"]}
    assert len(marked) == 2
    assert not any(code in str(marked) for code in codes)


@pytest.mark.parametrize("password", [OTHER, NEW])
async def test_the_partner_of_the_thread_finds_his_license_in_his_company(
    world: World, gateway: Gateway, password: str
) -> None:
    partner = await _partner(world, gateway)
    product = await _sealed(world, gateway, 1)
    email = NEW_PARTNER["userEmail"]
    # What he typed on the reveal differs from what he is registered with.
    details = {"firmName": "ИП Другой", "inn": "6321062257", "email": "other@example.com"}
    reveal = {"idempotencyKey": "reveal", "take": some(product, 1), "details": details}
    await order(gateway, partner, "revealToSelf", DOCUMENT, **reveal)

    form = {**FORM, "account": {"name": "Сидоров Николай", "email": email}}
    await order(gateway, None, "registerCompany", "__typename", **form)
    await _confirm(world, gateway, password)
    signed_in = await _sign_in(gateway, email, password)
    if password == NEW:
        kinds = {cabinet["kind"]: cabinet["id"] for cabinet in signed_in["cabinets"]}
        assert kinds.keys() == {"PARTNER", "COMPANY"}
        chosen = {"choice": signed_in["choice"], "cabinet": kinds["COMPANY"]}
        facts = PROBLEM + " ... on SignInSuccess { token }"
        signed_in = await order(gateway, None, "chooseCabinet", facts, **chosen)
    company = signed_in["token"]
    assert (await gateway.ask(company, "{ viewer { kind } }"))["viewer"]["kind"] == "COMPANY"
    assert (await gateway.ask(company, REVEALED))["licenses"]["edges"] == []

    [mine] = (await gateway.ask(partner, REVEALED))["licenses"]["edges"]
    shown = {"licenses": [mine["node"]["id"]]}
    [told] = (await order(gateway, partner, "showCodes", CODES, **shown))["codes"]
    key = "... on SyncKeySuccess { syncKey }"
    outlet = {"outlet": {"name": "Киоск", "timeZone": "Europe/Moscow"}}
    sync_key = (await order(gateway, company, "createOutlet", key, **outlet))["syncKey"]
    registered = "... on RegisterDeviceSuccess { token }"
    device = {"idempotencyKey": "device", "name": "Касса 1"}
    token = (await order(gateway, sync_key, "registerDevice", registered, **device))["token"]
    activation = (
        "mutation ($code: String!) { result: activateLicense(input: {code: $code}) {"
        + ACTIVATED
        + "} }"
    )
    typed = " ".join(re.findall("....", told["code"]))
    done = (await gateway.ask(token, activation, {"code": typed}))["result"]
    assert done["license"]["maskedCode"] == mine["node"]["maskedCode"]

    assert (await gateway.ask(partner, REVEALED))["licenses"]["edges"] == []
    gone = await order(gateway, partner, "showCodes", CODES, **shown)
    assert gone["code"] == "NOT_FOUND"
    query = "{ licenses { edges { node { id activation device { name } } } } }"
    [here] = (await gateway.ask(company, query))["licenses"]["edges"]
    assert here["node"] == {
        "id": mine["node"]["id"],
        "activation": "ACTIVATED",
        "device": {"name": "Касса 1"},
    }
