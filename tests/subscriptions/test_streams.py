"""Event streams over HTTP, in graphql-sse's mode of distinct connections."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from resolvers.context import Tools
from tests.subscriptions.serving import Served, serving
from tests.subscriptions.talking import LINKS, QUIET, STOCK, events
from tests.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Nothing here depends on the database."""

EVENTS = {"accept": "text/event-stream"}


async def ask(served: Served, token: str | None, query: str, **headers: str) -> httpx.Response:
    given = {**EVENTS, **headers}
    if token is not None:
        given["authorization"] = f"Bearer {token}"
    async with httpx.AsyncClient() as client:
        return await client.post(served.url, json={"query": query}, headers=given)


async def test_a_subscription_is_an_answer_that_goes_on(world: World, served: Served) -> None:
    partner = await world.partner()
    async with events(served, partner.token, STOCK) as stream:
        headers = stream.response.headers
        assert stream.response.status_code == 200
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"]
        await served.follows(1)
        assert served.audience.count("stream") == 1
        for sealed in (3, 1):
            await world.stocked(partner, sealed)
            kind, answer = await stream.take()
            assert kind == "next"
            assert answer["data"]["stockChanged"][-1]["sealed"] == sealed
    await served.follows(0)
    assert served.audience.count("stream") == 0


async def test_a_subscription_may_be_asked_for_by_get(world: World, served: Served) -> None:
    partner = await world.partner()
    headers = {**EVENTS, "authorization": f"Bearer {partner.token}"}
    async with httpx.AsyncClient() as client:
        asked = client.stream("GET", served.url, params={"query": STOCK}, headers=headers)
        async with asked as response:
            await served.follows(1)
            await world.stocked(partner)
            lines = response.aiter_lines()
            assert "event: next" in [await anext(lines) for _ in range(3)]
        mutation = {"query": "mutation { signOut { signedOut } }"}
        refused = await client.get(served.url, params=mutation, headers=headers)
    assert refused.status_code == 405
    assert refused.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


async def test_other_operations_are_one_event_and_the_end(world: World, served: Served) -> None:
    partner = await world.partner()
    told = await ask(served, partner.token, "{ viewer { kind } }")
    assert told.headers["content-type"] == "text/event-stream; charset=utf-8"
    event, data, *rest = told.text.splitlines()
    assert event == "event: next"
    assert json.loads(data.removeprefix("data: "))["data"] == {"viewer": {"kind": "PARTNER"}}
    assert rest == ["", "event: complete", "data:", ""]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { hidden }", "GRAPHQL_VALIDATION_FAILED"),
        (f"{LINKS} #" + "x" * 200_000, "TOO_LONG"),
    ],
)
async def test_what_cannot_be_carried_out_is_told_in_an_event(
    world: World, served: Served, query: str, code: str
) -> None:
    told = await ask(served, (await world.partner()).token, query)
    assert told.status_code == 200
    _, data, *_ = told.text.splitlines()
    error = json.loads(data.removeprefix("data: "))["errors"][0]
    assert error["extensions"]["code"] == code
    assert told.text.endswith("event: complete\ndata:\n\n")


async def test_who_is_nobody_gets_a_status(world: World, served: Served) -> None:
    told = await ask(served, "nobody", STOCK)
    assert (told.status_code, told.headers["content-type"].partition(";")[0]) == (
        401,
        "application/json",
    )
    told = await ask(served, None, STOCK)
    assert "GRAPHQL_VALIDATION_FAILED" in told.text
    assert served.audience.count("stream") == 0


async def test_a_cookie_counts_for_our_pages_only(world: World, served: Served) -> None:
    cookie = {"cookie": f"gateway_session={(await world.partner()).token}"}
    for headers in ({}, {"origin": "https://elsewhere.example", "graphql-require-preflight": "1"}):
        assert (await ask(served, None, STOCK, **cookie, **headers)).status_code == 403
    ours = {**cookie, "graphql_require_preflight": "1"}
    async with events(served, None, STOCK, **ours) as stream:
        assert stream.response.status_code == 200
        await served.follows(1)


async def test_who_takes_no_events_gets_no_subscription(world: World, served: Served) -> None:
    partner = await world.partner()
    for accept in ("application/json", "application/graphql-response+json", "*/*"):
        told = await ask(served, partner.token, STOCK, accept=accept)
        assert told.status_code == 406
        assert told.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"
    assert served.audience.subscriptions.total() == 0


async def test_who_takes_both_gets_each_for_what_it_is_good_for(
    world: World, served: Served
) -> None:
    """As the client library urql accepts it."""
    partner = await world.partner()
    both = "application/graphql-response+json, application/json, text/event-stream"
    told = await ask(served, partner.token, "{ viewer { kind } }", accept=both)
    assert told.json()["data"] == {"viewer": {"kind": "PARTNER"}}
    async with events(served, partner.token, STOCK, accept=both):
        await served.follows(1)


async def test_a_sign_of_life_comes_now_and_then(world: World, served: Served) -> None:
    async with events(served, (await world.partner()).token, STOCK) as stream:
        raw = stream.response.aiter_raw()
        assert [await anext(raw) for _ in range(3)] == [b":\n\n"] * 3


async def test_there_is_a_most_of_streams(world: World, tools: Tools, served: Served) -> None:
    partner, other = await world.partner(), await world.partner()
    tight = {"user_socket_limit": 1, "socket_limit": 2}
    small: Any
    async with (
        serving(tools, served.settings.model_copy(update=tight)) as small,
        events(small, partner.token, STOCK),
    ):
        await small.follows(1)
        assert (await ask(small, partner.token, STOCK)).status_code == 429
        async with events(small, other.token, STOCK):
            await small.follows(2)
            third = await world.partner()
            assert (await ask(small, third.token, STOCK)).status_code == 503
    assert small.audience.count("stream") == 0


async def test_the_engine_is_asked_for_nothing_while_nothing_happens(
    world: World, served: Served
) -> None:
    partner, other = await world.partner(), await world.partner()
    async with events(served, partner.token, STOCK) as stream:
        await served.follows(1)
        await world.stocked(other)
        await stream.nothing(QUIET)
    assert served.audience.told == 0
