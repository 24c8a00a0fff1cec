"""Whether a request that a browser sent with our cookie was meant by our own page.

Three independent proofs: a header that a foreign page can only send after a CORS preflight,
which nobody here answers; the `Origin` of the page; and what the browser says about the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.headers import text

if TYPE_CHECKING:
    from gateway.headers import Headers

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class ForgeryGuard:
    """Tells for the headers of a request whether cookies count.

    `origins` may use cookies beside the host asked for. With `tls` that host counts only as
    `https://`, because a page of the same name without TLS may be anybody's.
    """

    def __init__(self, origins: tuple[str, ...], *, tls: bool) -> None:
        self._origins = frozenset(_plain(origin) for origin in origins)
        self._schemes = ("https",) if tls else ("http", "https")

    def allows(self, headers: Headers) -> bool:
        """Whether the request is proof against cross-site forgery."""
        if not text(headers, b"graphql-require-preflight").strip():
            return False
        return self._ours(headers, without_origin=True)

    def allows_socket(self, headers: Headers) -> bool:
        """Whether a page of ours opened the WebSocket: it has no preflight, but an origin."""
        return self._ours(headers, without_origin=False)

    def _ours(self, headers: Headers, *, without_origin: bool) -> bool:
        if text(headers, b"sec-fetch-site").strip().lower() == "cross-site":
            return False
        if b"origin" not in headers:
            return without_origin
        return self._known(text(headers, b"origin"), text(headers, b"host"))

    def _known(self, origin: str, host: str) -> bool:
        plain = _plain(origin)
        own = {_plain(f"{scheme}://{host}") for scheme in self._schemes} if host else set()
        return plain in self._origins or plain in own


def _plain(origin: str) -> str:
    """Return the origin in lower case and without the default port of its scheme."""
    lower = origin.strip().lower()
    return lower.removesuffix(_DEFAULT_PORTS.get(lower.partition("://")[0], "\0"))
