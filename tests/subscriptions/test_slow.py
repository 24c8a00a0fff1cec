"""Who does not take what he is sent costs little, and not for long; others notice nothing."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from domain.news import News, Topic
from persistence.database import Unit
from persistence.reader import DatabaseUnavailable
from tests.subscriptions.serving import SOON, Served
from tests.subscriptions.talking import STOCK, Events, Talk, events, socket
from tests.world import Cabinet, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Nothing here depends on the database."""

PRODUCTS = 300
HAPPENINGS = 250
WIDE = (
    "subscription { stockChanged { "
    + " ".join(f"p{n}: product {{ id name }}" for n in range(30))
    + " } }"
)


async def changed(world: World, cabinet: Cabinet) -> None:
    async def work(unit: Unit) -> None:
        unit.tell(News(Topic.STOCK, cabinet.id))

    await world.tools.database.carry_out(work)


def _patient(served: Served, seconds: float) -> None:
    changed = {"keep_alive_seconds": seconds}
    served.audience._settings = served.settings.model_copy(update=changed)


async def deaf(served: Served, token: str, query: str) -> sockets.socket:
    """Open an event stream and read nothing of it."""
    body = json.dumps({"query": query}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n"
        f"content-type: application/json\r\nauthorization: Bearer {token}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    opened = sockets.socket()
    opened.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    opened.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(opened, ("127.0.0.1", served.port))
    await loop.sock_sendall(opened, head.encode() + body)
    return opened


async def test_who_takes_nothing_is_sent_away_and_costs_a_bounded_amount(
    world: World, served: Served
) -> None:
    _patient(served, 2)
    partner = await world.partner()
    for _ in range(PRODUCTS // 10):
        await world.stocked(partner, 1)
    async with socket(served, partner.token) as quick:
        await quick.subscribe(STOCK)
        await served.follows(1)
        slow = await deaf(served, partner.token, WIDE)
        await served.follows(2)
        before = psutil.Process().memory_info().rss
        for _ in range(HAPPENINGS):
            await changed(world, partner)
            # One event of his is 60 kB; nobody waits for him.
            assert "stockChanged" in (await quick.next())["data"]
        assert psutil.Process().memory_info().rss - before < 8_000_000
        async with asyncio.timeout(3 * SOON):
            while served.audience.count("stream"):
                await quick.nothing(0.05)
        await served.follows(1)
        await changed(world, partner)
        await quick.next()
        slow.close()


async def test_a_burst_is_told_in_few_answers_and_the_last_state_is_among_them(
    world: World, served: Served
) -> None:
    _patient(served, 60)
    partner = await world.partner()
    product = await world.product()
    await world.issue(product, 60)
    async with socket(served, partner.token) as talk:
        await talk.subscribe("subscription { stockChanged { sealed } }")
        await served.follows(1)
        for _ in range(60):
            await world.sell(world.licensor, partner, product, 1)
        answers = 1
        while (await talk.next())["data"]["stockChanged"] != [{"sealed": 60}]:
            answers += 1
        assert answers <= 60
        await talk.nothing()


async def test_what_fails_in_passing_is_told_when_it_has_passed(
    world: World, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither forgotten nor told in halves: the same piece of news is answered later."""
    partner = await world.partner()
    fetch, failing = world.tools.database.reader.fetch, [True, True]

    async def broken(query: Any, values: Any) -> Any:
        if failing:
            failing.pop()
            raise DatabaseUnavailable
        return await fetch(query, values)

    async with (
        socket(served, partner.token) as talk,
        events(served, partner.token, STOCK) as stream,
    ):
        await talk.subscribe(STOCK)
        await served.follows(2)
        monkeypatch.setattr(world.tools.database.reader, "fetch", broken)
        await changed(world, partner)
        assert (await talk.next())["data"] == {"stockChanged": []}
        assert (await stream.take())[1]["data"] == {"stockChanged": []}
        assert not failing


async def test_what_goes_on_failing_ends_the_subscription_with_its_code(
    world: World, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.deliveries.PAUSE", 0.001)
    partner = await world.partner()

    async def broken(*_: Any) -> Any:
        raise DatabaseUnavailable

    async with (
        socket(served, partner.token) as talk,
        events(served, partner.token, STOCK) as stream,
    ):
        await talk.subscribe(STOCK)
        await served.follows(2)
        with monkeypatch.context() as patched:
            patched.setattr(served.engine, "_event", broken)
            patched.setattr("gateway.feeds.OrderFeed.answer", broken)
            await changed(world, partner)
            await _told(talk, stream, "UNAVAILABLE")
        await served.follows(0)
        await talk.subscribe("{ __typename }")
        await talk.next()


async def test_what_nobody_expected_is_masked(
    world: World,
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    partner = await world.partner()

    async def broken(*_: Any) -> Any:
        raise LookupError("the secret words of an exception")

    async with (
        socket(served, partner.token) as talk,
        events(served, partner.token, STOCK) as stream,
    ):
        await talk.subscribe(STOCK)
        await served.follows(2)
        with monkeypatch.context() as patched:
            patched.setattr("gateway.feeds.OrderFeed.answer", broken)
            await changed(world, partner)
            told = await _told(talk, stream, "INTERNAL")
    assert "secret" not in str(told)
    assert partner.token not in capsys.readouterr().out


async def _told(talk: Talk, stream: Events, code: str) -> Any:
    message = await talk.take()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == code
    kind, answer = await stream.take()
    assert kind == "next"
    assert answer["errors"][0]["extensions"]["code"] == code
    assert "data" not in answer
    assert await stream.take() == ("complete", None)
    return message, answer
