"""API tokens: a program acts within its scopes and products, until it is told to stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from domain.access import Right
from domain.tokens import MOST_TOKENS, Scope
from persistence.tables.accounts import sessions, users
from persistence.tables.tenants import tenants
from persistence.tables.tokens import api_tokens
from tests.client import Gateway
from tests.clock import Clock
from tests.stories.orders import STRANGER, order, reveal, sell, show_codes, some
from tests.world import Cabinet, World

MADE = """__typename ... on Problem { code message } ... on ScopesNotGranted { scopes }
  ... on TooManyTokens { most } ... on NotFound { field } ... on InvalidInput { field }
  ... on CreateApiTokenSuccess { token apiToken { id name hint scopes everyProduct state
    createdAt expiresAt lastUsedAt endedAt creator { id }
    products { totalCount edges { node { id } } } } }"""
REVOKED = "__typename ... on NotFound { field } ... on RevokeApiTokenSuccess { apiToken { state } }"
LISTED = """query ($state: TokenState) { apiTokens(state: $state) { totalCount edges { node {
  id name hint scopes everyProduct state lastUsedAt creator { name } } } } }"""
ITSELF = "{ apiToken { name scopes everyProduct state } }"
STOCK = "{ stock { product { id } sealed revealed } }"
LICENSES = "{ licenses(first: 100) { totalCount edges { node { id product { id } } } } }"
DOCUMENTS = "{ documents { totalCount edges { node { id kind quantity } } } }"


async def create(gateway: Gateway, who: Cabinet, *scopes: str, key: str = "k", **more: Any) -> Any:
    given: dict[str, Any] = {"name": "Касса № 5", "expiresInDays": 30, "scopes": list(scopes)}
    return await order(
        gateway, who, "createApiToken", MADE, idempotencyKey=key, **{**given, **more}
    )


async def code_of(gateway: Gateway, token: str, query: str = ITSELF) -> tuple[int, str]:
    response = await gateway.send(token, query)
    errors = response.json().get("errors") or [{"extensions": {"code": ""}}]
    return response.status_code, errors[0]["extensions"]["code"]


DEAD = (401, "UNAUTHENTICATED")


async def test_a_token_is_shown_once_and_acts_within_its_scopes(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner, 5)
    made = await create(gateway, partner, "READ_STOCK")
    token, about = made["token"], made["apiToken"]
    assert token.startswith("token_")
    assert about["hint"] == token[-4:]
    assert about["scopes"] == ["READ_STOCK"]
    assert (about["everyProduct"], about["products"]["totalCount"]) == (True, 0)
    assert (about["state"], about["creator"]) == ("ACTIVE", {"id": f"user_{partner.admin.hex}"})
    for _ in range(2):
        (stock,) = (await gateway.ask(token, STOCK))["stock"]
        assert stock == {"product": {"id": f"product_{product.hex}"}, "sealed": 5, "revealed": 0}
    assert (await gateway.ask(token, ITSELF))["apiToken"]["scopes"] == ["READ_STOCK"]
    for hidden in ("{ viewer { kind } }", DOCUMENTS, "{ companies { totalCount } }", LISTED):
        assert await code_of(gateway, token, hidden) == (400, "GRAPHQL_VALIDATION_FAILED")
    seen = await gateway.ask(token, "{ __schema { mutationType { name } } }")
    assert seen["__schema"]["mutationType"] is None


async def test_the_same_key_answers_with_the_same_token_and_no_secret(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    first, again = [await create(gateway, partner, "SELL") for _ in range(2)]
    assert first["token"]
    assert again["token"] is None
    assert again["apiToken"] == first["apiToken"]
    other = await create(gateway, partner, "SELL", name="Другой")
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await world.rows(select(func.count()).select_from(api_tokens)) == [(1,)]


async def test_only_the_hash_of_a_token_is_stored(world: World, gateway: Gateway) -> None:
    partner = await world.partner()
    token = (await create(gateway, partner, "SELL"))["token"]
    stored = str(await world.dump(but=()))
    assert token not in stored
    assert token.removeprefix("token_") not in stored


async def test_scopes_are_never_above_the_creator(world: World, gateway: Gateway) -> None:
    company = await world.company()
    refused = await create(gateway, company, "READ_STOCK", "SELL", "READ_COMPANIES")
    assert (refused["code"], refused["scopes"]) == (
        "SCOPES_NOT_GRANTED",
        ["READ_COMPANIES", "SELL"],
    )
    assert await world.rows(select(func.count()).select_from(api_tokens)) == [(0,)]
    assert (await create(gateway, company, "READ_STOCK", "REVEAL"))["token"]


async def test_only_admins_of_partners_and_companies_make_tokens(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    manager = await world.user(partner, Right.MANAGER)
    mrc = await world.mrc()
    token = (await create(gateway, partner, "SELL"))["token"]
    for who in (manager, world.licensor.token, mrc.token, token):
        assert (await code_of(gateway, who, LISTED))[0] == 400


async def test_a_token_sells_reveals_and_shows_what_its_scopes_say(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 9)
    seller = await world.api_token(partner, Scope.SELL)
    opener = await world.api_token(partner, Scope.REVEAL, Scope.SHOW_CODES)
    sold = await sell(gateway, seller, {"firm": company.firm_node}, some(product, 2))
    assert sold["document"]["kind"] == "SALE_TO_REGISTERED_COMPANY"
    outside = await sell(gateway, seller, {"unregistered": STRANGER}, some(product, 1))
    assert outside["document"]["kind"] == "SALE_TO_UNREGISTERED_COMPANY"
    revealed = await reveal(gateway, opener, some(product, 2))
    document = revealed["document"]["id"]
    query = "query ($d: ID!) { document(id: $d) { licenses { edges { node { id } } } } }"
    found = (await gateway.ask(opener, query, {"d": document}))["document"]["licenses"]["edges"]
    keys = [UUID(hex=edge["node"]["id"].removeprefix("license_")) for edge in found]
    shown = await show_codes(gateway, opener, keys)
    assert len(shown["codes"]) == 2
    for who, mutation in (
        (seller, "revealToSelf"),
        (seller, "showCodes"),
        (opener, "sellLicenses"),
    ):
        asked = f"mutation {{ {mutation} {{ __typename }} }}"
        assert await code_of(gateway, who, asked) == (400, "GRAPHQL_VALIDATION_FAILED")


async def test_an_expired_or_revoked_token_is_refused_at_the_next_request(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner, rival = await world.partner(), await world.partner()
    made = [await create(gateway, partner, "SELL", key=f"{n}", expiresInDays=n) for n in (1, 2)]
    short, long = [one["token"] for one in made]
    for token in (short, long):
        assert await code_of(gateway, token) == (200, "")
    clock.turn(timedelta(days=1))
    partner_token = await world.token(partner.admin)
    rival_token = await world.token(rival.admin)
    assert await code_of(gateway, short) == DEAD
    assert await code_of(gateway, long) == (200, "")
    key = made[1]["apiToken"]["id"]
    foreign = await order(gateway, rival_token, "revokeApiToken", REVOKED, token=key)
    assert foreign == {"__typename": "NotFound", "field": "token"}
    assert await code_of(gateway, long) == (200, "")
    for _ in range(2):
        answer = await order(gateway, partner_token, "revokeApiToken", REVOKED, token=key)
        assert answer["apiToken"]["state"] == "REVOKED"
        assert await code_of(gateway, long) == DEAD
    listed = (await gateway.ask(partner_token, LISTED))["apiTokens"]["edges"]
    assert [edge["node"]["state"] for edge in listed] == ["REVOKED", "EXPIRED"]
    active = (await gateway.ask(partner_token, LISTED, {"state": "ACTIVE"}))["apiTokens"]
    assert active["totalCount"] == 0


@pytest.mark.parametrize("table", [users, tenants], ids=["user", "tenant"])
async def test_the_tokens_of_who_is_blocked_rest(
    world: World, gateway: Gateway, clock: Clock, table: Any
) -> None:
    partner = await world.partner()
    colleague = await world.user(partner, Right.ADMIN)
    token = await world.api_token(partner, Scope.READ_STOCK)
    assert await code_of(gateway, token, STOCK) == (200, "")
    key = partner.admin if table is users else partner.id
    await world.change(update(table).where(table.c.id == key).values(blocked_at=clock.now()))
    assert await code_of(gateway, token, STOCK) == DEAD
    if table is users:
        (edge,) = (await gateway.ask(colleague, LISTED))["apiTokens"]["edges"]
        assert edge["node"]["state"] == "SUSPENDED"
    await world.change(update(table).where(table.c.id == key).values(blocked_at=None))
    assert await code_of(gateway, token, STOCK) == (200, "")


async def test_a_demoted_creator_narrows_his_tokens_and_never_widens_them(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scope is an admin's alone today; one that were would end with his right."""
    company = await world.company()
    token = await world.api_token(company, Scope.READ_STOCK, Scope.REVEAL)
    before = await gateway.engine.identify(token)
    demoted = update(users).where(users.c.id == company.admin).values(right=Right.MANAGER)
    await world.change(demoted)
    assert await code_of(gateway, token, STOCK) == (200, "")
    after = await gateway.engine.identify(token)
    assert before
    assert after
    assert after.right is Right.MANAGER
    assert after.capabilities <= before.capabilities
    assert await code_of(gateway, company.token, LISTED) == (400, "GRAPHQL_VALIDATION_FAILED")


