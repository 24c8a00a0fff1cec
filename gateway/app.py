"""The ASGI application: which path is answered by what."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.audience import Audience
from gateway.console import Console
from gateway.drain import Drain
from gateway.endpoint import GraphQLEndpoint
from gateway.engine import Engine, Failures
from gateway.forgery import ForgeryGuard
from gateway.metrics import CONTENT_TYPE, Metrics
from gateway.middleware import ExchangeMiddleware
from gateway.trusted import TrustedDocuments
from gateway.upgrades import Upgrades

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.types import Lifespan, Receive, Scope, Send

    from gateway.settings import Settings

READINESS_SECONDS = 2.0
"""How long the readiness check may take before the gateway counts as not ready."""
_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}

_log = structlog.get_logger("gateway.app")


@dataclass(frozen=True, slots=True)
class Application:
    """The ASGI application with its numbers."""

    outermost: ExchangeMiddleware
    metrics: Metrics
    audience: Audience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, serve one WebSocket, or follow the server's life."""
        await self.outermost(scope, receive, send)


def create_app(  # noqa: PLR0913 - the composition of the whole outside
    settings: Settings,
    engine: Engine,
    readiness: Callable[[], Awaitable[list[str]]],
    console_folder: Path,
    *,
    drain: Drain | None = None,
    failures: Failures | None = None,
    trusted: TrustedDocuments | None = None,
    lifespan: Lifespan[Starlette] | None = None,
    routes: Sequence[Route] = (),
    count: Callable[[], Awaitable[None]] | None = None,
) -> Application:
    """Compose the application.

    `readiness` returns the reasons why no requests should be sent here, none when ready.
    `failures` says which exceptions of the engine are told to the client, and how. `trusted`
    documents may be sent by their identifier. `routes` are further pages. `count` is called before
    the metrics are told.
    """
    drain = Drain() if drain is None else drain
    metrics = Metrics(drain)
    console = Console(console_folder)

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_request: Request) -> Response:
        reasons = ["shutting down"] if drain.draining else await _reasons(readiness)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def expose(_request: Request) -> Response:
        if count is not None:
            await count()
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    pages = Starlette(
        routes=[
            Route("/graphiql", console),
            Route("/graphiql/{file:path}", console),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", expose),
            *routes,
        ],
        exception_handlers={404: _http_error, 405: _http_error},
        lifespan=lifespan,
    )
    pages.router.redirect_slashes = False
    documents = TrustedDocuments() if trusted is None else trusted
    audience = Audience(engine, settings, drain, failures or {})
    metrics.watch(audience)
    guard = ForgeryGuard(settings.public_origins, tls=settings.production)
    endpoint = GraphQLEndpoint(audience, settings, documents)
    upgrades = Upgrades(audience, settings, documents, guard, metrics)
    outermost = ExchangeMiddleware(endpoint, pages, guard, drain, metrics, upgrades)
    return Application(outermost, metrics, audience)


async def _reasons(readiness: Callable[[], Awaitable[list[str]]]) -> list[str]:
    try:
        async with asyncio.timeout(READINESS_SECONDS):
            return await readiness()
    except TimeoutError:
        return [f"the readiness check took more than {READINESS_SECONDS:g} s"]
    except Exception:  # noqa: BLE001 - whatever it is, this process is not ready
        _log.exception("readiness check failed")
        return ["the readiness check failed"]


async def _http_error(_request: Request, error: Exception) -> Response:
    http: HTTPException = error  # type: ignore[assignment]  # registered for nothing else
    code = _CODES[http.status_code]
    return JSONResponse(
        {"errors": [{"message": http.detail, "extensions": {"code": code}}]},
        http.status_code,
        dict(http.headers or {}),
    )
