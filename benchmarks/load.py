"""A closed loop of clients over keep-alive connections on this machine, bounded in time.

Each client sends its next request when the last one is answered. Written on bare protocols: the
generator shares a machine with what it measures, and a dear one would be what is measured.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvloop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_ANSWER = 30.0
"""After this many seconds without any answer a run is given up."""


def request(token: str | None, body: bytes) -> bytes:
    """Return one HTTP request as it goes over the wire."""
    authorization = "" if token is None else f"authorization: Bearer {token}\r\n"
    head = (
        "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"accept: application/json\r\n{authorization}content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True)
class Run:
    """What came of a run."""

    seconds: float
    latencies: list[float]
    """Of each answered request, seconds."""

    @property
    def requests(self) -> int:
        return len(self.latencies)


class WrongAnswer(Exception):
    """A server answered with an error, or in a way this client does not read."""


class _Round:
    """What the clients of one run share."""

    def __init__(self, requests: Sequence[bytes], seconds: float) -> None:
        self.next_request = _cycle(requests)
        self.until = time.perf_counter() + seconds
        self.latencies: list[float] = []


def _cycle(requests: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests


class _Client(asyncio.Protocol):
    def __init__(self, shared: _Round) -> None:
        self._shared = shared
        self._pending = b""
        self._missing = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        if self._sent >= self._shared.until:
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
        else:
            self._transport.write(next(self._shared.next_request))

    def data_received(self, data: bytes) -> None:
        self._pending = self._pending + data if self._pending else data
        if not self._missing:
            end = self._pending.find(b"\r\n\r\n")
            if end < 0:
                return
            self._missing = end + 4 + self._length(end)
        if len(self._pending) < self._missing:
            return
        if b'"errors":' in self._pending:
            self._fail()
            return
        self._shared.latencies.append(time.perf_counter() - self._sent)
        self._pending, self._missing = b"", 0
        self._send()

    def _length(self, end: int) -> int:
        head = self._pending[:end].lower()
        at = head.find(b"\r\ncontent-length:")
        if not head.startswith(b"http/1.1 200") or at < 0:
            self._fail()
            return 0
        stop = head.find(b"\r\n", at + 2)
        return int(head[at + 17 : stop if stop > 0 else end])

    def _fail(self) -> None:
        if not self.done.done():
            self.done.set_exception(WrongAnswer(self._pending[:2000].decode()))
        self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(WrongAnswer("the server closed the connection"))


async def run(
    ports: Sequence[int], requests: Sequence[bytes], *, clients: int, seconds: float
) -> Run:
    """Send `requests` in turn for so many seconds; the clients are shared out among `ports`."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    shared = _Round(requests, seconds)
    opened = []
    for number in range(clients):
        port = ports[number % len(ports)]
        _, client = await loop.create_connection(lambda: _Client(shared), "127.0.0.1", port)
        opened.append(client.done)
    async with asyncio.timeout(seconds + LONGEST_ANSWER):
        await asyncio.gather(*opened)
    return Run(time.perf_counter() - began, shared.latencies)


def run_now(
    ports: Sequence[int], requests: Sequence[bytes], *, clients: int, seconds: float
) -> Run:
    """Do the same from outside of any event loop."""
    return uvloop.run(run(ports, requests, clients=clients, seconds=seconds))
