"""One client that asks one thing at a time over one connection, and reads the answers."""

from __future__ import annotations

import asyncio
from typing import Any, Self

import orjson

from benchmarks import load


class Talk:
    """A keep-alive connection to a server; open it by `async with`."""

    def __init__(self, port: int, token: str | None) -> None:
        self._port = port
        self._token = token

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._writer.close()

    async def ask(self, query: str, variables: dict[str, Any]) -> Any:
        """Return the data of the answer; `WrongAnswer` when there are errors instead."""
        body = orjson.dumps({"query": query, "variables": variables})
        self._writer.write(load.request(self._token, body))
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        at = head.index(b"\r\ncontent-length:") + len(b"\r\ncontent-length:")
        answer = await self._reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
        if not head.startswith(b"http/1.1 200") or b'"errors":' in answer:
            raise load.WrongAnswer((head + answer[:2000]).decode())
        return orjson.loads(answer)["data"]
