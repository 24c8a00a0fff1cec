"""Reads: compiled statements on connections that never write, without transactions around them."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import aiosqlite
import asyncpg
from sqlalchemy import Enum, make_url

from persistence.connections import Connection, Connections, PoolExhausted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from sqlalchemy import Dialect, Select
    from sqlalchemy.types import TypeEngine

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


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where what comes from, when values of some names are given: position, name, how it goes in.

    `constants` are all parameters, those that never change in their places.
    """

    constants: list[Any]
    given: list[tuple[int, str, Any]]
    holes: list[tuple[int, str, Any]]


@dataclass(frozen=True, slots=True)
class Query:
    """A statement compiled once: its text, and how values go in and come out."""

    text: str
    parameters: tuple[tuple[str, Any], ...]
    constants: Mapping[str, Any]
    columns: tuple[tuple[str, Any], ...]
    _layouts: dict[tuple[str, ...], _Layout] = field(default_factory=dict)

    @classmethod
    def compile(cls, statement: Select[Any], dialect: Dialect, *, raw: bool = False) -> Query:
        """Compile a statement; what changes from call to call must be named bind parameters.

        With `raw`, values of enums stay the texts that the database holds.
        """
        compiled: Any = statement.compile(dialect=dialect)
        binds = compiled.binds
        return cls(
            text=compiled.string,
            parameters=tuple(
                (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
                for name in compiled.positiontup or ()
            ),
            constants={name: bind.value for name, bind in binds.items() if not bind.required},
            columns=tuple(
                (column.name, _result_processor(column.type, dialect, raw=raw))
                for column in statement.selected_columns
            ),
        )

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the statement's parameters."""
        known = {**self.constants, **values}
        return [
            known[name] if process is None else process(known[name])
            for name, process in self.parameters
        ]

    def template(self, values: Mapping[str, Any]) -> Template:
        """Return the parameters with these values filled in, and holes for the others."""
        names = tuple(values)
        known = self._layouts.get(names)
        if known is None:
            known = self._layouts[names] = self._layout(names)
        filled = known.constants.copy()
        for index, name, process in known.given:
            value = values[name]
            filled[index] = value if process is None else process(value)
        return Template(self, filled, known.holes)

    def _layout(self, names: tuple[str, ...]) -> _Layout:
        layout = _Layout([None] * len(self.parameters), [], [])
        for index, (name, process) in enumerate(self.parameters):
            if name in names:
                layout.given.append((index, name, process))
            elif name in self.constants:
                value = self.constants[name]
                layout.constants[index] = value if process is None else process(value)
            else:
                layout.holes.append((index, name, process))
        return layout

    def rows(self, raw: Sequence[Any]) -> list[dict[str, Any]]:
        """Return the rows as dictionaries of Python values."""
        return [
            {
                name: value if process is None or value is None else process(value)
                for (name, process), value in zip(self.columns, row, strict=True)
            }
            for row in raw
        ]


@dataclass(slots=True)
class Template:
    """A query with those of its values that stay the same from call to call."""

    query: Query
    _filled: list[Any]
    _holes: list[tuple[int, str, Any]]

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the statement's parameters."""
        bound = self._filled.copy()
        for index, name, process in self._holes:
            value = values[name]
            bound[index] = value if process is None else process(value)
        return bound


def _result_processor(kind: TypeEngine[Any], dialect: Dialect, *, raw: bool) -> Any:  # noqa: ANN401 - a function or None
    if raw and isinstance(kind, Enum):
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)


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
