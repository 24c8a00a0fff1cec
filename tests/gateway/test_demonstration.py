from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.access import Role
from domain.documents import DocumentKind
from domain.inn import checksum_holds
from domain.licenses import LicenseEventKind, LicenseState
from domain.links import LinkEnd, LinkRequestState
from gateway.demonstration import fill, filling, print_sign_ins
from gateway.demonstration.companies import COMPANIES, POLAR_BREAD
from gateway.demonstration.devices import DEMO_KEY, DEVICES
from gateway.demonstration.orders import EARLIER_ORDERS, LATER_ORDERS, MISTYPED, SellOutside
from gateway.demonstration.regions import BOUND, CLIENTS, MRC, STRANGER
from gateway.demonstration.sellers import CTO, LICENSOR, NEVA, ORLOVA, PARTNERS, SIDOROV
from gateway.demonstration.table import SIGN_INS, SignIn
from gateway.settings import Settings
from persistence.tables import METADATA
from persistence.tables.documents import document_lines, documents
from persistence.tables.licenses import license_events, licenses
from persistence.tables.links import link_requests, partner_links
from persistence.tables.tenants import outlets, tenants
from persistence.verification import verify
from resolvers.context import Tools
from tests.client import Gateway
from tests.world import World

SIGN_IN = """mutation ($input: SignInInput!) { signIn(input: $input) { __typename
  ... on SignInSuccess { token } ... on CabinetChoice { choice cabinets { id kind name } } } }"""
CHOOSE = """mutation ($input: ChooseCabinetInput!) { chooseCabinet(input: $input) {
  ... on SignInSuccess { token } } }"""
VIEWER = "{ viewer { kind user { right } } }"


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, argon2_memory_kib=8, argon2_time_cost=1)


async def rows(tools: Tools, statement: Any) -> list[Any]:
    async with tools.database.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(statement)]


async def counts(tools: Tools) -> dict[str, int]:
    return {
        table.name: (await rows(tools, select(func.count()).select_from(table)))[0][0]
        for table in METADATA.sorted_tables
    }


async def sign_in(gateway: Gateway, login: str, password: str) -> list[str]:
    """Sign in, open each cabinet that is offered, and return the tokens."""
    typed = {"input": {"login": login, "password": password}}
    answer = (await gateway.ask(None, SIGN_IN, typed))["signIn"]
    if answer["__typename"] == "SignInSuccess":
        return [answer["token"]]
    assert answer["__typename"] == "CabinetChoice", answer
    tokens = []
    for cabinet in answer["cabinets"]:
        offered = (await gateway.ask(None, SIGN_IN, typed))["signIn"]
        chosen = {"input": {"choice": offered["choice"], "cabinet": cabinet["id"]}}
        tokens.append((await gateway.ask(None, CHOOSE, chosen))["chooseCabinet"]["token"])
    return tokens


async def roles(gateway: Gateway, tokens: list[str]) -> set[Role]:
    viewers = [(await gateway.ask(token, VIEWER))["viewer"] for token in tokens]
    return {Role(f"{viewer['kind']}_{viewer['user']['right']}") for viewer in viewers}


