"""The subprotocol graphql-transport-ws, spoken by a client of another make."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.subscriptions.serving import Served
from tests.subscriptions.talking import LINKS, STOCK, socket
from tests.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Nothing here depends on the database."""


async def test_who_says_nothing_is_sent_away(world: World, served: Served) -> None:
    async with socket(served, begin=False) as talk:
        assert await talk.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"authorization": ""},
        {"authorization": "Bearer nobody"},
        {"authorization": "Basic dXNlcg=="},
        {"authorization": "Bearer \ud83e\udd94"},
        {"authorization": 1},
        {"authorization": ["Bearer x"]},
        {"Authorization": "Bearer elsewhere"},
    ],
)
async def test_who_is_nobody_is_sent_away(world: World, served: Served, payload: Any) -> None:
    async with socket(served, begin=False) as talk:
        await talk.send({"type": "connection_init", "payload": payload})
        assert await talk.closed() == (4403, "Forbidden")
    assert served.audience.count("socket") == 0


async def test_a_token_may_come_with_the_upgrade_or_after_it(world: World, served: Served) -> None:
    partner, company = await world.partner(), await world.company()
    who = "{ viewer { kind } }"
    async with socket(served, authorization=f"Bearer {partner.token}") as talk:
        await talk.subscribe(who)
        assert (await talk.next())["data"] == {"viewer": {"kind": "PARTNER"}}
    async with socket(served, company.token, authorization=f"Bearer {partner.token}") as talk:
        await talk.subscribe(who)
        assert (await talk.next())["data"] == {"viewer": {"kind": "COMPANY"}}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "null",
        '"connection_init"',
        {},
        {"type": None},
        {"type": []},
        {"type": "start"},
        {"type": "connection_init", "payload": []},
        {"type": "next", "id": "1", "payload": {}},
        {"type": "subscribe"},
        {"type": "subscribe", "id": "1"},
        {"type": "subscribe", "id": "1", "payload": None},
        {"type": "subscribe", "id": "1", "payload": "{ __typename }"},
        {"type": "subscribe", "id": "1", "payload": {}},
        {"type": "subscribe", "id": "1", "payload": {"query": 1}},
        {"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}},
        {"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": 1}},
        {"type": "subscribe", "id": "1", "payload": {"query": "{a}", "extensions": 1}},
        {"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}},
        {"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}},
        {"type": "subscribe", "id": "x" * 300, "payload": {"query": "{ __typename }"}},
        {"type": "complete"},
        {"type": "complete", "id": {}},
        {"type": "ping", "payload": 1},
        {"type": "pong", "payload": []},
    ],
)
async def test_what_is_no_message_ends_the_socket(
    world: World, served: Served, message: Any
) -> None:
    partner = await world.partner()
    async with socket(served, partner.token) as talk:
        await talk.send(message)
        code, reason = await talk.closed()
        expected = 4429 if message == {"type": "connection_init", "payload": []} else 4400
        assert (code, bool(reason)) == (expected, True)


async def test_bytes_are_no_message(world: World, served: Served) -> None:
    async with socket(served, begin=False) as talk:
        await talk.connection.send(b'{"type": "connection_init"}')
        assert (await talk.closed())[0] == 4400


async def test_one_initialisation_is_enough(world: World, served: Served) -> None:
    async with socket(served, (await world.partner()).token) as talk:
        await talk.send({"type": "connection_init"})
        assert await talk.closed() == (4429, "Too many initialisation requests")


async def test_nothing_is_carried_out_before_the_acknowledgement(
    world: World, served: Served
) -> None:
    async with socket(served, begin=False) as talk:
        await talk.subscribe("{ __typename }")
        assert await talk.closed() == (4401, "Unauthorized")


async def test_an_id_is_one_operation_at_a_time(world: World, served: Served) -> None:
    async with socket(served, (await world.partner()).token) as talk:
        for _ in range(2):
            # What has one answer is over with it.
            await talk.subscribe("{ __typename }", "ä")
            assert (await talk.next("ä"))["data"] == {"__typename": "Query"}
            assert await talk.take() == {"id": "ä", "type": "complete"}
        await talk.subscribe(LINKS, "ä")
        await talk.subscribe(LINKS, "b")
        await served.follows(2)
        await talk.subscribe(STOCK, "ä")
        assert await talk.closed() == (4409, "Subscriber for ä already exists")
    await served.follows(0)


