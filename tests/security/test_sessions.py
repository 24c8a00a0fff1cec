"""Signing in and out: a session ends everywhere at once, and a failed attempt tells nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, event, update

from domain.access import Right
from domain.accounts import CHOICE_LIFETIME, MOST_CABINETS
from gateway.passwords import ArgonHasher
from gateway.settings import Settings
from persistence.database import Database, open_database
from persistence.tables.accounts import users
from persistence.tables.tenants import tenants
from resolvers.context import Rules, Tools
from tests.client import Gateway
from tests.clock import Clock
from tests.world import PASSWORD, Cabinet, World

WHO = "{ viewer { kind user { id } } }"
SIGN_IN = """mutation ($input: SignInInput!) { signIn(input: $input) { __typename
  ... on SignInSuccess { token } ... on CabinetChoice { choice cabinets { id kind name } }
  ... on Problem { code message retryable } } }"""
CHOOSE = """mutation ($input: ChooseCabinetInput!) { chooseCabinet(input: $input) { __typename
  ... on SignInSuccess { token } ... on Problem { code message retryable } } }"""


@pytest.fixture
async def second(settings: Settings, tools: Tools, clock: Clock) -> AsyncIterator[Gateway]:
    """Another gateway on the same database, with connections and caches of its own."""
    database = await open_database(settings.database_url, clock)
    apart = replace(tools, database=database)
    async with Gateway(apart, settings) as running:
        yield running
    await database.close()


async def sign_in(gateway: Gateway, login: str, password: str = PASSWORD) -> Any:
    given = {"input": {"login": login, "password": password}}
    return (await gateway.ask(None, SIGN_IN, given))["signIn"]


async def choose(gateway: Gateway, choice: str, cabinet: str) -> Any:
    given = {"input": {"choice": choice, "cabinet": cabinet}}
    return (await gateway.ask(None, CHOOSE, given))["chooseCabinet"]


async def set_in(database: Database, table: Table, key: Any, **values: Any) -> None:
    statement = update(table).where(table.c.id == key).values(values)
    await database.carry_out(lambda unit: unit.connection.execute(statement))


async def refused(gateways: list[Gateway], token: str) -> None:
    """The session is over on every gateway, whatever is asked."""
    for gateway in gateways:
        for query in (WHO, "{ __typename }", "mutation { signOut { signedOut } }", "{ nonsense }"):
            response = await gateway.send(token, query)
            assert response.status_code == 401
            (error,) = response.json()["errors"]
            assert error["extensions"] == {"code": "UNAUTHENTICATED"}


async def works(gateways: list[Gateway], token: str) -> None:
    """The second time a plan answers, whose statement asks for the session itself."""
    for gateway in gateways:
        for _ in range(2):
            assert (await gateway.send(token, WHO)).status_code == 200


async def test_a_session_ends_with_its_time(
    world: World, gateway: Gateway, second: Gateway, clock: Clock, settings: Settings
) -> None:
    token = (await world.partner()).token
    clock.turn(timedelta(hours=settings.session_lifetime_hours, seconds=-60))
    await works([gateway, second], token)
    clock.turn(timedelta(seconds=60))
    await refused([gateway, second], token)


async def test_a_session_that_was_signed_out_is_over_everywhere(
    world: World, gateway: Gateway, second: Gateway
) -> None:
    partner = await world.partner()
    await works([gateway, second], partner.token)
    await gateway.ask(partner.token, "mutation { signOut { signedOut } }")
    await refused([gateway, second], partner.token)


@pytest.mark.parametrize("table", [users, tenants], ids=["user", "tenant"])
async def test_blocking_ends_the_sessions_and_opens_none(
    world: World, gateway: Gateway, second: Gateway, tools: Tools, table: Table
) -> None:
    partner = await world.partner()
    colleague = await world.user(partner, Right.MANAGER)
    await works([gateway, second], partner.token)
    key = partner.admin if table is users else partner.id
    await set_in(tools.database, table, key, blocked_at=tools.database.clock.now())
    await refused([gateway, second], partner.token)
    assert (await sign_in(gateway, partner.email))["__typename"] == "InvalidCredentials"
    if table is users:
        await works([gateway, second], colleague)
    else:
        await refused([gateway, second], colleague)


async def test_nobody_hears_why_a_sign_in_failed(
    world: World, gateway: Gateway, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answer, the same number of hashes verified and of statements run."""
    partner, gone = await world.partner(), await world.partner()
    twice = await world.partner(email="twice@example.com")
    await world.company(email="twice@example.com")
    mrc = await world.mrc()
    await set_in(tools.database, tenants, gone.id, blocked_at=tools.database.clock.now())
    unconfirmed = await world.partner()
    await set_in(tools.database, users, unconfirmed.admin, confirmed_at=None)
    verified, run = counting(tools, monkeypatch)
    told = set()
    for login, password in [
        ("nobody@example.com", PASSWORD),
        ("nothing like an address", PASSWORD),
        ("", ""),
        (partner.email, "wrong password"),
        (partner.email, ""),
        (partner.email, "x" * 5000),
        (gone.email, PASSWORD),
        (unconfirmed.email, PASSWORD),
        (twice.email, "wrong password"),
        (mrc.email, "wrong password"),
        ((await email_of(world, mrc)), PASSWORD),
    ]:
        verified.clear()
        run.clear()
        given = {"input": {"login": login, "password": password}}
        response = await gateway.send(None, SIGN_IN, given)
        told.add((response.status_code, response.text, len(verified), len(run)))
    ((status, text, hashes, _),) = told
    assert status == 200
    assert '"code":"INVALID_CREDENTIALS"' in text
    assert hashes == MOST_CABINETS