async def test_licenses_are_sealed_revealed_and_sold_in_every_way(tools: Tools) -> None:
    assert await fill(tools)

    issued = await rows(tools, select(func.count()).select_from(licenses))
    assert issued == [(3000,)]
    kinds = await rows(tools, select(documents.c.kind, tenants.c.kind).join(
        tenants, tenants.c.id == documents.c.issuer_id).distinct())  # fmt: skip
    assert {(kind.value, issuer.value) for kind, issuer in kinds} == {
        ("ISSUE", "LICENSOR"),
        ("SALE_TO_PARTNER", "LICENSOR"),
        ("SALE_TO_REGISTERED_COMPANY", "LICENSOR"),
        ("SALE_TO_REGISTERED_COMPANY", "PARTNER"),
        ("SALE_TO_UNREGISTERED_COMPANY", "LICENSOR"),
        ("SALE_TO_UNREGISTERED_COMPANY", "PARTNER"),
        ("REVEAL_TO_SELF", "LICENSOR"),
        ("REVEAL_TO_SELF", "PARTNER"),
        ("REVEAL_TO_SELF", "COMPANY"),
    }
    held = await rows(tools, select(tenants.c.kind, licenses.c.state).join(
        tenants, tenants.c.id == licenses.c.holder_id).distinct())  # fmt: skip
    assert len(held) == 3 * len(LicenseState)
    products = await rows(tools, select(document_lines.c.product_name).distinct())
    assert {name for (name,) in products} == {"MyPOS Front", "MyPOS Касса"}

    # Sold outside both sealed and after a reveal.
    revealed = select(license_events.c.license_id).where(
        license_events.c.kind == LicenseEventKind.REVEALED
    )
    outside = select(license_events.c.license_id.in_(revealed)).where(
        license_events.c.kind == LicenseEventKind.SOLD_OUTSIDE
    )
    assert {bool(before) for (before,) in await rows(tools, outside)} == {True, False}
    details = select(documents.c.buyer_name.is_(None)).where(
        documents.c.kind == DocumentKind.REVEAL_TO_SELF
    )
    assert {bool(without) for (without,) in await rows(tools, details)} == {True, False}


async def test_links_have_every_kind_of_past_and_nothing_is_wrong(tools: Tools) -> None:
    await fill(tools)

    states = await rows(tools, select(link_requests.c.state).distinct())
    ends = await rows(tools, select(partner_links.c.end_reason).distinct())
    zones = await rows(tools, select(outlets.c.time_zone).distinct())

    assert {state for (state,) in states} == set(LinkRequestState) - {LinkRequestState.EXPIRED}
    assert {reason for (reason,) in ends} == {*LinkEnd, None}
    assert len(zones) > 5
    assert await verify(tools.database, tools.cipher) == []


async def test_every_printed_sign_in_opens_its_cabinet(tools: Tools, gateway: Gateway) -> None:
    await fill(tools)

    for each in SIGN_INS:
        tokens = await sign_in(gateway, each.login, each.password)
        assert await roles(gateway, tokens) == set(each.roles), each


async def test_licenses_are_on_devices_and_cashiers_work_there(
    tools: Tools, gateway: Gateway
) -> None:
    assert await fill(tools)

    told = (await gateway.ask(DEMO_KEY, "{ posOutlet { name companyName } }"))["posOutlet"]
    assert told == {"name": POLAR_BREAD.outlets[0].name, "companyName": POLAR_BREAD.name}
    activated = sum(device.licenses - device.freed for device in DEVICES)
    on = select(func.count()).where(licenses.c.device_id.is_not(None))
    once = select(func.count()).where(licenses.c.first_activated_at.is_not(None))
    freed = sum(device.freed for device in DEVICES)
    assert await rows(tools, on) == [(activated,)]
    assert await rows(tools, once) == [(activated + freed,)]
    assert freed
    moved = select(func.count()).where(
        licenses.c.device_id.is_not(None), licenses.c.held_since == licenses.c.activated_at
    )
    assert await rows(tools, moved) == [(1,)]
    (token,) = await sign_in(gateway, "ershova@example.com", "demo-company")
    query = """{ devices { edges { node { loadRequestedAt } } totalCount }
      cashiers { totalCount } }"""
    seen = await gateway.ask(token, query)
    assert (seen["devices"]["totalCount"], seen["cashiers"]["totalCount"]) == (3, 4)
    asked = [edge["node"]["loadRequestedAt"] for edge in seen["devices"]["edges"]]
    assert len([one for one in asked if one]) == 1


async def test_the_licensor_sees_the_list_of_the_guide(tools: Tools, gateway: Gateway) -> None:
    await fill(tools)
    (token,) = await sign_in(gateway, LICENSOR.members[0].email, LICENSOR.members[0].password)

    found = []
    for name in ("элекс", "тест", "светлячок"):
        answer = await gateway.ask(
            token,
            """query ($filter: CompanyFilter) { companiesOfOtherPartners(filter: $filter) {
              edges { node { licenseCount userCount firmCount } } } }""",
            {"filter": {"search": name}},
        )
        (edge,) = answer["companiesOfOtherPartners"]["edges"]
        found.append(list(edge["node"].values()))

    assert found == [[2, 1, 1], [1, 1, 1], [1, 1, 1]]


