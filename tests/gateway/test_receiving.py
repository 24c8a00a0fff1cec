"""Bodies as they come: at once, in parts, late, or never."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive

from gateway.bad_requests import BadRequest, ClientGone
from gateway.bodies import read_body

LATE = 0.01


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def receiving(*messages: Message | float) -> Receive:
    """Receive these messages, after as many seconds as numbers among them say."""
    left: Iterable[Message | float] = iter(messages)

    async def receive() -> Message:
        for message in left:
            if not isinstance(message, float):
                return message
            await asyncio.sleep(message)
        raise AssertionError

    return receive


@pytest.mark.parametrize(
    "messages",
    [
        [part(b"body")],
        [LATE, part(b"body")],
        [0.0, part(b"body")],
        [part(b"bo", more=True), part(b"dy")],
        [part(b"bo", more=True), LATE, part(b"dy", more=True), part(b"")],
        [LATE, part(b"bo", more=True), LATE, part(b"dy")],
        [part(b"", more=True), {"type": "http.request", "body": b"body"}],
    ],
)
async def test_a_body_comes_in_any_way(messages: list[Message | float]) -> None:
    assert await read_body(receiving(*messages), 4) == b"body"


@pytest.mark.parametrize(
    "messages",
    [
        [part(b"a body")],
        [LATE, part(b"a body")],
        [part(b"a b", more=True), part(b"ody", more=True)],
        [part(b"a b", more=True), part(b"a body", more=True)],
    ],
)
async def test_no_body_is_longer_than_the_limit(messages: list[Message | float]) -> None:
    with pytest.raises(BadRequest) as refused:
        await read_body(receiving(*messages), 4)

    assert (refused.value.status, refused.value.close) == (413, True)


@pytest.mark.parametrize(
    "messages",
    [
        [{"type": "http.disconnect"}],
        [LATE, {"type": "http.disconnect"}],
        [part(b"b", more=True), {"type": "http.disconnect"}],
    ],
)
async def test_a_client_may_leave(messages: list[Message | float]) -> None:
    with pytest.raises(ClientGone):
        await read_body(receiving(*messages), 4)
