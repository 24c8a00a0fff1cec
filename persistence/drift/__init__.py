"""Holding what the migrations make against what the models say, in the database's own words."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from persistence.drift import postgresql, sqlite
from persistence.migrating import migrate
from persistence.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

Catalogue = dict[str, str]
"""Everything a database holds but rows: what it is → how the database defines it."""

ALEMBIC = "alembic_version"


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


async def catalogue_of(url: str) -> Catalogue:
    """Read the catalogue of a database, without the table that belongs to the migrations."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            read = {"postgresql": postgresql.read, "sqlite": sqlite.read}[connection.dialect.name]
            return await read(connection, ALEMBIC)
    finally:
        await engine.dispose()


def differences(models: Mapping[str, str], migrations: Mapping[str, str]) -> list[str]:
    """Return one line for each thing that only one side has, or that the sides define apart."""
    lines = []
    for name in sorted(models.keys() | migrations.keys()):
        model, migrated = models.get(name), migrations.get(name)
        if model is None:
            lines.append(f"{name}: only in the migrations: {migrated}")
        elif migrated is None:
            lines.append(f"{name}: only in the models: {model}")
        elif model != migrated:
            lines.append(f"{name}: the models say {model!r}, the migrations {migrated!r}")
    return lines


@asynccontextmanager
async def _scratch(url: str | None) -> AsyncIterator[str]:
    if url is None or make_url(url).get_backend_name() == "sqlite":
        with TemporaryDirectory(prefix="gateway-drift-") as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'scratch.sqlite3'}"
        return
    name = f"drift_{uuid4().hex}"
    server = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        await _execute(server, f"CREATE DATABASE {name}")
        try:
            yield make_url(url).set(database=name).render_as_string(hide_password=False)
        finally:
            await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await server.dispose()


async def _execute(engine: AsyncEngine, statement: str) -> None:
    async with engine.connect() as connection:
        await connection.execute(text(statement))
