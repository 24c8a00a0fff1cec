"""Many sockets that wait for news, in a thread of their own: they answer pings and count answers.

Written on a bare protocol, as the load is: what holds a thousand sockets shares the machine with
what is measured.
"""

from __future__ import annotations

import asyncio
import base64
import os
import threading
import time
from typing import TYPE_CHECKING, Self

import orjson
import uvloop

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 60.0
"""After so many seconds without what was waited for, a run is given up."""
PONG = orjson.dumps({"type": "pong"})


def _frame(payload: bytes) -> bytes:
    """Return a masked frame of text; a mask of zeros changes nothing."""
    size = len(payload)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + bytes(4) + payload


class _Socket(asyncio.Protocol):
    def __init__(self, token: str, query: str, listeners: Listeners) -> None:
        self._token = token
        self._query = query
        self._listeners = listeners
        self._pending = b""
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(
            b"GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\n"
            b"connection: Upgrade\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-key: "
            + base64.b64encode(os.urandom(16))
            + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        self._pending += data
        if not self._upgraded:
            head, end, self._pending = self._pending.partition(b"\r\n\r\n")
            if not end:
                self._pending = head
                return
            if b" 101 " not in head:
                raise RuntimeError(head.decode())
            self._upgraded = True
            payload = {"authorization": f"Bearer {self._token}"}
            self._send({"type": "connection_init", "payload": payload})
        while (frame := self._frame()) is not None:
            self._take(orjson.loads(frame)["type"])

    def _frame(self) -> bytes | None:
        data = self._pending
        if len(data) < 4:
            return None
        size, begin = data[1], 2
        if size == 126:
            size, begin = int.from_bytes(data[2:4], "big"), 4
        if data[0] != 0x81 or size > 65_535 or len(data) < begin + size:
            if data[0] != 0x81:
                raise RuntimeError(f"the server sent {data[:200]!r}")
            return None
        self._pending = data[begin + size :]
        return data[begin : begin + size]

    def _take(self, kind: str) -> None:
        if kind == "ping":
            self._transport.write(_frame(PONG))
        elif kind == "connection_ack":
            self._send({"id": "1", "type": "subscribe", "payload": {"query": self._query}})
            self._listeners.open += 1
        elif kind == "next":
            self._listeners.told += 1
        else:
            raise RuntimeError(f"the server sent {kind}")

    def _send(self, message: dict[str, object]) -> None:
        self._transport.write(_frame(orjson.dumps(message)))

    def close(self) -> None:
        self._transport.close()


class Listeners:
    """Sockets of one token, each with one subscription; use it by `with`."""

    def __init__(self, port: int, token: str, query: str) -> None:
        self.open = 0
        self.told = 0
        self._port = port
        self._make = lambda: _Socket(token, query, self)
        self._sockets: list[_Socket] = []
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.leave()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def join(self, count: int) -> None:
        """Open so many more, and wait until all are subscribed."""
        wanted = self.open + count
        asyncio.run_coroutine_threadsafe(self._join(count), self._loop).result(LONGEST)
        self.wait(lambda: self.open >= wanted)
        time.sleep(1)

    async def _join(self, count: int) -> None:
        for number in range(count):
            _, made = await self._loop.create_connection(self._make, "127.0.0.1", self._port)
            self._sockets.append(made)
            if number % 50 == 49:
                await asyncio.sleep(0.05)

    def leave(self) -> None:
        """Close all."""

        async def leave() -> None:
            for opened in self._sockets:
                opened.close()
            self._sockets.clear()

        asyncio.run_coroutine_threadsafe(leave(), self._loop).result(LONGEST)
        self.open = 0
        time.sleep(1)

    def wait(self, done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        until = time.monotonic() + LONGEST
        while not done():
            if time.monotonic() > until:
                raise RuntimeError(f"{self.open} are open, {self.told} were told")
            time.sleep(0.001)
