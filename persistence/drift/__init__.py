"""Where two databases differ that should be made alike, in the databases' own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from persistence.drift import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping

Catalogue = dict[str, str]
"""Everything a database holds but rows: what it is → how the database defines it."""

ALEMBIC = "alembic_version"


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