async def test_a_client_that_has_enough_is_told_nothing_more(world: World, served: Served) -> None:
    partner = await world.partner()
    async with socket(served, partner.token) as talk:
        await talk.send({"id": "unheard of", "type": "complete"})
        await talk.subscribe(STOCK)
        await served.follows(1)
        await talk.send({"id": "1", "type": "complete"})
        await served.follows(0)
        await world.stocked(partner)
        await talk.nothing()
        await talk.subscribe(STOCK)
        await served.follows(1)


async def test_pings_are_answered(world: World, served: Served) -> None:
    async with socket(served, begin=False) as talk:
        await talk.send({"type": "ping"})
        assert await talk.take() == {"type": "pong"}
        await talk.send({"type": "ping", "payload": {"n": 1}})
        assert await talk.take() == {"type": "pong", "payload": {"n": 1}}
        await talk.send({"type": "pong"})


async def test_who_answers_no_ping_is_sent_away(world: World, served: Served) -> None:
    async with socket(served, (await world.partner()).token, answers=False) as talk:
        assert await talk.take() == {"type": "ping"}
        assert (await talk.closed())[0] == 1013
    assert served.audience.count("socket") == 0


async def test_queries_and_mutations_are_answered_as_over_http(
    world: World, served: Served
) -> None:
    partner = await world.partner()
    product = await world.stocked(partner)
    reveal = """mutation Reveal($input: RevealToSelfInput!) { revealToSelf(input: $input) {
      ... on DocumentSuccess { document { quantity } } } }"""
    take = {"quantity": {"product": f"product_{product.hex}", "quantity": 2}}
    given = {"input": {"idempotencyKey": "one", "take": take}}
    async with socket(served, partner.token) as talk:
        await talk.subscribe(reveal, variables=given, operationName="Reveal")
        assert (await talk.next())["data"] == {"revealToSelf": {"document": {"quantity": 2}}}
        assert await talk.take() == {"id": "1", "type": "complete"}
        await talk.subscribe(
            "query A { stock { revealed } } query B { stock { sealed } }", operationName="B"
        )
        assert (await talk.next())["data"] == {"stock": [{"sealed": 8}]}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { hidden }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { stockChanged { sealed } licenseActivated { id } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription A { licenseActivated { id } } subscription B { licenseActivated { id } }",
            "OPERATION_NOT_FOUND",
        ),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(60)) + " }", "TOO_MANY_ROOT_FIELDS"),
        ('{ node(id: "\\u0000") { id } }', "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_carried_out_is_told_by_its_id(
    world: World, served: Served, query: str, code: str
) -> None:
    async with socket(served, (await world.partner()).token) as talk:
        await talk.subscribe(query, "x")
        message = await talk.take()
        assert (message["id"], message["type"]) == ("x", "error")
        assert message["payload"][0]["extensions"]["code"] == code
        # The socket and the id are still good.
        await talk.subscribe("{ __typename }", "x")
        await talk.next("x")


async def test_variables_are_looked_at_when_a_subscription_begins(
    world: World, served: Served
) -> None:
    query = "subscription ($yes: Boolean!) { licenseActivated { id @include(if: $yes) } }"
    async with socket(served, (await world.partner()).token) as talk:
        for given in ({}, {"yes": 1}):
            await talk.subscribe(query, variables=given)
            (told,) = (await talk.take())["payload"]
            assert told["extensions"]["code"] == "BAD_USER_INPUT"
        await talk.subscribe(query, variables={"yes": True})
        await served.follows(1)


async def test_sixteen_talk_at_once(world: World, served: Served) -> None:
    partners = [await world.partner() for _ in range(16)]

    async def one(number: int) -> list[Any]:
        partner = partners[number]
        async with socket(served, partner.token) as talk:
            await talk.subscribe(STOCK)
            for key in range(20):
                await talk.subscribe("{ viewer { kind } }", f"q{key}")
            answers = [await talk.take() for _ in range(40)]
            assert {answer["id"] for answer in answers} == {f"q{key}" for key in range(20)}
            assert {a["type"] for a in answers} == {"next", "complete"}
            await world.stocked(partner, number + 1)
            return [row["sealed"] for row in (await talk.next())["data"]["stockChanged"]]

    told = await asyncio.gather(*(one(number) for number in range(16)))

    assert told == [[number + 1] for number in range(16)]