async def test_a_cabinet_has_a_bounded_number_of_living_tokens(
    world: World, gateway: Gateway
) -> None:
    partner = await world.partner()
    for _ in range(MOST_TOKENS):
        await world.api_token(partner, Scope.SELL)
    refused = await create(gateway, partner, "SELL")
    assert (refused["code"], refused["most"]) == ("TOO_MANY_TOKENS", MOST_TOKENS)
    (edge, *_) = (await gateway.ask(partner, LISTED))["apiTokens"]["edges"]
    await order(gateway, partner, "revokeApiToken", REVOKED, token=edge["node"]["id"])
    assert (await create(gateway, partner, "SELL"))["token"]
    other = await world.partner()
    assert (await create(gateway, other, "SELL"))["token"]


async def test_the_last_use_is_told_of_tokens_and_sessions(
    world: World, gateway: Gateway, clock: Clock
) -> None:
    partner = await world.partner()
    token = await world.api_token(partner, Scope.READ_STOCK)
    used = select(func.count()).where(sessions.c.used_at.is_not(None))
    for who in (token, partner):
        for _ in range(3):
            await gateway.ask(who, STOCK)
    assert await world.rows(used) == [(0,)], "reads do not write"
    await gateway.engine.uses.write()
    assert await world.rows(used) == [(2,)]
    (edge,) = (await gateway.ask(partner, LISTED))["apiTokens"]["edges"]
    first = edge["node"]["lastUsedAt"]
    await gateway.engine.uses.write()
    clock.turn(timedelta(minutes=5))
    await gateway.ask(token, STOCK)
    await gateway.engine.uses.write()
    (edge,) = (await gateway.ask(partner, LISTED))["apiTokens"]["edges"]
    assert edge["node"]["lastUsedAt"] > first


async def test_a_token_is_no_session_of_its_creator(world: World, gateway: Gateway) -> None:
    """It is listed and ended by itself alone, and sign-out is no scope."""
    partner = await world.partner()
    token = await world.api_token(partner, *Scope)
    await gateway.ask(partner, "mutation { signOut { signedOut } }")
    assert await code_of(gateway, partner.token, STOCK) == DEAD
    assert await code_of(gateway, token, STOCK) == (200, "")
    end = "mutation { signOut { signedOut } }"
    assert await code_of(gateway, token, end) == (400, "GRAPHQL_VALIDATION_FAILED")
