"""Clients of subscriptions: over a WebSocket, and over an event stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.subscriptions.serving import SOON, Served

QUIET = 0.3
"""For which nothing happens where nothing shall, seconds."""
LINKS = "subscription { linkRequestChanged { id state } }"
STOCK = "subscription { stockChanged { product { id } sealed revealed sold } }"
ACTIVATED = "subscription { licenseActivated { id } }"


class Talk:
    """One socket; pings are answered by themselves, if they shall be at all."""

    def __init__(self, connection: ClientConnection, *, answers: bool) -> None:
        self.connection = connection
        self._answers = answers
        self._messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for text in self.connection:
                message: dict[str, Any] = json.loads(text)
                if message["type"] != "ping" or not self._answers:
                    self._messages.put_nowait(message)
                else:
                    await self.send({"type": "pong"})
        except ConnectionClosed:
            return
        finally:
            self._messages.put_nowait(None)

    async def send(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str) else json.dumps(message))

    async def _next(self) -> dict[str, Any] | None:
        async with asyncio.timeout(SOON):
            return await self._messages.get()

    async def take(self) -> dict[str, Any]:
        """Return the next message but pings that are answered."""
        message = await self._next()
        assert message is not None, self.connection.close_code
        return message

    async def begin(self, token: str | None = None) -> Self:
        payload = {} if token is None else {"authorization": f"Bearer {token}"}
        await self.send({"type": "connection_init", "payload": payload})
        assert await self.take() == {"type": "connection_ack"}
        return self

    async def subscribe(self, query: str, key: str = "1", **more: Any) -> None:
        payload = {"query": query, **more}
        await self.send({"id": key, "type": "subscribe", "payload": payload})

    async def next(self, key: str = "1") -> dict[str, Any]:
        message = await self.take()
        assert message.pop("type") == "next", message
        assert message["id"] == key, message
        payload: dict[str, Any] = message["payload"]
        return payload

    async def closed(self) -> tuple[int, str]:
        """Return code and reason of the end, which comes soon."""
        while await self._next() is not None:
            pass
        return self.connection.close_code or 0, self.connection.close_reason or ""

    async def nothing(self, seconds: float = QUIET) -> None:
        """Make sure that no message comes."""
        try:
            async with asyncio.timeout(seconds):
                message = await self.take()
        except TimeoutError:
            return
        raise AssertionError(message)


@asynccontextmanager
async def socket(
    served: Served,
    token: str | None = None,
    *,
    begin: bool = True,
    answers: bool = True,
    **headers: str,
) -> AsyncIterator[Talk]:
    """Open a socket, by default with its connection and with answers to pings."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with connect(
        served.socket_url,
        subprotocols=[Subprotocol("graphql-transport-ws")],
        additional_headers=given,
        compression=None,
        proxy=None,
    ) as connection:
        talk = Talk(connection, answers=answers)
        if begin:
            await talk.begin(token)
        yield talk


class Events:
    """One event stream, as its events come."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def take(self) -> tuple[str, Any]:
        """Return kind and data of the next event."""
        kind, data = "", ""
        async with asyncio.timeout(SOON):
            async for line in self._lines:
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data:"):
                    data = line.removeprefix("data:").strip()
                elif not line and kind:
                    return kind, json.loads(data) if data else None
        return "end", None

    async def nothing(self, seconds: float = QUIET) -> None:
        task = asyncio.ensure_future(anext(self._lines))
        done, _ = await asyncio.wait({task}, timeout=seconds)
        assert not done or task.result().startswith(":") or not task.result()
        task.cancel()


@asynccontextmanager
async def events(
    served: Served, token: str | None, query: str, **headers: str
) -> AsyncIterator[Events]:
    """Open an event stream."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given.setdefault("accept", "text/event-stream")
    if token is not None:
        given["authorization"] = f"Bearer {token}"
    async with (
        httpx.AsyncClient(timeout=SOON) as client,
        client.stream("POST", served.url, json={"query": query}, headers=given) as response,
    ):
        yield Events(response)