def counting(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """Return what grows by each hash verified and by each statement run."""
    verified: list[str] = []
    run: list[str] = []
    assert isinstance(tools.passwords, ArgonHasher)
    argon = type(tools.passwords._argon)
    verify = argon.verify

    def verifying(self: Any, hashed: str, password: str) -> Any:
        verified.append(hashed)
        return verify(self, hashed, password)

    monkeypatch.setattr(argon, "verify", verifying)
    engine = tools.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: run.append(args[2]))
    return verified, run


async def email_of(world: World, cabinet: Cabinet) -> str:
    async def work(unit: Any) -> str:
        row = await unit.connection.execute(users.select().where(users.c.id == cabinet.admin))
        return str(row.one().email)

    return await world.tools.database.carry_out(work)


async def test_the_password_decides_which_cabinet_opens(
    world: World, gateway: Gateway, tools: Tools
) -> None:
    """[001] One e-mail, three cabinets; two of them have one password."""
    mail = "Один@example.com"
    partner = await world.partner(email=mail)
    first, other = await world.company(email=mail), await world.company(email=mail.upper())
    only = await tools.passwords.hash("the other one's own")
    await set_in(tools.database, users, other.admin, password_hash=only)
    opened = await sign_in(gateway, mail.lower(), "the other one's own")
    assert (await gateway.ask(opened["token"], WHO))["viewer"]["user"]["id"] == user_id(other)
    offer = await sign_in(gateway, mail)
    assert offer["__typename"] == "CabinetChoice"
    offered = {cabinet["id"]: cabinet["kind"] for cabinet in offer["cabinets"]}
    assert offered == {cabinet_id(partner): "PARTNER", cabinet_id(first): "COMPANY"}
    chosen = await choose(gateway, offer["choice"], cabinet_id(first))
    assert (await gateway.ask(chosen["token"], WHO))["viewer"]["user"]["id"] == user_id(first)


def user_id(cabinet: Cabinet) -> str:
    return f"user_{cabinet.admin.hex}"


def cabinet_id(cabinet: Cabinet) -> str:
    return f"cabinet_{cabinet.id.hex}"


async def test_a_choice_opens_one_cabinet_once_and_not_for_long(
    world: World, gateway: Gateway, second: Gateway, tools: Tools, clock: Clock
) -> None:
    partner = await world.partner(email="twice@example.com")
    company = await world.company(email="twice@example.com")
    stranger = await world.partner()
    choice = (await sign_in(gateway, partner.email))["choice"]
    for cabinet in (cabinet_id(stranger), "cabinet_x", partner.node(), company.email):
        assert (await choose(gateway, choice, cabinet))["code"] == "CHOICE_EXPIRED"
    assert (await choose(second, choice, cabinet_id(partner)))["__typename"] == "SignInSuccess"
    for offered in (partner, company):
        assert (await choose(gateway, choice, cabinet_id(offered)))["code"] == "CHOICE_EXPIRED"
    late = (await sign_in(gateway, partner.email))["choice"]
    clock.turn(CHOICE_LIFETIME)
    assert (await choose(gateway, late, cabinet_id(partner)))["code"] == "CHOICE_EXPIRED"
    kept = (await sign_in(gateway, partner.email))["choice"]
    await set_in(tools.database, tenants, partner.id, blocked_at=clock.now())
    assert (await choose(gateway, kept, cabinet_id(partner)))["code"] == "CHOICE_EXPIRED"
    assert (await choose(gateway, kept, cabinet_id(company)))["__typename"] == "SignInSuccess"


async def test_an_mrc_opens_by_its_login_alone(world: World, gateway: Gateway) -> None:
    """[004] The e-mail of an administrator opens nothing, and letter case does not matter."""
    mrc = await world.mrc()
    assert (await sign_in(gateway, await email_of(world, mrc)))["code"] == "INVALID_CREDENTIALS"
    token = (await sign_in(gateway, mrc.email.upper()))["token"]
    assert (await gateway.ask(token, WHO))["viewer"]["kind"] == "MRC"


async def test_an_mrc_needs_more_than_a_password_where_the_settings_say_so(
    world: World, tools: Tools, settings: Settings
) -> None:
    mrc, partner = await world.mrc(), await world.partner()
    strict = settings.model_copy(update={"mrc_password_only": False})
    apart = replace(tools, rules=Rules.of(strict))
    async with Gateway(apart, strict) as gateway:
        assert (await sign_in(gateway, mrc.email))["code"] == "INVALID_CREDENTIALS"
        assert (await sign_in(gateway, partner.email))["__typename"] == "SignInSuccess"
