"""A few PostgreSQL connections for reads, kept as they are between uses, statements and all.

asyncpg's own pool resets a connection on release and guards each step by a task or a timeout of
its own, which costs more than a read by key does. Reads leave nothing behind that would need it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

STATEMENTS = 500
"""How many prepared statements a connection keeps: about as many as plans keep shapes."""


class Connection:
    """A connection that keeps the statements it has prepared."""

    def __init__(self, driver: asyncpg.Connection[Any]) -> None:
        """Keep statements of the driver's connection."""
        self._driver = driver
        self._statements: dict[str, Any] = {}

    async def fetch(self, text: str, bound: Sequence[Any]) -> Sequence[Any]:
        """Return the rows of a statement."""
        statement = self._statements.get(text)
        if statement is None:
            if len(self._statements) >= STATEMENTS:
                self._statements.clear()
            statement = self._statements[text] = await self._driver.prepare(text)
        try:
            rows: Sequence[Any] = await statement.fetch(*bound)
        except asyncpg.InvalidCachedStatementError:
            # A migration has changed what it reads: all are prepared anew.
            self._statements.clear()
            return await self._driver.fetch(text, *bound)
        return rows

    def is_closed(self) -> bool:
        """Whether it can be used no more."""
        return self._driver.is_closed()

    def terminate(self) -> None:
        """End it at once."""
        self._driver.terminate()

    async def close(self) -> None:
        """End it in good order."""
        await self._driver.close()


class PoolExhausted(Exception):
    """No connection came free within the wait that the settings allow."""


class Connections:
    """At most `size` connections; the one freed last is used first.

    Every slot is either a connection (idle or in use) or the right to open one.
    """

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], size: int, wait: float
    ) -> None:
        """Open connections by `connect`; `wait` is the longest wait for one in seconds."""
        self._connect = connect
        self._free = size
        self._wait = wait
        self._idle: list[Connection] = []
        self._used: set[Connection] = set()
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()

    def take(self) -> Connection | None:
        """Return an idle connection as one's own; `None` when there is none."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                self._used.add(connection)
                return connection
            self._free += 1
        return None

    async def acquire(self) -> Connection:
        """Return a connection of one's own; `PoolExhausted` when none comes free in time."""
        idle = self.take()
        if idle is not None:
            return idle
        if self._free:
            self._free -= 1
            return await self._open()
        connection_or_right = await self._turn()
        if connection_or_right is None:
            return await self._open()
        self._used.add(connection_or_right)
        return connection_or_right

    async def _open(self) -> Connection:
        """Use a right to open a connection; the right is passed on when that fails."""
        try:
            connection = await self._connect()
        except BaseException:
            self._pass_on(None)
            raise
        self._used.add(connection)
        return connection

    async def _turn(self) -> Connection | None:
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._wait):
                return await turn
        except BaseException as error:
            # What was handed over in the same moment must not be lost.
            if turn.done() and not turn.cancelled():
                self._pass_on(turn.result())
            if isinstance(error, TimeoutError):
                raise PoolExhausted from error
            raise

    def release(self, connection: Connection, *, broken: bool) -> None:
        """Give a connection back; a broken one is dropped, and its slot may be opened anew."""
        self._used.discard(connection)
        if broken or connection.is_closed():
            connection.terminate()
            self._pass_on(None)
        else:
            self._pass_on(connection)

    def _pass_on(self, connection: Connection | None) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is None:
            self._free += 1
        else:
            self._idle.append(connection)

    def expire(self) -> None:
        """Drop the idle connections."""
        for connection in self._idle:
            connection.terminate()
        self._free += len(self._idle)
        self._idle.clear()

    async def close(self, seconds: float) -> None:
        """Close all connections, those that take longer than `seconds` at once."""
        connections = [*self._idle, *self._used]
        self._idle.clear()
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(connection.close() for connection in connections))
        except TimeoutError:
            for connection in connections:
                connection.terminate()
