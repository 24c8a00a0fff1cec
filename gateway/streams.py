"""Event streams: subscriptions over HTTP, each an answer of its own that goes on.

The form is that of graphql-sse in its mode of distinct connections.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson

from gateway.audience import Member
from gateway.deliveries import Delivery
from gateway.negotiation import EVENTS
from gateway.replies import COMPLETE, as_event, with_ours

if TYPE_CHECKING:
    from starlette.types import Receive, Send

    from domain.access import Actor
    from gateway.audience import Audience, Ending
    from gateway.engine import Answer, Feed
    from gateway.exchange import Exchange

_HEADERS = [
    (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
    # nginx would keep events until it has many.
    (b"x-accel-buffering", b"no"),
]


class Stream(Member):
    """The answer of one subscription; sent like any other reply, until either side ends it."""

    kind = "stream"
    __slots__ = ("_audience", "_delivery", "_over", "_send")

    def __init__(self, audience: Audience, feed: Feed, token: str, exchange: Exchange) -> None:
        super().__init__()
        self.token = token
        self._audience = audience
        self._delivery = Delivery(audience, self, feed, exchange, self._tell, self._fail)
        self._send: Send | None = None
        self._over = False

    async def open(self, actor: Actor) -> None:
        """Take a place; raises what refuses it."""
        self._audience.enter(self)
        try:
            await self._audience.recognize(self, actor)
        except BaseException:
            self._audience.leave(self)
            raise

    async def send(self, receive: Receive, send: Send, exchange: Exchange) -> None:
        """Send events until the client goes away or is sent away."""
        exchange.status = 200
        try:
            if exchange.task is not None:
                # Who waits for news must not hold up the end of the process.
                self._audience.drain.leave(exchange.task)
            headers = with_ours(_HEADERS, exchange.request_id)
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            self._send = send
            await self.keep_alive()
            await self._delivery.begin()
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if self.ending is None:
                raise
        finally:
            self._over = True
            self._delivery.end()
            self._audience.leave(self)

    async def keep_alive(self) -> None:
        """Send a comment."""
        await self._write(b":\n\n")

    async def close(self, ending: Ending) -> None:
        """Tell the client that nothing follows."""
        del ending
        self._delivery.end()
        await self._write(COMPLETE, more=False)

    async def _tell(self, answer: Answer) -> None:
        await self._write(as_event(orjson.dumps(answer.content())))

    async def _fail(self, errors: list[dict[str, Any]]) -> None:
        await self._write(as_event(orjson.dumps({"errors": errors})) + COMPLETE, more=False)

    async def _write(self, body: bytes, *, more: bool = True) -> None:
        if self._send is not None and not self._over:
            self._over = not more
            await self._send({"type": "http.response.body", "body": body, "more_body": more})
