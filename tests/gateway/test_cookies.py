"""Sessions of browsers: how a cookie is set and dropped, and when it counts."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.exchange import Exchange
from gateway.forgery import ForgeryGuard
from gateway.settings import Settings
from tests.gateway.standin import GOOD_TOKEN, StandIn, ready

PREFLIGHT = {"GraphQL-Require-Preflight": "1"}
COOKIE = {"Cookie": f"gateway_session={GOOD_TOKEN}"}
SIGN_IN = {"query": "mutation { signIn(cookie: true) }"}


@pytest.fixture
async def production(engine: StandIn, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    key = "one:" + base64.b64encode(bytes(32)).decode()
    settings = Settings(production=True, code_keys=SecretStr(key))
    app = create_app(settings, engine, ready, tmp_path)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://gateway.test") as client:
        yield client


async def test_a_cookie_with_the_preflight_header_names_the_caller(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post(
        "/graphql", json={"query": "{ me }"}, headers={**COOKIE, **PREFLIGHT}
    )

    assert answer.json() == {"data": {"me": "PARTNER_MANAGER"}}
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"GraphQL-Require-Preflight": " "},
        {**PREFLIGHT, "Origin": "https://evil.example"},
        {**PREFLIGHT, "Origin": "null"},
        {**PREFLIGHT, "Origin": "http://gateway.test:81"},
        {**PREFLIGHT, "Origin": "http://gateway.test.evil.example"},
        {**PREFLIGHT, "Origin": "http://gateway.test", "Sec-Fetch-Site": "cross-site"},
        {**PREFLIGHT, "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_cookie_that_may_be_forged_is_refused(
    client: httpx.AsyncClient, engine: StandIn, headers: dict[str, str]
) -> None:
    for send in (
        client.post("/graphql", json={"query": "mutation { touch }"}, headers=COOKIE | headers),
        client.get("/graphql?query={me}", headers=COOKIE | headers),
    ):
        answer = await send
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"] == {"code": "CSRF_REJECTED"}
        assert "data" not in answer.json()
        assert "Set-Cookie" not in answer.headers

    assert engine.identified == []
    assert engine.requests == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://gateway.test"},
        {"Origin": "http://gateway.test:80"},
        {"Origin": "HTTP://GATEWAY.TEST", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_our_own_page_is_let_through(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post(
        "/graphql", json={"query": "{ me }"}, headers=COOKIE | PREFLIGHT | headers
    )

    assert answer.json() == {"data": {"me": "PARTNER_MANAGER"}}


def test_an_origin_may_be_named_and_with_tls_must_be_https() -> None:
    guard = ForgeryGuard(("https://cabinet.example",), tls=True)

    def allows(origin: str) -> bool:
        return guard.allows(
            {
                b"graphql-require-preflight": b"1",
                b"host": b"gateway.test",
                b"origin": origin.encode(),
            }
        )

    assert allows("https://cabinet.example")
    assert allows("https://cabinet.example:443")
    assert allows("https://gateway.test")
    assert not allows("http://gateway.test")
    assert not allows("http://cabinet.example")
    assert not allows("https://cabinet.example:444")


@pytest.mark.parametrize("token", ["revoked", "not a token", "ёж".encode().decode("latin-1")])
async def test_a_cookie_that_names_nobody_is_dropped(
    client: httpx.AsyncClient, engine: StandIn, token: str
) -> None:
    cookie = f"gateway_session={token}".encode("latin-1")

    answer = await client.post(
        "/graphql",
        json={"query": "mutation { touch }"},
        headers=[(b"Cookie", cookie), (b"GraphQL-Require-Preflight", b"1")],
    )

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert answer.headers["Set-Cookie"].startswith("gateway_session=; Max-Age=0; Path=/")
    assert engine.requests == []


async def test_signing_in_sets_the_cookie(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=SIGN_IN, headers=PREFLIGHT)

    assert answer.json() == {"data": {"signIn": "SIGNED_IN"}}
    assert answer.headers["Set-Cookie"] == (
        f"gateway_session={GOOD_TOKEN}; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict"
    )


async def test_in_production_the_cookie_needs_tls(production: httpx.AsyncClient) -> None:
    answer = await production.post("/graphql", json=SIGN_IN, headers=PREFLIGHT)

    assert answer.headers["Set-Cookie"].endswith("; HttpOnly; SameSite=Strict; Secure")


@pytest.mark.parametrize("headers", [{}, {**PREFLIGHT, "Origin": "https://evil.example"}])
async def test_a_request_that_may_be_forged_gets_no_cookie(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post("/graphql", json=SIGN_IN, headers=headers)

    assert answer.json() == {"data": {"signIn": "COOKIE_NOT_ALLOWED"}}
    assert "Set-Cookie" not in answer.headers


def test_setting_the_cookie_without_asking_is_a_fault() -> None:
    exchange = Exchange(request_id="r")

    with pytest.raises(RuntimeError, match="may be forged"):
        exchange.set_session_cookie("t", 1)

    assert exchange.cookie_header(secure=False) is None


async def test_signing_out_drops_the_cookie(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/graphql", json={"query": "mutation { signOut }"}, headers=COOKIE | PREFLIGHT
    )

    assert answer.headers["Set-Cookie"] == (
        "gateway_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"
    )
