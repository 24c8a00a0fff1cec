"""A closed loop of clients over keep-alive connections on this machine, bounded in count."""

from __future__ import annotations

import asyncio


async def _client(port: int, request: bytes, count: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in range(count):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            lowered = head.lower()
            at = lowered.index(b"content-length:") + len(b"content-length:")
            length = int(lowered[at : lowered.index(b"\r\n", at)])
            body = await reader.readexactly(length)
            if b'"errors"' in body[:20]:
                raise RuntimeError(body.decode())
    finally:
        writer.close()


async def run(port: int, token: str, body: bytes, *, clients: int, requests: int) -> None:
    """Send `requests` requests, shared among `clients`."""
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"accept: application/json\r\nauthorization: Bearer {token}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    request = head.encode() + body
    await asyncio.gather(*(_client(port, request, requests // clients) for _ in range(clients)))
