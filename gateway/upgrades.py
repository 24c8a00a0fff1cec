"""WebSockets on `/graphql`: who may open one, and what is told of it when it ends."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING

import structlog

from gateway.bad_requests import BadRequest
from gateway.browsers import BrowserRule
from gateway.credentials import Unauthenticated, credential
from gateway.exchange import Exchange
from gateway.headers import headers_of
from gateway.logs import REQUEST_ID
from gateway.replies import failure, with_ours
from gateway.sockets import PROTOCOL, Socket
from gateway.tracing import request_id

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from gateway.audience import Audience
    from gateway.forgery import ForgeryGuard
    from gateway.metrics import Metrics
    from gateway.settings import Settings
    from gateway.trusted import TrustedDocuments

PATH = "/graphql"
NOT_SPOKEN = 4406
_FORGEABLE = BadRequest(
    403, "CSRF_REJECTED", "A WebSocket with a session cookie must be opened by a page of this site."
)

_log = structlog.get_logger("gateway.sockets")


class Upgrades:
    """The ASGI application of WebSockets, and what all of them share."""

    def __init__(
        self,
        audience: Audience,
        settings: Settings,
        trusted: TrustedDocuments,
        guard: ForgeryGuard,
        metrics: Metrics,
    ) -> None:
        self.audience = audience
        self.trusted = trusted
        self.browsers = BrowserRule(settings, trusted)
        self.metrics = metrics
        self.operation_limit = settings.socket_operation_limit
        self.init_seconds = settings.socket_init_seconds
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket."""
        began, client = perf_counter(), scope.get("client")
        headers = headers_of(scope)
        identifier = request_id(headers.get(b"x-request-id"))
        REQUEST_ID.set(identifier)
        exchange = Exchange(identifier, client[0] if client else "", headers)
        await receive()
        try:
            token = self._admitted(scope, exchange)
            socket = Socket(self, exchange, token, send)
            self.audience.enter(socket)
        except BadRequest as refused:
            await _refuse(refused, scope, send, exchange)
            return
        # What is kept as long as the socket shall not hold what only the upgrade needed.
        spoken = PROTOCOL in scope["subprotocols"]
        scope["headers"] = []
        del headers, exchange
        try:
            subprotocol = PROTOCOL if spoken else None
            await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
            if spoken:
                await socket.serve(receive)
            else:
                reason = "Subprotocol not acceptable"
                await send({"type": "websocket.close", "code": NOT_SPOKEN, "reason": reason})
        except OSError:
            return  # It went away before it was begun.
        except asyncio.CancelledError:
            if socket.ending is None:
                raise
        finally:
            self.audience.leave(socket)
            _tell(socket, identifier, perf_counter() - began)

    def _admitted(self, scope: Scope, exchange: Exchange) -> str:
        """Return the token, empty without one; `BadRequest` for who may not enter."""
        if scope["path"] != PATH:
            raise BadRequest(404, "NOT_FOUND", "Not Found")
        if self.audience.drain.draining:
            message = "This gateway is shutting down; connect again."
            raise BadRequest(503, "SHUTTING_DOWN", message)
        try:
            token = credential(exchange) or ""
        except Unauthenticated:
            message = "The session or token is malformed; sign in again."
            raise BadRequest(401, "UNAUTHENTICATED", message) from None
        if exchange.by_cookie and not self._guard.allows_socket(exchange.headers):
            raise _FORGEABLE
        return token


async def _refuse(refused: BadRequest, scope: Scope, send: Send, exchange: Exchange) -> None:
    """Answer the upgrade as a request that failed."""
    _log.info("socket refused", outcome=refused.code.lower(), client=exchange.client)
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    reply = failure(refused.status, refused.code, refused.message)
    given = [(b"content-type", b"application/json; charset=utf-8")]
    await send(
        {
            "type": "websocket.http.response.start",
            "status": refused.status,
            "headers": with_ours(given, exchange.request_id),
        }
    )
    await send({"type": "websocket.http.response.body", "body": reply.body, "more_body": False})


def _tell(socket: Socket, identifier: str, seconds: float) -> None:
    ending, actor = socket.ending, socket.actor
    _log.info(
        "socket",
        role="ANONYMOUS" if actor is None else actor.role.value,
        duration_ms=int(seconds * 10_000) / 10,
        outcome="ok" if ending is None else ending.outcome,
        code=None if ending is None else ending.code,
        request_id=identifier,
    )
