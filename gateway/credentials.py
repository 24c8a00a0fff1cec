"""The credential of a request: a bearer token of a program, or the cookie of a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.exchange import COOKIE

if TYPE_CHECKING:
    from starlette.requests import Request

    from gateway.exchange import Exchange

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,512}=*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,512}=*")


class Unauthenticated(Exception):
    """The request carries a credential that is malformed, unknown, expired or revoked."""


def credential(request: Request, exchange: Exchange) -> str | None:
    """Return the token of a request, `None` when it is anonymous; `Unauthenticated` if malformed.

    The header wins: a request that has one owes nothing to the browser's cookie. The exchange
    learns when it was the cookie.
    """
    headers = request.headers.getlist("Authorization")
    if headers:
        match = _BEARER.fullmatch(headers[0].strip()) if len(headers) == 1 else None
        if match is None:
            raise Unauthenticated
        return match[1]
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    exchange.by_cookie = True
    return cookie if _TOKEN.fullmatch(cookie) else ""
