"""Wrong input: how it is sent, and what a clear typed answer to it is."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.client import Gateway
from tests.stories.orders import Who

CODES = {
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "TOO_COSTLY",
    "UNAUTHENTICATED",
}
"""What a top-level error may be; everything else is data."""


async def post(
    gateway: Gateway, who: Who, query: str, variables: dict[str, Any] | None = None
) -> httpx.Response:
    """Send an operation as ASCII, so that any text can be in its variables."""
    headers = {
        "accept": "application/graphql-response+json",
        "accept-language": "en",
        "content-type": "application/json",
    }
    token = who if isinstance(who, str) or who is None else who.token
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    body = json.dumps({"query": query, "variables": variables or {}}).encode("ascii")
    return await gateway.http.post("/graphql", content=body, headers=headers)


def codes(response: httpx.Response) -> set[str]:
    """Return the codes of errors and problems in an answer, which must be clear and typed."""
    assert response.status_code < 500, response.text
    answer = response.json()
    found = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert found <= CODES, answer
    for result in (answer.get("data") or {}).values():
        if isinstance(result, dict) and "code" in result:
            assert result["message"]
            found.add(result["code"])
    return found


async def order_codes(
    gateway: Gateway, who: Who, mutation: str, kind: str, input_: Any
) -> set[str]:
    """Send an order and return the codes of its answer; none means that it was carried out."""
    facts = "__typename ... on Problem { code message }"
    query = f"mutation ($input: {kind}!) {{ result: {mutation}(input: $input) {{ {facts} }} }}"
    return codes(await post(gateway, who, query, {"input": input_}))


def changed(base: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a JSON object with another value at a path; `...` takes it away."""
    name, _, rest = path.partition(".")
    copy = dict(base)
    if rest:
        copy[name] = changed(base.get(name) or {}, rest, value)
    elif value is ...:
        copy.pop(name, None)
    else:
        copy[name] = value
    return copy
