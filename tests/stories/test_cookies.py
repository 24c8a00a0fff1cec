from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.exchange import COOKIE
from tests.client import Gateway
from tests.world import PASSWORD, World

SIGN_IN = """mutation ($input: SignInInput!) { signIn(input: $input) { __typename
  ... on SignInSuccess { token } ... on Problem { code } } }"""
VIEWER = "{ viewer { kind } }"
OWN: dict[str, Any] = {"GraphQL-Require-Preflight": "1"}


async def _sign_in(world: World, gateway: Gateway, **headers: str) -> httpx.Response:
    login = {"login": world.licensor.email, "password": PASSWORD, "carrier": "COOKIE"}
    return await gateway.send(None, SIGN_IN, {"input": login}, **headers)


async def test_a_cookie_session_needs_the_preflight_header(world: World, gateway: Gateway) -> None:
    response = await _sign_in(world, gateway)

    assert response.json()["data"]["signIn"]["code"] == "COOKIE_NOT_ALLOWED"
    assert "set-cookie" not in response.headers


async def test_the_cookie_is_http_only_and_same_site(world: World, gateway: Gateway) -> None:
    response = await _sign_in(world, gateway, **OWN)

    assert response.json()["data"]["signIn"] == {"__typename": "SignInSuccess", "token": None}
    cookie, *attributes = response.headers["set-cookie"].split("; ")
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes)
    assert (await gateway.send(None, VIEWER, **OWN)).json()["data"]["viewer"]["kind"] == "LICENSOR"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"GraphQL-Require-Preflight": "1", "Sec-Fetch-Site": "cross-site"},
        {"GraphQL-Require-Preflight": "1", "Origin": "https://evil.example"},
        {"GraphQL-Require-Preflight": "1", "Origin": "null"},
    ],
)
async def test_a_request_forged_by_another_site_is_refused(
    world: World, gateway: Gateway, headers: dict[str, Any]
) -> None:
    await _sign_in(world, gateway, **OWN)

    query = await gateway.send(None, VIEWER, **headers)
    order = await gateway.send(None, "mutation { signOut { signedOut } }", **headers)

    for response in (query, order):
        assert response.status_code == 403
        assert response.json()["errors"][0]["extensions"]["code"] == "CSRF_REJECTED"
        assert "data" not in response.json()
    assert (await gateway.send(None, VIEWER, **OWN)).status_code == 200


async def test_signing_out_drops_the_cookie_and_ends_the_session(
    world: World, gateway: Gateway
) -> None:
    await _sign_in(world, gateway, **OWN)
    stolen = gateway.http.cookies[COOKIE]

    response = await gateway.send(None, "mutation { signOut { signedOut } }", **OWN)

    assert "Max-Age=0" in response.headers["set-cookie"]
    assert (await gateway.send(stolen, VIEWER)).status_code == 401


async def test_the_cookie_of_an_ended_session_is_refused_and_dropped(
    world: World, gateway: Gateway
) -> None:
    await _sign_in(world, gateway, **OWN)
    await world.block(world.licensor)

    response = await gateway.send(None, VIEWER, **OWN)

    assert response.status_code == 401
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_choosing_a_cabinet_can_open_a_cookie_session(world: World, gateway: Gateway) -> None:
    email = "both@example.com"
    await world.partner(email=email)
    await world.company(email=email)
    facts = "__typename ... on CabinetChoice { choice cabinets { id } } ... on Problem { code }"
    query = "mutation ($input: %s!) { result: %s(input: $input) { %s } }"
    sign_in = query % ("SignInInput", "signIn", facts)
    choose = query % ("ChooseCabinetInput", "chooseCabinet", "__typename ... on Problem { code }")

    offered = await gateway.ask(None, sign_in, {"input": {"login": email, "password": PASSWORD}})
    choice = {
        "choice": offered["result"]["choice"],
        "cabinet": offered["result"]["cabinets"][0]["id"],
        "carrier": "COOKIE",
    }
    refused = await gateway.send(None, choose, {"input": choice})
    opened = await gateway.send(None, choose, {"input": choice}, **OWN)

    assert refused.json()["data"]["result"]["code"] == "COOKIE_NOT_ALLOWED"
    assert opened.json()["data"]["result"]["__typename"] == "SignInSuccess"
    assert (await gateway.send(None, VIEWER, **OWN)).status_code == 200
