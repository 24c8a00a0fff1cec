"""What happens to every HTTP request whatever it asks for: ids, log line, masking, draining."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING

import structlog

from gateway.exchange import SCOPE_KEY, Exchange, Outcome
from gateway.headers import headers_of
from gateway.logs import REQUEST_ID, log_request
from gateway.replies import Reply, failure, with_ours
from gateway.tracing import request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gateway.drain import Drain
    from gateway.forgery import ForgeryGuard
    from gateway.metrics import Metrics

HOT = "/graphql"
"""The path of the hot application; all others are the pages'."""
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that are answered to the very end."""
_QUIET = (*PROBES, "/graphiql")
"""Beginnings of paths whose requests are logged as `debug`, if they succeed."""
_ONCE = "/print/"
"""What is behind it in a path is a secret, and is not logged."""
_LONGEST_NAME = 200

_log = structlog.get_logger("gateway.request")


class ExchangeMiddleware:
    """The outermost layer: begins the `Exchange`, and nothing gets past it unmasked.

    Inside are the `hot` application, which answers `HOT`, the one that has all other `pages`, and
    the one for `sockets`, which accounts for them itself.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what everything passes
        self,
        hot: ASGIApp,
        pages: ASGIApp,
        guard: ForgeryGuard,
        drain: Drain,
        metrics: Metrics,
        sockets: ASGIApp,
    ) -> None:
        self._hot = hot
        self._sockets = sockets
        self._pages = pages
        self._guard = guard
        self._drain = drain
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request on and account for its answer."""
        if scope["type"] != "http":
            other = self._sockets if scope["type"] == "websocket" else self._pages
            await other(scope, receive, send)
            return
        began = perf_counter()
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("A request is answered in a task.")
        scope[SCOPE_KEY] = exchange = self._begin(scope)
        exchange.task = task
        # The server gives each request a context of its own, which ends with it.
        REQUEST_ID.set(exchange.request_id)
        self._drain.enter(task)
        try:
            if self._drain.draining and scope["path"] not in PROBES:
                await _shutting_down(exchange).send(receive, send, exchange)
            elif scope["path"] == HOT:
                # Before any router, which would cost the hot path more than its look-up does.
                await self._hot(scope, receive, send)
            else:
                await self._pages(scope, receive, _with_headers(send, exchange))
        except (asyncio.CancelledError, Exception) as unexpected:
            reply = self._masked(unexpected, exchange)
            if exchange.status:
                raise
            await reply.send(receive, send, exchange)
        finally:
            self._drain.leave(task)
            self._account(scope, exchange, perf_counter() - began)

    def _begin(self, scope: Scope) -> Exchange:
        headers = headers_of(scope)
        client = scope.get("client")
        return Exchange(
            request_id=request_id(headers.get(b"x-request-id")),
            client=client[0] if client else "",
            headers=headers,
            guard=self._guard,
        )

    def _masked(self, unexpected: BaseException, exchange: Exchange) -> Reply:
        if isinstance(unexpected, asyncio.CancelledError):
            if not self._drain.draining:
                raise unexpected
            return _shutting_down(exchange)
        exchange.outcome = Outcome.INTERNAL
        _log.error("unexpected", exc_info=unexpected)
        return failure(
            500,
            "INTERNAL",
            "Internal error",
            facts={"requestId": exchange.request_id},
            media_type=exchange.media_type,
        )

    def _account(self, scope: Scope, exchange: Exchange, seconds: float) -> None:
        path: str = scope["path"]
        if path == HOT:
            self._metrics.observe(exchange, seconds)
        elif path.startswith(_QUIET) and exchange.outcome is Outcome.OK:
            return
        facts: dict[str, object] = {
            "method": scope["method"],
            "path": _tellable(path),
            "role": exchange.role,
            "operation": exchange.operation_kind,
            "duration_ms": int(seconds * 10_000) / 10,
            "outcome": exchange.outcome,
            "request_id": exchange.request_id,
        }
        if exchange.status:
            facts["status"] = exchange.status
        if exchange.operation_name:
            facts["operation_name"] = exchange.operation_name[:_LONGEST_NAME]
        if b"traceparent" in exchange.headers and exchange.trace_id is not None:
            facts["trace_id"] = exchange.trace_id
        log_request(facts)


def _tellable(path: str) -> str:
    """Return what may be logged of a path."""
    before, once, _ = path.partition(_ONCE)
    return (before + once)[:_LONGEST_NAME]


def _with_headers(send: Send, exchange: Exchange) -> Send:
    """Return what sends messages with the headers that every answer has."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            message["headers"] = with_ours(message["headers"], exchange.request_id)
        await send(message)

    return send_with_headers


def _shutting_down(exchange: Exchange) -> Reply:
    exchange.outcome = Outcome.SHUTTING_DOWN
    return failure(
        503,
        "SHUTTING_DOWN",
        "This gateway is shutting down; repeat the request.",
        headers=[("Retry-After", "1")],
        close=True,
    )
