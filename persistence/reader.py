"""Reads: queries on connections that never write, without transactions around them."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

import aiosqlite
import asyncpg
from sqlalchemy import make_url

from persistence.connections import Connection, Connections, PoolExhausted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from sqlalchemy import Dialect

    from persistence.queries import Query

    Watch = Callable[[str, float], None]


class DatabaseUnavailable(Exception):
    """The database broke the connection or cannot be reached."""


class DatabaseTimeout(Exception):
    """A statement ran longer than the settings allow."""


CLOSING = 5
"""How long closing waits for reads, seconds."""

BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""What a connection raises that somebody broke."""


class Reader(Protocol):
    """Runs compiled statements; each call uses one connection for its own short time."""

    dialect: Dialect

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return all rows of a query."""
        ...

    async def fetch_raw(self, query: Query, bound: list[Any]) -> Sequence[Any]:
        """Return all rows of a query as the driver gives them; `bound` are its parameters."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class PostgresReader:
    """Reads through connections that keep their prepared statements."""

    def __init__(self, connections: Connections, dialect: Dialect, watch: Watch) -> None:
        """Read through `connections`; `watch` is told each statement and its seconds."""
        self.dialect = dialect
        self._watch = watch
        self._connections = connections

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return all rows of a query."""
        return query.rows(await self.fetch_raw(query, query.bound(values)))

    async def fetch_raw(self, query: Query, bound: list[Any]) -> Sequence[Any]:
        """Return all rows as records; a connection that broke while idle is replaced once."""
        connections = self._connections
        again = True
        while True:
            started = time.perf_counter()
            broken = True
            try:
                connection = connections.take() or await connections.acquire()
                try:
                    rows: Sequence[Any] = await connection.fetch(query.text, bound)
                except asyncpg.PostgresError as error:
                    broken = isinstance(error, BROKEN)
                    raise
                else:
                    broken = False
                    return rows
                finally:
                    # Whoever was cancelled in the middle leaves it in a state nobody knows.
                    connections.release(connection, broken=broken)
                    self._watch(query.text, time.perf_counter() - started)
            except BROKEN as error:
                if not again:
                    raise DatabaseUnavailable from error
                # If one connection broke while idle, the others probably did as well.
                again = False
                connections.expire()
            except asyncpg.QueryCanceledError as error:
                raise DatabaseTimeout from error

    async def close(self) -> None:
        """Close the connections, at once those that do not end in time."""
        await self._connections.close(CLOSING)


class SqliteReader:
    """Reads through a few SQLite connections that refuse to write."""

    def __init__(
        self, connections: list[aiosqlite.Connection], dialect: Dialect, wait: float, watch: Watch
    ) -> None:
        """Take open connections; `wait` is the longest wait for one in seconds."""
        self.dialect = dialect
        self._watch = watch
        self._wait = wait
        self._all = connections
        self._free: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for connection in connections:
            self._free.put_nowait(connection)

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return all rows of a query."""
        return query.rows(await self.fetch_raw(query, query.bound(values)))

    async def fetch_raw(self, query: Query, bound: list[Any]) -> Sequence[Any]:
        """Return all rows as tuples."""
        async with self._connection() as connection:
            started = time.perf_counter()
            try:
                return list(await connection.execute_fetchall(query.text, bound))
            finally:
                self._watch(query.text, time.perf_counter() - started)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosqlite.Connection]:
        try:
            connection = await asyncio.wait_for(self._free.get(), self._wait)
        except TimeoutError as error:
            raise PoolExhausted from error
        try:
            yield connection
        finally:
            self._free.put_nowait(connection)

    async def close(self) -> None:
        """Close the connections."""
        for connection in self._all:
            await connection.close()


async def open_reader(
    url: str,
    dialect: Dialect,
    *,
    size: int,
    wait: float,
    statement_timeout: float,
    watch: Watch,
) -> Reader:
    """Open the read connections of the database at `url`; times in seconds."""
    address = make_url(url)
    if dialect.name == "sqlite":
        connections = []
        for _ in range(min(size, 4)):
            connection = await aiosqlite.connect(str(address.database), isolation_level=None)
            await connection.execute("PRAGMA busy_timeout=5000")
            await connection.execute("PRAGMA query_only=ON")
            connections.append(connection)
        return SqliteReader(connections, dialect, wait, watch)
    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)

    async def connect() -> Connection:
        driver = await asyncpg.connect(
            dsn,
            timeout=wait,
            server_settings={
                "application_name": "gateway reads",
                "default_transaction_read_only": "on",
                # Else a page would be planned anew each time, as nobody knows what LIMIT will be:
                # that takes several times longer than reading it.
                "plan_cache_mode": "force_generic_plan",
                "statement_timeout": str(int(statement_timeout * 1000)),
            },
        )
        return Connection(driver)

    return PostgresReader(Connections(connect, size, wait), dialect, watch)
