"""One database: units of work through SQLAlchemy, reads through a pool of their own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
import stamina
from sqlalchemy import event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from persistence.connections import PoolExhausted
from persistence.listening import Listener
from persistence.newsroom import Newsroom
from persistence.reader import (
    DatabaseTimeout,
    DatabaseUnavailable,
    Reader,
    open_reader,
)
from persistence.slow import watch_engine, watcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from domain.news import News
    from domain.ports import Clock

T = TypeVar("T")

SERIALIZATION_FAILURE = "40001"
DEADLOCK = "40P01"
QUERY_CANCELED = "57014"
CLOSING = 5
"""How long closing waits for units of work, seconds."""
BUSY = "database is locked"

PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "synchronous=FULL",
    # Without it INSERT OR REPLACE rewrites frozen rows: REPLACE fires no delete triggers.
    "recursive_triggers=ON",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of work: an open transaction and the moment it began. Only `Database` commits.

    What is in `afterwards` is called once it has committed, in the order it was put there.
    """

    connection: AsyncConnection
    now: datetime
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    news: dict[News, None] = field(default_factory=dict, compare=False)
    """What is told when it is committed, each piece once."""

    def tell(self, *news: News) -> None:
        """Tell the subscribers of every gateway, if and when the unit is committed."""
        self.news.update(dict.fromkeys(news))


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of every use of the database; times in seconds."""

    pool_size: int = 10
    pool_wait: float = 3
    statement_timeout: float = 10
    slow_statement: float = 1


class Contended(Exception):
    """Others kept changing what this unit waited for; the same work may succeed again."""


def _passing(error: Exception) -> bool:
    """Whether the same work may succeed when tried again."""
    if isinstance(error, Contended):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in {SERIALIZATION_FAILURE, DEADLOCK} or BUSY in str(error.orig)


class Database:
    """Opens units of work and holds the reader and the newsroom; one per process."""

    def __init__(
        self, engine: AsyncEngine, reader: Reader, clock: Clock, newsroom: Newsroom | None = None
    ) -> None:
        """Take the parts; `open_database` makes them."""
        self.engine = engine
        self.reader = reader
        self.clock = clock
        self.newsroom = newsroom or Newsroom()
        # SQLite has one writer: queueing for it in the process keeps writers from polling the
        # file lock, which costs tens of milliseconds each.
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._running: set[asyncio.Future[Any]] = set()

    async def carry_out(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit it; nothing of it remains if it raises.

        The work is run again from its start after a deadlock, a serialization failure or a
        busy SQLite file, so it must keep its effects inside the unit.
        """
        task = asyncio.ensure_future(self._typed(work))
        self._running.add(task)
        task.add_done_callback(self._ended)
        # A caller that gives up must not break the unit off in the middle of a statement:
        # SQLite would keep the lock of the broken connection. The unit ends by itself.
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()

    async def _typed(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        try:
            return await self._tried(work)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == QUERY_CANCELED:
                raise DatabaseTimeout from error
            if error.connection_invalidated or _passing(error):
                raise DatabaseUnavailable from error
            raise
        except Contended as error:
            raise DatabaseUnavailable from error

    async def _tried(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        async for attempt in stamina.retry_context(
            on=_passing, attempts=5, timeout=None, wait_initial=0.01, wait_max=0.2, wait_jitter=0.05
        ):
            with attempt:
                return await self._once(work)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _once(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        source = self.newsroom.source
        async with self._transaction() as connection:
            unit = Unit(connection, self.clock.now())
            result = await work(unit)
            await source.send(connection, unit.news)
        source.committed(unit.news)
        for call in unit.afterwards:
            call()
        return result

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        if self._writer is None:
            async with self._begin() as connection:
                yield connection
        else:
            async with self._writer, self._begin() as connection:
                yield connection

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        try:
            connection = await self.engine.connect()
        except PoolTimeoutError as error:
            raise PoolExhausted from error
        except (DBAPIError, OSError) as error:
            raise DatabaseUnavailable from error
        try:
            async with connection.begin():
                yield connection
        finally:
            await connection.close()

    async def close(self) -> None:
        """Close every connection, after the units that callers gave up have ended."""
        if self._running:
            await asyncio.wait(self._running, timeout=CLOSING)
        await self.newsroom.source.close()
        await self.reader.close()
        await self.engine.dispose()


def make_engine(url: str, limits: Limits) -> AsyncEngine:
    """Return the engine of the units of work."""
    name = make_url(url).get_backend_name()
    if name == "sqlite":
        engine = create_async_engine(
            url, pool_size=2, pool_timeout=limits.pool_wait, hide_parameters=True
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
        return engine
    return create_async_engine(
        url,
        pool_size=limits.pool_size,
        max_overflow=0,
        pool_timeout=limits.pool_wait,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "server_settings": {
                "statement_timeout": str(int(limits.statement_timeout * 1000)),
                "application_name": "gateway",
                # A plan made for these values may walk past all that was sold before; one made
                # for any values takes the index in the order that stock is sold by.
                "plan_cache_mode": "force_generic_plan",
            }
        },
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's
    # The driver must not open transactions of its own: they are deferred, and two deferred
    # writers sell the same license twice.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def open_database(url: str, clock: Clock, limits: Limits | None = None) -> Database:
    """Open the database at an SQLAlchemy `url` of aiosqlite or asyncpg."""
    bounds = limits or Limits()
    engine = make_engine(url, bounds)
    watch_engine(engine.sync_engine, bounds.slow_statement)
    reader = await open_reader(
        url,
        engine.dialect,
        size=bounds.pool_size,
        wait=bounds.pool_wait,
        statement_timeout=bounds.statement_timeout,
        watch=watcher(bounds.slow_statement),
    )
    return Database(engine, reader, clock, _open_newsroom(url, engine.dialect.name, bounds))


def _open_newsroom(url: str, dialect: str, limits: Limits) -> Newsroom:
    newsroom = Newsroom()
    if dialect != "sqlite":
        dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

        async def connect() -> asyncpg.Connection[Any]:
            settings = {"application_name": "gateway news"}
            return await asyncpg.connect(dsn, timeout=limits.pool_wait, server_settings=settings)

        newsroom.source = Listener(newsroom, connect, limits.pool_wait)
    return newsroom