async def test_some_regional_clients_are_bound_and_others_can_be(
    tools: Tools, gateway: Gateway
) -> None:
    await fill(tools)
    (token,) = await sign_in(gateway, MRC.members[0].login or "", MRC.members[0].password)

    clients = await gateway.ask(
        token,
        """{ regionalClients(first: 100) { totalCount edges { node {
          accountNumber multichannelNumber region macroregion } } } }""",
    )
    nodes = [edge["node"] for edge in clients["regionalClients"]["edges"]]
    assert clients["regionalClients"]["totalCount"] == BOUND == 16
    assert len({node["region"] for node in nodes}) > 10
    assert len({node["macroregion"] for node in nodes}) > 5

    bind = """mutation ($input: BindRegionalClientInput!) { bindRegionalClient(input: $input) {
      __typename } }"""
    answers = {}
    for company in (CLIENTS[BOUND], STRANGER):
        assert company.place
        number = {"input": {"multichannelNumber": company.place.multichannel_number}}
        answer = await gateway.ask(token, bind, number)
        answers[company.key] = answer["bindRegionalClient"]["__typename"]
    assert answers["stranger"] == "ClientNotBindable"
    assert answers[CLIENTS[BOUND].key] != "ClientNotBindable"


async def test_filling_again_changes_nothing_and_says_so(
    tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(await asyncio.gather(fill(tools), fill(tools))) == [True, True]
    said = sorted(capsys.readouterr().err.splitlines())
    before = await counts(tools)

    assert await fill(tools)

    again = "The demonstration world is already there; nothing was changed."
    assert said == ["The demonstration world has been made.", again]
    assert capsys.readouterr().err.splitlines() == [again]
    assert await counts(tools) == before


async def test_a_database_with_a_licensor_of_its_own_is_left_alone(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await counts(world.tools)

    assert not await fill(world.tools)

    assert "a licensor of its own" in capsys.readouterr().err
    assert await counts(world.tools) == before


async def test_a_filling_that_breaks_off_leaves_nothing(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await counts(tools)

    async def break_off(_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(filling, "change_links", break_off)
        with pytest.raises(ZeroDivisionError):
            await fill(tools)
    assert await counts(tools) == before

    assert await fill(tools)


def test_made_up_inns_have_right_check_digits() -> None:
    companies = (*COMPANIES, *CLIENTS, STRANGER)
    orders = (*EARLIER_ORDERS, *LATER_ORDERS)
    typed = {order.buyer.inn for order in orders if isinstance(order, SellOutside)}
    inns = {firm.inn for company in companies for firm in company.firms} | typed
    inns |= {seller.inn for seller in (LICENSOR, *PARTNERS)} | {MRC.inn}

    # The guide's sample fails, and one is mistyped to show the warning.
    assert {inn for inn in inns if not checksum_holds(inn)} == {CTO.inn, MISTYPED.inn}


def test_every_role_and_both_double_addresses_are_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_sign_ins("http://gateway.test")

    printed = capsys.readouterr().out
    nobodys = {Role.ANONYMOUS, Role.POS_OUTLET, Role.POS_DEVICE}
    assert {role for each in SIGN_INS for role in each.roles} == set(Role) - nobodys
    assert DEMO_KEY in printed
    for each in SIGN_INS:
        assert any(each.login in line and each.password in line for line in printed.splitlines()), (
            each
        )
    assert SignIn((Role.COMPANY_ADMIN,), SIDOROV.email, "demo-company", CTO.name) in SIGN_INS
    assert (ORLOVA.email, NEVA.name) in {(each.login, each.cabinet) for each in SIGN_INS}
    assert "http://gateway.test/graphiql" in printed
    assert "http://gateway.test/graphql" in printed
