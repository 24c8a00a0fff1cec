"""The headers of a request, read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

Headers = dict[bytes, bytes]
"""By lower-case name; several of one name are one, joined as RFC 9110 says."""


def headers_of(scope: Scope) -> Headers:
    """Return the headers of a request."""
    headers: Headers = {}
    for name, value in scope["headers"]:
        known = headers.get(name)
        if known is not None:
            value = known + (b"; " if name == b"cookie" else b", ") + value  # noqa: PLW2901 - joined
        headers[name] = value
    return headers


def text(headers: Headers, name: bytes) -> str:
    """Return a header as text, empty when it is not there."""
    return headers.get(name, b"").decode("latin-1")
