"""Text that cannot be kept: U+0000 and lone surrogates, wherever a client may put them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.gateway.standin import StandIn
from tests.gateway.test_requests import code, post


def _body(query: str = "{ me }", **members: Any) -> bytes:
    return json.dumps({"query": query, **members}).encode()


@pytest.mark.parametrize(
    ("body", "at", "character"),
    [
        (_body(variables={"a": "x\0"}), "variables.a", "U+0000"),
        (_body(variables={"a": [{"b": "\ud800"}]}), "variables.a[0].b", "U+D800"),
        (_body(variables={"a": "\udfff"}), "variables.a", "U+DFFF"),
        (_body(variables={"\0": 1}), 'variables["\\u0000"]', "U+0000"),
        (_body(variables={"\ud800": 1}), 'variables["\\ud800"]', "U+D800"),
        (_body(extensions={"a": "\0"}), "extensions.a", "U+0000"),
        (_body(operationName="\0"), "operationName", "U+0000"),
        (_body("{ me } # \0"), "query", "U+0000"),
        (_body("{ me } # \ud800"), "query", "U+D800"),
        (_body(r'{ echo(text: "\u0000") }'), "query", "U+0000"),
        (_body(r'{ echo(text: "a\u{000}") }'), "query", "U+0000"),
    ],
)
async def test_characters_that_cannot_be_kept_are_refused_by_their_place(
    client: httpx.AsyncClient, engine: StandIn, body: bytes, at: str, character: str
) -> None:
    answer = await post(client, body)

    assert answer.status_code == 400
    assert code(answer) == "BAD_USER_INPUT"
    (error,) = answer.json()["errors"]
    assert error["extensions"]["at"] == at
    assert character in error["message"]
    assert engine.requests == []


async def test_they_are_refused_in_a_query_string(
    client: httpx.AsyncClient, engine: StandIn
) -> None:
    variables = quote('{"a": "\\u0000"}')

    in_query = await client.get("/graphql?query={me}%00")
    in_variables = await client.get(f"/graphql?query={{me}}&variables={variables}")

    assert in_query.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "at": "query"}
    assert in_variables.json()["errors"][0]["extensions"]["at"] == "variables.a"
    assert engine.requests == []


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r'"\\u0000"', r"\u0000"),
        (r'"""\u0000"""', r"\u0000"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\u{1F600}"', "😀"),
    ],
)
async def test_what_only_looks_like_them_is_let_through(
    client: httpx.AsyncClient, literal: str, text: str
) -> None:
    answer = await post(client, _body(f"{{ echo(text: {literal}) }}"))

    assert answer.json() == {"data": {"echo": text}}


async def test_a_lone_surrogate_in_a_literal_is_a_syntax_error(client: httpx.AsyncClient) -> None:
    answer = await post(client, _body(r'{ echo(text: "\ud800") }'))

    assert "Syntax Error" in answer.json()["errors"][0]["message"]


async def test_an_escaped_pair_is_one_character(client: httpx.AsyncClient) -> None:
    body = rb'{"query": "query($t: String) { echo(text: $t) }", "variables": {"t": "\ud83d\ude00"}}'

    assert (await post(client, body)).json() == {"data": {"echo": "😀"}}
