"""The body of a request: no longer than allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gateway.bad_requests import BadRequest, ClientGone

if TYPE_CHECKING:
    from starlette.types import Receive


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the body, of at most `limit` bytes; `ClientGone` when it ends too early."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        length += len(part)
        if length > limit:
            too_large(limit)
        if not message.get("more_body", False):
            return b"".join([*parts, part]) if parts else part
        parts.append(part)


def too_large(limit: int) -> NoReturn:
    """Refuse a body that is larger than `limit`."""
    raise BadRequest(
        413, "PAYLOAD_TOO_LARGE", f"The body is larger than {limit} bytes.", close=True
    )
