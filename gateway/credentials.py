"""The credential of a request: a bearer token of a program, or the cookie of a browser."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from starlette.requests import cookie_parser

from gateway.exchange import COOKIE
from gateway.headers import text

if TYPE_CHECKING:
    from gateway.exchange import Exchange

_TOKEN = (string.ascii_letters + string.digits + "._~+/-").encode()
_LONGEST = 512


class Unauthenticated(Exception):
    """The request carries a credential that is malformed, unknown, expired or revoked."""


def credential(exchange: Exchange) -> str | None:
    """Return the token of a request, `None` when it is anonymous; `Unauthenticated` if malformed.

    The header wins: a request that has one owes nothing to the browser's cookie. The exchange
    learns when it was the cookie.
    """
    if b"authorization" in exchange.headers:
        return bearer(exchange.headers[b"authorization"])
    if b"cookie" not in exchange.headers:
        return None
    cookie = cookie_parser(text(exchange.headers, b"cookie")).get(COOKIE)
    if not cookie:
        return None
    exchange.by_cookie = True
    return cookie if _well_formed(cookie.encode("utf-8", "replace")) else ""


def bearer(authorization: bytes) -> str:
    """Return the token of an Authorization header; `Unauthenticated` if it is malformed."""
    scheme, _, token = authorization.partition(b" ")
    if scheme != b"Bearer" or not _well_formed(token):
        token = token.strip(b" ")
        if scheme.lower() != b"bearer" or not _well_formed(token):
            raise Unauthenticated
    return token.decode("ascii")


def _well_formed(token: bytes) -> bool:
    """Whether it is a `b64token` of RFC 6750, not too long."""
    # What is left without the allowed characters; a pattern would take ten times as long.
    bare = token.rstrip(b"=")
    return 0 < len(bare) <= _LONGEST and not bare.translate(None, _TOKEN)
