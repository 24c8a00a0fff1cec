"""The client library of the cabinets, the npm package graphql-ws, against a running gateway."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.test_http_audit import CONSOLE, find_node
from tests.subscriptions.serving import SOON, Served
from tests.subscriptions.talking import LINKS, QUIET, STOCK
from tests.world import World

CLIENT = Path(__file__).with_name("client.mjs")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Nothing here depends on the database."""


class Client:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    async def order(self, **what: Any) -> None:
        self._in.write(json.dumps(what).encode() + b"\n")
        await self._in.drain()

    async def hear(self, *but: str) -> dict[str, Any]:
        """Return the next thing that happened, but signs of life and what else is named."""
        while True:
            async with asyncio.timeout(SOON):
                line = await self._out.readline()
            assert line, "the client has ended"
            told: dict[str, Any] = json.loads(line)
            if not told.keys() & {"ping", "pong", *but}:
                return told

    async def nothing(self) -> None:
        try:
            async with asyncio.timeout(QUIET):
                raise AssertionError(await self.hear())
        except TimeoutError:
            return


@asynccontextmanager
async def client(served: Served, token: str) -> AsyncIterator[Client]:
    if not (CONSOLE / "node_modules" / "graphql-ws").is_dir():
        pytest.fail("The npm package graphql-ws is missing: run `make setup`.")
    process = await asyncio.create_subprocess_exec(
        find_node(),
        str(CLIENT),
        served.socket_url,
        token,
        str(CONSOLE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Client(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_cabinet_is_told_what_happens(world: World, served: Served) -> None:
    partner = await world.partner()
    async with client(served, partner.token) as cabinet:
        assert await cabinet.hear() == {"connected": True}
        await cabinet.order(subscribe="stock", query=STOCK)
        await cabinet.order(subscribe="links", query=LINKS)
        await served.follows(2)
        await world.stocked(partner, 7)
        told = await cabinet.hear()
        assert told["id"] == "stock"
        assert [row["sealed"] for row in told["next"]["data"]["stockChanged"]] == [7]
        await cabinet.order(complete="stock")
        assert await cabinet.hear() == {"id": "stock", "complete": True}
        await served.follows(1)
        await world.stocked(partner, 1)
        await cabinet.nothing()


async def test_the_client_finds_no_fault_with_signs_of_life(world: World, served: Served) -> None:
    """Its own pings are answered, ours it answers; it would end the socket itself otherwise."""
    async with client(served, (await world.partner()).token) as cabinet:
        assert await cabinet.hear() == {"connected": True}
        await asyncio.sleep(1.5)
        await cabinet.order(subscribe="q", query="{ viewer { kind } }")
        answer = await cabinet.hear()
        assert answer["next"]["data"] == {"viewer": {"kind": "PARTNER"}}
        assert await cabinet.hear() == {"id": "q", "complete": True}


async def test_errors_reach_whom_they_concern(world: World, served: Served) -> None:
    async with client(served, (await world.partner()).token) as cabinet:
        assert await cabinet.hear() == {"connected": True}
        await cabinet.order(subscribe="bad", query="subscription { hidden }")
        told = await cabinet.hear()
        assert told["id"] == "bad"
        assert told["error"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        await cabinet.order(subscribe="good", query="{ __typename }")
        assert (await cabinet.hear())["next"]["data"] == {"__typename": "Query"}


async def test_a_session_that_ended_is_not_tried_again(world: World, served: Served) -> None:
    partner = await world.partner()
    async with client(served, partner.token) as cabinet:
        assert await cabinet.hear() == {"connected": True}
        await cabinet.order(subscribe="stock", query=STOCK)
        await served.follows(1)
        await cabinet.order(subscribe="out", query="mutation { signOut { signedOut } }")
        told = [await cabinet.hear() for _ in range(5)]
        assert {"closed": 4401, "reason": "Unauthorized"} in told
        assert {"id": "stock", "error": 4401} in told
        assert served.audience.count("socket") == 0


async def test_a_gateway_that_stops_is_left_for_another_connection(
    world: World, served: Served
) -> None:
    """The client connects again by itself and goes on with what it had subscribed to."""
    partner = await world.partner()
    async with client(served, partner.token) as cabinet:
        assert await cabinet.hear() == {"connected": True}
        await cabinet.order(subscribe="stock", query=STOCK)
        await served.follows(1)
        served.audience._dismiss()
        assert await cabinet.hear() == {"closed": 1001, "reason": "Going away"}
        assert await cabinet.hear() == {"connected": True}
        await served.follows(1)
        await world.stocked(partner, 2)
        told = await cabinet.hear()
        assert [row["sealed"] for row in told["next"]["data"]["stockChanged"]] == [2]
