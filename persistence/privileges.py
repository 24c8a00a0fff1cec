"""What the gateway's own role may do on PostgreSQL: work, and never rewrite the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from persistence.tables import METADATA
from persistence.triggers import FROZEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

WORK = "SELECT, INSERT, UPDATE, DELETE"
APPEND = "SELECT, INSERT"
# The projection updates licenses, and a sale locks them, with the rights of whoever logs events.
KEEP = "SELECT, INSERT, UPDATE"


class RoleRefused(Exception):
    """The role cannot be held to any privileges; the message says why."""


async def grant(database: str | AsyncEngine, role: str) -> None:
    """Give an existing role what the gateway needs, and take from it whatever else it had.

    Repeat it after every migration, as the owner of the tables. A role that owns tables or is a
    superuser could not be kept from anything: `RoleRefused`.
    """
    if isinstance(database, AsyncEngine):
        await _grant(database, role)
        return
    engine = create_async_engine(database, poolclass=NullPool)
    try:
        await _grant(engine, role)
    finally:
        await engine.dispose()


async def _grant(engine: AsyncEngine, role: str) -> None:
    if engine.dialect.name != "postgresql":
        raise RoleRefused("SQLite knows no roles: whoever opens the file may change it.")
    quote = engine.dialect.identifier_preparer.quote_identifier
    async with engine.begin() as connection:
        await _check(connection, role)
        for statement in _statements(quote(role)):
            await connection.exec_driver_sql(statement)


async def _check(connection: AsyncConnection, role: str) -> None:
    found = (await connection.execute(_FACTS, {"role": role})).one_or_none()
    if found is None:
        raise RoleRefused(f"There is no role {role!r}.")
    if found.rolsuper:
        raise RoleRefused(f"The role {role!r} is a superuser, whom no privilege binds.")
    if found.owns:
        raise RoleRefused(f"The role {role!r} owns tables of the gateway; it must be another one.")


_FACTS = text("""
SELECT r.rolsuper, EXISTS (
  SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_has_role(r.oid, c.relowner, 'MEMBER')
) AS owns
FROM pg_roles r WHERE r.rolname = :role
""")


def _statements(role: str) -> Iterator[str]:
    """Yield the statements for a quoted role."""
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE ALL ON SCHEMA public FROM {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT SELECT ON alembic_version TO {role}"
    for table in METADATA.sorted_tables:
        if table.name in FROZEN:
            rights = APPEND
        elif table.name == "licenses":
            rights = KEEP
        else:
            rights = WORK
        yield f"GRANT {rights} ON {table.name} TO {role}"
