"""`/print/<token>`: opens a page of codes once. The address is a secret and is in no log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.routing import Route

from gateway.credentials import Unauthenticated, credential
from gateway.errors import FATAL
from gateway.exchange import SCOPE_KEY
from gateway.printing.page import POLICY, render, render_busy, render_unknown
from resolvers.printing import open_page
from schema.hand_overs import PRINTED_PAGES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from starlette.requests import Request
    from starlette.responses import Response

    from domain.access import Caller
    from gateway.exchange import Exchange
    from resolvers.context import Tools

LONGEST_TOKEN = 100
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


class PrintedPages:
    """Answers with pages; `tools` and `identify` are there once the gateway has started."""

    def __init__(
        self, tools: Callable[[], Tools], identify: Callable[[str], Awaitable[Caller]]
    ) -> None:
        self._tools = tools
        self._identify = identify

    def route(self) -> Route:
        """Return the route of the pages."""
        return Route(PRINTED_PAGES + "{token}", self.show, methods=["GET"])

    async def show(self, request: Request) -> Response:
        """Open a page; one that does not open is answered alike, whatever the reason."""
        if request.method != "GET":
            # What only looks whether there is a page must not use it up.
            raise HTTPException(405, headers={"Allow": "GET"})
        exchange: Exchange = request.scope[SCOPE_KEY]
        if "prefetch" in request.headers.get("sec-purpose", ""):
            # Nor must a browser that guesses what is opened next; it asks again in earnest.
            return HTMLResponse(render_busy(exchange.language), 503, _HEADERS)
        token: str = request.path_params["token"]
        page = None
        if len(token) <= LONGEST_TOKEN and token.isascii():
            try:
                page = await open_page(self._tools(), token, await self._visitor(exchange))
            except FATAL:
                return HTMLResponse(render_busy(exchange.language), 503, _HEADERS)
        if page is None:
            return HTMLResponse(render_unknown(exchange.language), 404, _HEADERS)
        # Hundreds of QR codes would keep the loop from everybody else.
        text = await asyncio.to_thread(render, page, exchange.language)
        return HTMLResponse(text, headers=_HEADERS)

    async def _visitor(self, exchange: Exchange) -> UUID | None:
        """Return the cabinet of whoever is signed in; a session that is over is none."""
        try:
            token = credential(exchange)
        except Unauthenticated:
            return None
        caller = None if not token else await self._identify(token)
        return None if caller is None else caller.tenant
