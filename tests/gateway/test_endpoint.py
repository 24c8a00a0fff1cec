from __future__ import annotations

import re

import httpx
import pytest

from tests.gateway.standin import GOOD_TOKEN, StandIn

BEARER = {"Authorization": f"Bearer {GOOD_TOKEN}"}


def code(answer: httpx.Response) -> str:
    (error,) = answer.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_only_get_and_post_are_methods(
    client: httpx.AsyncClient, engine: StandIn, method: str
) -> None:
    answer = await client.request(method, "/graphql?query={me}")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"
    assert engine.requests == []


async def test_without_a_credential_the_caller_is_anonymous(
    client: httpx.AsyncClient, engine: StandIn
) -> None:
    answer = await client.post("/graphql", json={"query": "{ me }"})

    assert answer.json() == {"data": {"me": "ANONYMOUS"}}
    assert engine.identified == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
async def test_a_bearer_token_names_the_caller(client: httpx.AsyncClient, scheme: str) -> None:
    answer = await client.post(
        "/graphql",
        json={"query": "{ me }"},
        headers={"Authorization": f"{scheme} {GOOD_TOKEN}"},
    )

    assert answer.json() == {"data": {"me": "PARTNER_MANAGER"}}


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer revoked",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer " + "x" * 600,
        f"Basic {GOOD_TOKEN}",
        GOOD_TOKEN,
        "",
    ],
)
async def test_a_credential_that_names_nobody_is_refused(
    client: httpx.AsyncClient, engine: StandIn, authorization: str
) -> None:
    answer = await client.post(
        "/graphql",
        json={"query": "mutation { touch }"},
        headers={"Authorization": authorization, "Cookie": f"gateway_session={GOOD_TOKEN}"},
    )

    assert answer.status_code == 401
    assert code(answer) == "UNAUTHENTICATED"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert "Set-Cookie" not in answer.headers
    assert engine.requests == []


async def test_a_bearer_token_needs_no_proof_against_forgery(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/graphql",
        json={"query": "mutation { touch }"},
        headers={**BEARER, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.json() == {"data": {"touch": 1}}


async def test_what_is_unexpected_is_masked(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "mutation { crash }"})

    request_id = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert answer.json() == {
        "errors": [
            {
                "message": "Internal error",
                "extensions": {"code": "INTERNAL", "requestId": request_id},
            }
        ]
    }


async def test_an_exception_that_has_a_failure_is_told(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "mutation { crowded }"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert code(answer) == "OVERLOADED"


async def test_a_request_has_a_deadline(client: httpx.AsyncClient, engine: StandIn) -> None:
    answer = await client.post("/graphql", json={"query": "mutation { slow(seconds: 5) }"})

    assert answer.status_code == 504
    assert code(answer) == "DEADLINE_EXCEEDED"
    assert engine.touched == 0


async def test_a_timeout_of_something_else_is_not_the_deadline(
    client: httpx.AsyncClient, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def times_out(_token: str) -> None:
        raise TimeoutError("a socket of ours")

    monkeypatch.setattr(engine, "identify", times_out)

    answer = await client.post("/graphql", json={"query": "{ me }"}, headers=BEARER)

    assert answer.status_code == 500
    assert code(answer) == "INTERNAL"


@pytest.mark.parametrize("path", ["/graphql?query={me}", "/graphql", "/nowhere", "/healthz"])
async def test_every_answer_carries_the_same_headers(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-Id"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    vary = {name.strip() for name in answer.headers["Vary"].split(",")}
    assert {"Accept", "Authorization", "Cookie", "Origin"} <= vary


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abcdEFGH-1234", True),
        ("short", False),
        ("x" * 65, False),
        ("has a space", False),
        ("line\\nbreak", False),
    ],
)
async def test_a_request_id_is_kept_when_it_is_well_formed(
    client: httpx.AsyncClient, given: str, kept: bool
) -> None:
    answer = await client.get("/graphql?query={me}", headers={"X-Request-Id": given})

    assert (answer.headers["X-Request-Id"] == given) is kept


async def test_another_path_is_not_found_in_json(client: httpx.AsyncClient) -> None:
    answers = [await client.get(path) for path in ("/", "/graphql/", "/graphqls", "/%00")]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert [code(answer) for answer in answers] == ["NOT_FOUND"] * 4
