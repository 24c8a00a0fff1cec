from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from gateway.settings import Settings
from tests.gateway.standin import StandIn, ready

JSON = {"Content-Type": "application/json"}


async def post(client: httpx.AsyncClient, content: bytes, **headers: str) -> httpx.Response:
    return await client.post("/graphql", content=content, headers={**JSON, **headers})


def code(answer: httpx.Response) -> str:
    assert "data" not in answer.json()
    (error,) = answer.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


async def test_a_post_carries_all_four_parameters(
    client: httpx.AsyncClient, engine: StandIn
) -> None:
    body = {
        "query": "query A($t: String) { echo(text: $t) } query B { me }",
        "operationName": "A",
        "variables": {"t": "Ёж"},
        "extensions": {"a": 1},
        "unknown": True,
    }

    answer = await post(client, json.dumps(body).encode())

    assert answer.status_code == 200
    assert answer.json() == {"data": {"echo": "Ёж"}}
    (request,) = engine.requests
    assert request.extensions == {"a": 1}
    assert not request.only_queries


async def test_a_get_carries_them_in_its_query_string(
    client: httpx.AsyncClient, engine: StandIn
) -> None:
    query = "query A($t: String) { echo(text: $t) } query B { me }"
    parameters = {"query": query, "variables": '{"t": "a+b"}', "operationName": "A", "x": "y"}

    answer = await client.get("/graphql", params=parameters)

    assert answer.json() == {"data": {"echo": "a+b"}}
    assert engine.requests[0].only_queries


async def test_a_get_never_mutates(client: httpx.AsyncClient, engine: StandIn) -> None:
    answer = await client.get("/graphql", params={"query": "mutation { touch }"})

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert code(answer) == "METHOD_NOT_ALLOWED"
    assert engine.touched == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"0",
        b"true",
        b'"{ me }"',
        b"[]",
        b'[{"query": "{ me }"}]',
        b"{",
        b'{"query": "{ me }"',
        b"\xff\xfe",
        b'{"query": "\xff"}',
        b'{"query": "\xed\xa0\x80"}',
        b"NaN",
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": 1}',
        b'{"query": ["{ me }"]}',
        b'{"query": "{ me }", "operationName": 1}',
        b'{"query": "{ me }", "variables": []}',
        b'{"query": "{ me }", "variables": "{}"}',
        b'{"query": "{ me }", "extensions": 1}',
        b"[" * 50_000,
        b"[" * 40_000 + b"]" * 40_000,
        b'{"query": "{ me }", "variables": {"a": ' + b"[" * 40_000 + b"]" * 40_000 + b"}}",
        b'{"query":' * 10_000,
        b'{"query": "\\ud800", "variables": ' + b"[" * 50_000,
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_a_body_that_is_no_request_is_refused(
    client: httpx.AsyncClient, engine: StandIn, body: bytes
) -> None:
    answer = await post(client, body)

    assert answer.status_code == 400
    assert code(answer) == "BAD_REQUEST"
    assert engine.requests == []


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query=%FF",
        "query=%ED%A0%80",
        "query={me}&query={me}",
        "query={me}&variables=[]",
        "query={me}&variables={",
        "query={me}&extensions=1",
    ],
)
async def test_a_query_string_that_is_no_request_is_refused(
    client: httpx.AsyncClient, engine: StandIn, query_string: str
) -> None:
    answer = await client.get(f"/graphql?{query_string}")

    assert answer.status_code == 400
    assert code(answer) == "BAD_REQUEST"
    assert engine.requests == []


async def test_a_query_string_has_the_limit_of_a_body(engine: StandIn, tmp_path: Path) -> None:
    app = create_app(Settings(body_limit_bytes=2000), engine, ready, tmp_path)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        answer = await client.get("/graphql?query={me}" + " " * 1000)

    assert answer.status_code == 414
    assert code(answer) == "URI_TOO_LONG"
    assert engine.requests == []


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/json;charset=utf8",
    ],
)
async def test_json_in_utf8_is_understood(client: httpx.AsyncClient, content_type: str) -> None:
    answer = await post(client, b'{"query": "{ me }"}', **{"Content-Type": content_type})

    assert answer.json() == {"data": {"me": "ANONYMOUS"}}


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Content-Type", "text/plain")],
        [("Content-Type", "application/graphql")],
        [("Content-Type", "application/x-www-form-urlencoded")],
        [("Content-Type", "multipart/form-data; boundary=x")],
        [("Content-Type", "application/json; charset=latin1")],
        [("Content-Type", "application/jsonx")],
        [("Content-Type", "text/plain"), ("Content-Type", "application/json")],
        [("Content-Type", "application/json"), ("Content-Encoding", "gzip")],
    ],
    ids=repr,
)
async def test_another_content_type_is_refused(
    client: httpx.AsyncClient, engine: StandIn, headers: list[tuple[str, str]]
) -> None:
    answer = await client.post("/graphql", content=b'{"query": "{ me }"}', headers=headers)

    assert answer.status_code == 415
    assert code(answer) == "UNSUPPORTED_MEDIA_TYPE"
    assert engine.requests == []


async def test_a_body_of_just_the_limit_is_read(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    body = b'{"query": "{ me }"}'
    limit = settings.body_limit_bytes

    within = await post(client, body + b" " * (limit - len(body)))
    beyond = await post(client, body + b" " * (limit - len(body) + 1))

    assert within.status_code == 200
    assert beyond.status_code == 413
    assert code(beyond) == "PAYLOAD_TOO_LARGE"
    assert beyond.headers["Connection"] == "close"
