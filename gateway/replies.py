"""Complete answers as ASGI messages, and the typed errors of the transport."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from gateway.negotiation import EVENTS, GRAPHQL, JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Send

    from gateway.exchange import Exchange

LINGER_BYTES = 32_000_000
"""How much of an unwanted body is still received before its connection is closed."""
LINGER_SECONDS = 5.0
"""How long that may take."""


_TYPES = {
    media_type: (b"content-type", f"{media_type}; charset=utf-8".encode())
    for media_type in (JSON, GRAPHQL, EVENTS)
}


COMPLETE = b"event: complete\ndata:\n\n"
"""The event upon which none follows."""
_AS_EVENTS = frozenset({200, 400})

_DEFAULTS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"same-origin"),
    (b"vary", b"Accept, Accept-Language, Authorization, Cookie, Origin"),
)


def with_ours(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with those that every answer has, unless it has its own."""
    given = {name for name, _ in headers}
    ours = [default for default in _DEFAULTS if default[0] not in given]
    return [*headers, *ours, (b"x-request-id", request_id.encode())]


@dataclass(slots=True)
class Reply:
    """One answer. With `close` the connection ends after it, even if a body is still on its way."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: list[tuple[str, str]] = field(default_factory=list)
    close: bool = False

    async def send(self, receive: Receive, send: Send, exchange: Exchange) -> None:
        """Send it as the answer of an exchange.

        A closing answer is sent first, and the rest of the body received after it.

        To close while the client still sends would reset the connection, and the client would
        lose the answer. It has a length, so the client knows it as complete before we close.
        """
        headers = [
            _TYPES[self.media_type],
            (b"content-length", b"%d" % len(self.body)),
            (b"x-request-id", exchange.request_id.encode()),
            *_DEFAULTS,
        ]
        if self.headers:
            headers += [(name.lower().encode(), value.encode()) for name, value in self.headers]
        if self.close:
            headers.append((b"connection", b"close"))
        exchange.status = self.status
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": headers,
            }
        )
        if self.close:
            await send({"type": "http.response.body", "body": self.body, "more_body": True})
            await _linger(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await send({"type": "http.response.body", "body": self.body, "more_body": False})


async def _linger(receive: Receive) -> None:
    received = 0
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while received < LINGER_BYTES:
                message = await receive()
                received += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def json_reply(
    status: int,
    content: object,
    *,
    media_type: str = JSON,
    headers: list[tuple[str, str]] | None = None,
    close: bool = False,
) -> Reply:
    """Return the reply that carries `content`; `TypeError` when it is not JSON.

    As events it is one event and the end. What went wrong before there was an operation to answer
    has its status and is JSON: a client of event streams can tell both apart by the status.
    """
    body = orjson.dumps(content)
    if media_type is EVENTS:
        if status in _AS_EVENTS:
            status, body = 200, as_event(body) + COMPLETE
        else:
            media_type = JSON
    return Reply(status, body, media_type, headers or [], close)


def as_event(body: bytes) -> bytes:
    """Return JSON as an event of graphql-sse."""
    return b"event: next\ndata: %b\n\n" % body


def failure(  # noqa: PLR0913 - one for each part of an answer
    status: int,
    code: str,
    message: str,
    *,
    facts: Mapping[str, str | int] | None = None,
    media_type: str = JSON,
    headers: list[tuple[str, str]] | None = None,
    close: bool = False,
) -> Reply:
    """Return one top-level error in the form GraphQL clients read; `facts` join its extensions."""
    error = {"message": message, "extensions": {"code": code, **(facts or {})}}
    return json_reply(
        status, {"errors": [error]}, media_type=media_type, headers=headers, close=close
    )
