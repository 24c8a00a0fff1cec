from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from persistence import migrating
from persistence.database import open_database
from persistence.drift import catalogue_of, differences
from persistence.migrating import behind, drift, head, migrate, revision_of
from tests.clock import Clock
from tests.conftest import url_of

MIGRATE = """
import asyncio, sys
from persistence.migrating import migrate
asyncio.run(migrate(sys.argv[1]))
"""


async def execute(url: str, *statements: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def reasons(url: str) -> list[str]:
    database = await open_database(url, Clock())
    try:
        return await behind(database)
    finally:
        await database.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_the_migrations_make_what_the_models_say(database: str) -> None:
    assert await drift(None if database == "sqlite" else url_of("postgres")) == []


WITHOUT_PREDICATE = (
    "DROP INDEX uq_partner_links_active",
    "CREATE UNIQUE INDEX uq_partner_links_active ON partner_links (company_id)",
)
DRIFTS: dict[str, dict[str, tuple[tuple[str, ...], list[str]]]] = {
    "both": {
        "the predicate of an index": (
            WITHOUT_PREDICATE,
            ["index partner_links.uq_partner_links_active"],
        ),
        "an index": (("DROP INDEX ix_users_email_key",), ["index users.ix_users_email_key"]),
        "a table": (("CREATE TABLE notes (id INTEGER)",), ["column notes.id", "relation notes"]),
        "a column": (("ALTER TABLE users ADD COLUMN nick TEXT",), ["column users.nick"]),
    },
    "postgresql": {
        "a check": (
            (
                "ALTER TABLE documents DROP CONSTRAINT ck_documents_number",
                "ALTER TABLE documents ADD CONSTRAINT ck_documents_number CHECK (number >= 0)",
            ),
            ["constraint documents.ck_documents_number"],
        ),
        "a trigger": (
            ("DROP TRIGGER licenses_kept ON licenses",),
            ["trigger licenses.licenses_kept"],
        ),
        "a trigger that is switched off": (
            ("ALTER TABLE licenses DISABLE TRIGGER licenses_kept",),
            ["trigger licenses.licenses_kept"],
        ),
        "a function": (
            (
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
                " AS 'BEGIN RETURN NEW; END'",
            ),
            ["function refuse_change()"],
        ),
        "a collation": (
            ('ALTER TABLE tenants ALTER COLUMN name TYPE text COLLATE "C"',),
            ["column tenants.name"],
        ),
        "a default": (
            ("ALTER TABLE companies ALTER COLUMN tariff DROP DEFAULT",),
            ["column companies.tariff"],
        ),
        "nullability": (
            ("ALTER TABLE users ALTER COLUMN name DROP NOT NULL",),
            ["column users.name"],
        ),
        "a type": (
            ("ALTER TABLE document_lines ALTER COLUMN quantity TYPE bigint",),
            ["column document_lines.quantity"],
        ),
        "a foreign key": (
            (
                "ALTER TABLE firms DROP CONSTRAINT fk_firms_company_id",
                "ALTER TABLE firms ADD CONSTRAINT fk_firms_company_id FOREIGN KEY (company_id)"
                " REFERENCES companies (id) ON DELETE CASCADE",
            ),
            ["constraint firms.fk_firms_company_id"],
        ),
    },
    "sqlite": {
        "a check": (
            (
                "PRAGMA writable_schema=ON",
                "UPDATE sqlite_master SET sql = replace(sql, 'number > 0', 'number >= 0')"
                " WHERE name = 'documents'",
            ),
            ["constraint documents.ck_documents_number"],
        ),
        "a trigger": (
            ("DROP TRIGGER licenses_kept",),
            ["trigger licenses.licenses_kept"],
        ),
        "the body of a trigger": (
            (
                "DROP TRIGGER licenses_kept",
                "CREATE TRIGGER licenses_kept BEFORE DELETE ON licenses"
                " FOR EACH ROW BEGIN SELECT 1; END",
            ),
            ["trigger licenses.licenses_kept"],
        ),
        "a default": (
            (
                "PRAGMA writable_schema=ON",
                "UPDATE sqlite_master SET sql = replace(sql, 'tariff TEXT DEFAULT ''''',"
                " 'tariff TEXT') WHERE name = 'companies'",
            ),
            ["column companies.tariff"],
        ),
    },
}
CASES = [
    pytest.param(database, *case, id=f"{database}-{name}")
    for group, cases in DRIFTS.items()
    for database in ("sqlite", "postgresql")
    if group in {"both", database}
    for name, case in cases.items()
]


@pytest.mark.parametrize(("database_url", "statements", "names"), CASES, indirect=["database_url"])
async def test_a_planted_difference_is_found(
    database_url: str, statements: tuple[str, ...], names: list[str]
) -> None:
    before = await catalogue_of(database_url)
    await execute(database_url, *statements)
    found = differences(before, await catalogue_of(database_url))
    assert sorted({line.partition(": ")[0] for line in found if "index of " not in line}) == names


async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    assert await revision_of(empty_url_made(empty_url)) is None
    await migrate(empty_url)
    first = await catalogue_of(empty_url)
    await migrate(empty_url)
    assert await catalogue_of(empty_url) == first
    assert await revision_of(empty_url) == head()


def empty_url_made(url: str) -> str:
    """Return the URL, which SQLite cannot ask for a revision before its folder is there."""
    if url.startswith("sqlite"):
        Path(url.partition("///")[2]).parent.mkdir()
    return url


async def test_concurrent_migrations_wait_for_each_other(empty_url: str) -> None:
    async def other_process() -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATE, empty_url, cwd=Path(__file__).parents[2]
        )
        return await process.wait()

    outcomes = await asyncio.gather(
        other_process(), other_process(), migrate(empty_url), migrate(empty_url)
    )
    assert outcomes == [0, 0, None, None]
    assert await revision_of(empty_url) == head()


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
async def test_a_step_that_gets_no_lock_is_undone(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "50ms")
    await migrate(empty_url, to="0002")
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.execute(text("LOCK TABLE licenses IN ROW EXCLUSIVE MODE"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            await migrate(empty_url)
    assert await revision_of(engine) == "0002"
    await migrate(empty_url)
    assert await revision_of(engine) == head()
    await engine.dispose()


async def test_a_build_is_ready_unless_its_database_is_behind(empty_url: str) -> None:
    empty_url_made(empty_url)
    assert await reasons(empty_url) == [
        f"the database has no tables, this build needs revision {head()}"
    ]
    await migrate(empty_url, to="0001")
    assert await reasons(empty_url) == [
        f"the database is at revision 0001, this build needs {head()}"
    ]
    await migrate(empty_url)
    assert await reasons(empty_url) == []
    await execute(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    assert await reasons(empty_url) == []


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
async def test_a_drafted_step_is_the_next_one(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = head()
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, folder)
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)
    file = migrating.draft("outbox of letters")
    assert file.name == f"{int(before) + 1:04}_outbox_of_letters.py"
    assert file.read_text().startswith('"""outbox of letters."""\n')
    await migrate(empty_url)
    assert await revision_of(empty_url) == head() == f"{int(before) + 1:04}"
