"""Who may open a socket, how many of them, and from where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from resolvers.context import Tools
from tests.schema.operations import OPERATIONS
from tests.subscriptions.serving import Served, serving
from tests.subscriptions.talking import LINKS, STOCK, socket
from tests.world import World

COMMITTED = {operation.name: operation.text for operation in OPERATIONS}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Nothing here depends on the database."""


async def test_a_message_has_a_largest_size(world: World, served: Served) -> None:
    async with socket(served, (await world.partner()).token) as talk:
        await talk.subscribe("#" * served.settings.body_limit_bytes)
        assert (await talk.closed())[0] == 1009


async def test_there_is_a_most_of_operations_of_sockets_and_of_a_users_sockets(
    world: World, tools: Tools, served: Served
) -> None:
    partner, other = await world.partner(), await world.partner()
    tight = {"socket_operation_limit": 2, "user_socket_limit": 2, "socket_limit": 3}
    async with (
        serving(tools, served.settings.model_copy(update=tight)) as small,
        socket(small, partner.token) as talk,
        socket(small, partner.token),
    ):
        for key in ("1", "2", "3"):
            await talk.subscribe(LINKS, key)
        (told,) = (await talk.take())["payload"]
        assert told["extensions"] == {"code": "TOO_MANY_OPERATIONS"}
        async with socket(small, begin=False) as third:
            payload = {"authorization": f"Bearer {partner.token}"}
            await third.send({"type": "connection_init", "payload": payload})
            assert (await third.closed())[0] == 1013
        async with socket(small, other.token):
            with pytest.raises(InvalidStatus) as refused:
                await connect(small.socket_url, proxy=None)
            assert refused.value.response.status_code == 503


async def test_strangers_take_half_of_the_places_at_most(
    world: World, tools: Tools, served: Served
) -> None:
    partner = await world.partner()
    small = served.settings.model_copy(update={"socket_limit": 4, "socket_init_seconds": 60})
    async with (
        serving(tools, small) as narrow,
        socket(narrow, begin=False) as first,
        socket(narrow, begin=False),
    ):
        with pytest.raises(InvalidStatus) as refused:
            await connect(narrow.socket_url, proxy=None)
        assert refused.value.response.status_code == 503
        await first.begin(partner.token)
        async with socket(narrow, partner.token) as talk:
            await talk.subscribe("{ __typename }")
            await talk.next()


async def test_only_one_subprotocol_is_spoken(world: World, served: Served) -> None:
    for spoken in ([], [Subprotocol("graphql-ws")]):
        async with connect(served.socket_url, subprotocols=spoken or None, proxy=None) as one:
            await one.wait_closed()
            assert (one.close_code, one.close_reason) == (4406, "Subprotocol not acceptable")


async def test_only_one_path_is_a_socket(world: World, served: Served) -> None:
    for path in ("/", "/graphiql", "/healthz", "/graphql/"):
        url = f"ws://127.0.0.1:{served.port}{path}"
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None)
        assert refused.value.response.status_code == 404


async def test_a_cookie_counts_for_pages_of_this_site_only(world: World, served: Served) -> None:
    partner = await world.partner()
    cookie = f"gateway_session={partner.token}"
    foreign: list[dict[str, Any]] = [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": f"http://127.0.0.1:{served.port + 1}"},
        {"origin": f"http://127.0.0.1:{served.port}", "sec_fetch_site": "cross-site"},
    ]
    for headers in foreign:
        with pytest.raises(InvalidStatus) as refused:
            async with socket(served, begin=False, cookie=cookie, **headers):
                pass
        answer = refused.value.response
        assert answer.status_code == 403
        assert json.loads(answer.body or b"")["errors"][0]["extensions"] == {
            "code": "CSRF_REJECTED"
        }
    own = f"http://127.0.0.1:{served.port}"
    async with socket(served, cookie=cookie, origin=own) as talk:
        await talk.subscribe("{ viewer { kind } }")
        assert (await talk.next())["data"] == {"viewer": {"kind": "PARTNER"}}


async def test_no_cookie_is_set_over_a_socket(world: World, served: Served) -> None:
    partner = await world.partner()
    query = """mutation { signIn(input: {login: "x", password: "y", cookie: true}) {
      __typename } }"""
    async with socket(served, partner.token) as talk:
        await talk.subscribe(query)
        message = await talk.take()
        assert message["type"] == "error"


async def test_pages_are_held_to_trusted_documents_on_sockets_too(
    world: World, tools: Tools, served: Served
) -> None:
    partner = await world.partner()
    strict = served.settings.model_copy(update={"browser_documents": "trusted"})
    async with serving(tools, strict) as held:
        own = f"http://127.0.0.1:{held.port}"
        async with socket(held, partner.token, origin=own) as talk:
            await talk.subscribe(STOCK)
            (told,) = (await talk.take())["payload"]
            assert told["extensions"] == {"code": "UNTRUSTED_DOCUMENT"}
            await talk.subscribe(COMMITTED["partner/stock_changed"])
            await held.follows(1)
        async with socket(held, partner.token) as talk:
            await talk.subscribe(STOCK)
            await held.follows(1)
