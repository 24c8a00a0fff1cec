"""News through PostgreSQL: NOTIFY inside the unit's transaction, LISTEN on a connection of its own.

Notifications are delivered if and when their transaction commits, to every gateway. A connection
that listens may be lost; what was told meanwhile is too, so after it is opened again everybody is
told to look again.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import Text, bindparam, text

from domain.news import News, Topic
from persistence.columns import ListOf
from persistence.reader import BROKEN, DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from persistence.newsroom import Newsroom

CHANNEL = "gateway_news"
LONGEST_PAYLOAD = 7_000
"""Bytes; PostgreSQL takes 8,000."""
MOST_PIECES = 1_000
"""With more pieces in one unit, their tenants are told to look again instead."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Between attempts to listen again, seconds."""
HEARTBEAT = 15.0
"""How often somebody looks whether the connection still lives, seconds."""
FAILURES = (*BROKEN, asyncpg.PostgresError, TimeoutError)

_NOTIFY = text("SELECT pg_notify(:channel, payload) FROM unnest(:payloads) AS payload").bindparams(
    bindparam("payloads", type_=ListOf(Text()))
)
_log = structlog.get_logger("persistence.listening")


def payloads(news: Collection[News]) -> Iterator[str]:
    """Return the texts that carry news, no longer than PostgreSQL takes."""
    told: Iterable[News] = news
    if len(news) > MOST_PIECES:
        told = dict.fromkeys(News(piece.topic, piece.tenant) for piece in news)
    line = ""
    for piece in told:
        words = (piece.topic.value, piece.tenant.hex, piece.object.hex if piece.object else "")
        written = ":".join(words)
        if line and len(line) + len(written) >= LONGEST_PAYLOAD:
            yield line
            line = ""
        line = f"{line},{written}" if line else written
    if line:
        yield line


def parse(payload: str) -> Iterator[News]:
    """Return the news of a payload; what another version of the gateway made up is left out."""
    for written in payload.split(","):
        with suppress(ValueError):
            topic, tenant, key = written.split(":")
            yield News(Topic(topic), UUID(hex=tenant), UUID(hex=key) if key else None)


class Listener:
    """Hears the news of all gateways; begins with the first who waits for it."""

    def __init__(
        self,
        newsroom: Newsroom,
        connect: Callable[[], Awaitable[asyncpg.Connection[Any]]],
        patience: float,
    ) -> None:
        """Tell `newsroom`; who waits for the first news waits `patience` seconds at most."""
        self._newsroom = newsroom
        self._connect = connect
        self._patience = patience
        self._hears = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def send(self, connection: AsyncConnection, news: Collection[News]) -> None:
        """Send news in the transaction of its unit: one statement."""
        if news:
            bound = {"channel": CHANNEL, "payloads": list(payloads(news))}
            await connection.execute(_NOTIFY, bound)

    def committed(self, news: Collection[News]) -> None:
        """Wait for the database to say so."""

    async def ready(self) -> None:
        """Return when news is heard; `DatabaseUnavailable` when that takes too long."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        if not self._hears.is_set():
            try:
                async with asyncio.timeout(self._patience):
                    await self._hears.wait()
            except TimeoutError as error:
                raise DatabaseUnavailable from error

    async def _listen(self) -> None:
        pause = SHORTEST_PAUSE
        heard_before = False
        while True:
            try:
                connection = await self._connect()
                try:
                    ended = asyncio.Event()
                    connection.add_termination_listener(lambda _, ended=ended: ended.set())
                    await connection.add_listener(CHANNEL, self._heard)
                    self._hears.set()
                    if heard_before:
                        _log.warning("listening again")
                        self._newsroom.look_again()
                    heard_before, pause = True, SHORTEST_PAUSE
                    await _until_lost(connection, ended)
                finally:
                    self._hears.clear()
                    connection.terminate()
            except FAILURES as error:
                _log.warning("news is not heard", error=type(error).__name__)
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
            pause = min(2 * pause, LONGEST_PAUSE)

    def _heard(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        self._newsroom.tell(parse(str(payload)))

    async def close(self) -> None:
        """Hear no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


async def _until_lost(connection: asyncpg.Connection[Any], ended: asyncio.Event) -> None:
    """Return when the connection has ended; raise when it does not answer any more."""
    while not ended.is_set():
        try:
            async with asyncio.timeout(HEARTBEAT):
                await ended.wait()
        except TimeoutError:
            await connection.execute("SELECT 1", timeout=HEARTBEAT)
