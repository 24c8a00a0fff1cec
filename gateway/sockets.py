"""One WebSocket: the messages of the subprotocol graphql-transport-ws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from gateway.audience import CLOSING, GOING_AWAY, SESSION_OVER, Ending, Member
from gateway.bad_requests import BadRequest
from gateway.credentials import Unauthenticated, bearer
from gateway.deadlines import DeadlineExceeded
from gateway.deliveries import error
from gateway.exchange import Exchange
from gateway.operations import Operations
from gateway.requests import operation_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Send

    from gateway.upgrades import Upgrades

PROTOCOL = "graphql-transport-ws"
LONGEST_ID = 200
LONGEST_REASON = 120
"""Bytes; the protocol below takes 123."""
KEPT = (b"user-agent", b"accept-language", b"origin", b"sec-fetch-mode")
"""The headers that operations are carried out with."""
BUSY = "Try again later"


class Refused(Exception):
    """The client broke the protocol or may not go on; the socket is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.ending = Ending(code, reason, "refused")


class Socket(Member):
    """One socket, from the accepted upgrade to its end."""

    kind: ClassVar[str] = "socket"
    __slots__ = ("_acknowledged", "_closed", "_exchange", "_house", "_operations", "_owes", "_send")

    def __init__(self, house: Upgrades, exchange: Exchange, token: str, send: Send) -> None:
        super().__init__()
        self.token = token
        kept = {name: exchange.headers[name] for name in KEPT if name in exchange.headers}
        self._exchange = Exchange(exchange.request_id, exchange.client, kept)
        self._exchange.by_cookie = exchange.by_cookie
        self._house = house
        self._send = send
        self._acknowledged = False
        self._closed = False
        self._owes = False
        self._operations = Operations(house, self, self._exchange, self._tell)

    async def serve(self, receive: Receive) -> None:
        """Take messages until either side ends it."""
        house = self._house
        try:
            try:
                with house.audience.deadlines.within(house.init_seconds):
                    while not self._acknowledged and await self._take(receive):
                        pass
            except DeadlineExceeded:
                raise Refused(4408, "Connection initialisation timeout") from None
            while await self._take(receive):
                pass
        except Refused as refused:
            self.end(refused.ending)
            while (await receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self._closed = True
            self._operations.stop_all()

    async def _take(self, receive: Receive) -> bool:
        """Take one message; false when there are no more."""
        message = await receive()
        if message["type"] != "websocket.receive":
            return False
        self._owes = False
        text = message.get("text")
        try:
            content = orjson.loads(text if text is not None else b"")
        except orjson.JSONDecodeError:
            raise Refused(4400, "A message must be JSON, in a frame of text") from None
        if not isinstance(content, dict):
            raise Refused(4400, "A message must be an object")
        kind = content.get("type")
        handle = _HANDLERS.get(kind) if isinstance(kind, str) else None
        if handle is None:
            raise Refused(4400, "Unknown type of message")
        await handle(self, content)
        return True

    async def _init(self, message: dict[str, Any]) -> None:
        if self._acknowledged:
            raise Refused(4429, "Too many initialisation requests")
        payload = _payload(message)
        try:
            await self._recognize((payload or {}).get("authorization"))
        except Unauthenticated:
            raise Refused(4403, "Forbidden") from None
        except BadRequest as refused:
            raise Refused(1013, refused.message) from None
        except tuple(self._house.audience.failures):
            raise Refused(1013, BUSY) from None
        await self._tell({"type": "connection_ack"})
        self._acknowledged = True

    async def _recognize(self, authorization: object) -> None:
        """Find out whose session it is; the payload's wins over the request's."""
        if authorization is not None:
            if not isinstance(authorization, str):
                raise Unauthenticated
            self.token = bearer(authorization.encode("utf-8", "replace"))
            self._exchange.by_cookie = False
        audience = self._house.audience
        actor = await audience.engine.identify(self.token) if self.token else None
        if actor is None:
            raise Unauthenticated
        await audience.recognize(self, actor)

    async def _ping(self, message: dict[str, Any]) -> None:
        payload = _payload(message)
        await self._tell({"type": "pong", **({} if payload is None else {"payload": payload})})

    async def _pong(self, message: dict[str, Any]) -> None:
        _payload(message)

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged:
            raise Refused(4401, "Unauthorized")
        key, payload = _key(message), _payload(message)
        if payload is None:
            raise Refused(4400, "The payload is missing")
        if key in self._operations:
            raise Refused(4409, f"Subscriber for {key} already exists")
        try:
            operation = operation_of(payload, self._house.trusted)
        except BadRequest as refused:
            if refused.code == "BAD_REQUEST":
                raise Refused(4400, refused.message) from None
            told = error(refused.code, refused.message, **refused.facts)
            await self._operations.fail(key, [told])
        else:
            await self._operations.start(key, operation)

    async def _complete(self, message: dict[str, Any]) -> None:
        self._operations.stop(_key(message))

    async def _tell(self, message: dict[str, Any]) -> None:
        if not self._closed:
            text = orjson.dumps(message).decode()
            try:
                await self._send({"type": "websocket.send", "text": text})
            except OSError:
                self._closed = True  # It went away; the next message received is its end.

    @property
    def silent(self) -> bool:
        """Whether a ping was not answered by any message."""
        return self._owes

    async def keep_alive(self) -> None:
        """Send a ping."""
        self._owes = True
        await self._tell({"type": "ping"})

    async def close(self, ending: Ending) -> None:
        """Close with the code of this ending; if that is fair, answers under way are told."""
        if ending in {SESSION_OVER, GOING_AWAY}:
            await self._operations.finish(CLOSING / 2)
        if not self._closed:
            self._closed = True
            reason = ending.reason.encode()[:LONGEST_REASON].decode(errors="ignore")
            await self._send({"type": "websocket.close", "code": ending.code, "reason": reason})


_HANDLERS: dict[str, Callable[[Socket, dict[str, Any]], Awaitable[None]]] = {
    "connection_init": Socket._init,  # noqa: SLF001 - its own
    "ping": Socket._ping,  # noqa: SLF001 - its own
    "pong": Socket._pong,  # noqa: SLF001 - its own
    "subscribe": Socket._subscribe,  # noqa: SLF001 - its own
    "complete": Socket._complete,  # noqa: SLF001 - its own
}


def _key(message: dict[str, Any]) -> str:
    key = message.get("id")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_ID:
        raise Refused(4400, "The id must be a text, neither empty nor long")
    return key


def _payload(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise Refused(4400, "The payload must be an object")
    return payload
