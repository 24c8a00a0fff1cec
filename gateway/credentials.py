"""The credential of a request: a bearer token of a program, or the cookie of a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.requests import cookie_parser

from gateway.exchange import COOKIE
from gateway.headers import text

if TYPE_CHECKING:
    from gateway.exchange import Exchange

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,512}=*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,512}=*")


class Unauthenticated(Exception):
    """The request carries a credential that is malformed, unknown, expired or revoked."""


def credential(exchange: Exchange) -> str | None:
    """Return the token of a request, `None` when it is anonymous; `Unauthenticated` if malformed.

    The header wins: a request that has one owes nothing to the browser's cookie. The exchange
    learns when it was the cookie.
    """
    if b"authorization" in exchange.headers:
        match = _BEARER.fullmatch(text(exchange.headers, b"authorization").strip())
        if match is None:
            raise Unauthenticated
        return match[1]
    if b"cookie" not in exchange.headers:
        return None
    cookie = cookie_parser(text(exchange.headers, b"cookie")).get(COOKIE)
    if not cookie:
        return None
    exchange.by_cookie = True
    return cookie if _TOKEN.fullmatch(cookie) else ""
