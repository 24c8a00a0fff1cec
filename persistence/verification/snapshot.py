"""One consistent look at a database in use, which can take as long as it needs."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import URL, Connection
    from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection


@asynccontextmanager
async def snapshot(url: URL) -> AsyncIterator[AsyncConnection]:
    """Open a connection whose reads all see the same moment and which cannot write."""
    # An engine of its own: that of the units of work ends statements early, and on SQLite
    # every transaction of it keeps the other writers out.
    engine = create_async_engine(url, poolclass=NullPool)
    options: dict[str, Any] = {}
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _read_only)
        event.listen(engine.sync_engine, "begin", _begin)
    else:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        async with engine.connect() as connection:
            yield await connection.execution_options(**options)
    finally:
        await engine.dispose()


def _read_only(connection: AsyncAdapt_aiosqlite_connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
