"""Bringing a database to the revision this build was made for, and asking where it stands."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Text, column, literal_column, make_url, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from persistence.database import Limits, make_engine
from persistence.drift import catalogue_of, differences
from persistence.queries import Query
from persistence.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import URL, Connection, Select

    from persistence.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")
ADVISORY_LOCK = 0x6C6963656E736573
"""The number every gateway's migration of one database agrees on."""

LOCK_TIMEOUT = "5s"
POLL = 0.1
LONGEST_WAIT = 300
"""Seconds to wait for another migration of the same database."""


class MigrationRefused(Exception):
    """The database cannot be migrated now; the message says why."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _steps() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def head() -> str:
    """Return the revision this build was made for."""
    newest = _steps().get_current_head()
    if newest is None:
        raise LookupError(MIGRATIONS)
    return newest


def draft(message: str) -> Path:
    """Write the next step, empty, and return its file; it is for a person to fill in."""
    script = command.revision(_config(), message, rev_id=f"{int(head()) + 1:04}")
    return Path(script.path)  # type: ignore[union-attr]  # one revision gives one script


async def migrate(url: str, to: str = "head") -> None:
    """Take the steps the database at `url` lacks; it is made first where it is a SQLite file.

    Concurrent calls wait for each other. A step that does not get a lock on a table within five
    seconds is undone, rather than make the work of the gateways queue behind it; the steps
    before it stay.
    """
    address = make_url(url)
    prepared = _sqlite if address.get_backend_name() == "sqlite" else _postgresql
    # The lock is held before Alembic is entered: its proxies are one per process.
    async with prepared(address) as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), to))


@asynccontextmanager
async def _postgresql(address: URL) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(address, poolclass=NullPool)
    try:
        # The lock belongs to the session and ends with it, also when the process is killed.
        async with engine.connect() as connection:
            await _lock(connection)
            await connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            await connection.commit()
            yield connection
    finally:
        await engine.dispose()


async def _lock(connection: AsyncConnection) -> None:
    # Asked for again and again, not waited for: a session that waits inside a statement holds a
    # snapshot, for whose end an index built concurrently by the holder would wait in turn.
    attempt = text(f"SELECT pg_try_advisory_lock({ADVISORY_LOCK})")
    for _ in range(int(LONGEST_WAIT / POLL)):
        held = await connection.scalar(attempt)
        await connection.commit()
        if held:
            return
        await asyncio.sleep(POLL)
    raise MigrationRefused(f"Another migration has been running for {LONGEST_WAIT} seconds.")


@asynccontextmanager
async def _sqlite(address: URL) -> AsyncIterator[AsyncConnection]:
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(address.render_as_string(hide_password=False), Limits())
    try:
        async with engine.connect() as connection:
            # A step that rebuilds a table drops the old one, to which others refer. It cannot
            # be switched inside a transaction, so not through SQLAlchemy, which begins one.
            await _driver(connection, "PRAGMA foreign_keys=OFF")
            async with connection.begin():
                yield connection
                broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
                if broken:
                    raise MigrationRefused(f"{len(broken)} rows refer to rows that do not exist.")
    finally:
        await engine.dispose()


async def _driver(connection: AsyncConnection, statement: str) -> None:
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await raw.execute(statement)


async def revision_of(database: str | AsyncEngine) -> str | None:
    """Return the revision of the database at a URL or behind an engine; `None` before the first."""
    engine = create_async_engine(database) if isinstance(database, str) else database
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    finally:
        if engine is not database:
            await engine.dispose()


async def drift(url: str | None = None) -> list[str]:
    """Return in what the migrations and the models differ; nothing when they agree.

    Both are made in scratch databases: SQLite files, or with the URL of a PostgreSQL server
    databases on it, for which its user must be allowed to create them.
    """
    async with _scratch(url) as models, _scratch(url) as migrations:
        engine = create_async_engine(models, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)
        await engine.dispose()
        await migrate(migrations)
        return differences(await catalogue_of(models), await catalogue_of(migrations))


@asynccontextmanager
async def _scratch(url: str | None) -> AsyncIterator[str]:
    if url is None or make_url(url).get_backend_name() == "sqlite":
        with TemporaryDirectory(prefix="gateway-drift-") as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'scratch.sqlite3'}"
        return
    name = f"drift_{uuid4().hex}"
    await _on_server(url, f"CREATE DATABASE {name}")
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        await _on_server(url, f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(url: str, statement: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def behind(database: Database) -> list[str]:
    """Return why this build cannot work on the database; nothing when it can.

    A revision this build does not know is a newer one: steps only add while builds that do not
    know them still run, so such a build goes on.
    """
    found = await _read_revision(database)
    newest, *older = [script.revision for script in _steps().walk_revisions()]
    if found is None:
        return [f"the database has no tables, this build needs revision {newest}"]
    if found in older:
        return [f"the database is at revision {found}, this build needs {newest}"]
    return []


async def _read_revision(database: Database) -> str | None:
    """Read the revision without a unit of work, which on SQLite would wait for the writer."""
    dialect = database.reader.dialect
    if not await database.reader.fetch(Query.compile(_VERSION_TABLE[dialect.name], dialect), {}):
        return None
    rows = await database.reader.fetch(Query.compile(_VERSION, dialect), {})
    return str(rows[0]["version_num"]) if rows else None


_VERSION: Select[Any] = select(column("version_num", Text)).select_from(table("alembic_version"))
_VERSION_TABLE: dict[str, Select[Any]] = {
    "postgresql": select(literal_column("1", Text).label("found")).where(
        literal_column("to_regclass('alembic_version')").is_not(None)
    ),
    "sqlite": select(literal_column("1", Text).label("found"))
    .select_from(table("sqlite_master"))
    .where(literal_column("name") == literal_column("'alembic_version'")),
}
