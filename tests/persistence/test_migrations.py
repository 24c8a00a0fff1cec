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


EDIT = """
PRAGMA writable_schema=ON;
UPDATE sqlite_master SET sql = replace(sql, {}) WHERE name = {}
"""
NO_PREDICATE = """
DROP INDEX uq_partner_links_active;
CREATE UNIQUE INDEX uq_partner_links_active ON partner_links (company_id)
"""
NO_CHECK = """
ALTER TABLE documents DROP CONSTRAINT ck_documents_number;
ALTER TABLE documents ADD CONSTRAINT ck_documents_number CHECK (number >= 0)
"""
NO_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'
"""
CASCADE = """
ALTER TABLE firms DROP CONSTRAINT fk_firms_company_id;
ALTER TABLE firms ADD CONSTRAINT fk_firms_company_id FOREIGN KEY (company_id)
REFERENCES companies (id) ON DELETE CASCADE
"""
PLANTED = {
    "sqlite": [
        (NO_PREDICATE, "index partner_links.uq_partner_links_active"),
        ("DROP INDEX ix_users_email_key", "index users.ix_users_email_key"),
        ("ALTER TABLE users ADD COLUMN nick TEXT", "column users.nick"),
        ("CREATE TABLE notes (id INTEGER)", "column notes.id, relation notes"),
        ("DROP TRIGGER licenses_kept", "trigger licenses.licenses_kept"),
        (
            EDIT.format("'FOR EACH ROW', 'WHEN 0'", "'licenses_kept'"),
            "trigger licenses.licenses_kept",
        ),
        (
            EDIT.format("'number > 0', 'number >= 0'", "'documents'"),
            "constraint documents.ck_documents_number",
        ),
        (
            EDIT.format("'tariff TEXT DEFAULT ''''', 'tariff TEXT'", "'companies'"),
            "column companies.tariff",
        ),
    ],
    "postgresql": [
        (NO_PREDICATE, "index partner_links.uq_partner_links_active"),
        ("DROP INDEX ix_users_email_key", "index users.ix_users_email_key"),
        ("ALTER TABLE users ADD COLUMN nick TEXT", "column users.nick"),
        ("CREATE TABLE notes (id INTEGER)", "column notes.id, relation notes"),
        ("DROP TRIGGER licenses_kept ON licenses", "trigger licenses.licenses_kept"),
        (
            "ALTER TABLE licenses DISABLE TRIGGER licenses_kept",
            "trigger licenses.licenses_kept",
        ),
        (NO_FUNCTION, "function refuse_change()"),
        (NO_CHECK, "constraint documents.ck_documents_number"),
        (CASCADE, "constraint firms.fk_firms_company_id"),
        ('ALTER TABLE tenants ALTER name TYPE text COLLATE "C"', "column tenants.name"),
        ("ALTER TABLE companies ALTER tariff DROP DEFAULT", "column companies.tariff"),
        ("ALTER TABLE users ALTER name DROP NOT NULL", "column users.name"),
        ("ALTER TABLE documents ALTER quantity TYPE bigint", "column documents.quantity"),
    ],
}


@pytest.mark.parametrize(
    ("database_url", "statements", "names"),
    [(database, *case) for database, cases in PLANTED.items() for case in cases],
    indirect=["database_url"],
)
async def test_a_planted_difference_is_found(
    database_url: str, statements: str, names: str
) -> None:
    before = await catalogue_of(database_url)
    await execute(database_url, *statements.split(";"))
    found = differences(before, await catalogue_of(database_url))
    named = sorted({line.partition(": ")[0] for line in found})
    assert ", ".join(name for name in named if not name.startswith("index of ")) == names


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

    async with asyncio.TaskGroup() as group:
        others = [group.create_task(other_process()) for _ in range(2)]
        for _ in range(2):
            group.create_task(migrate(empty_url))
    assert [other.result() for other in others] == [0, 0]
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


async def test_documents_written_before_are_found_by_their_buyers(empty_url: str) -> None:
    empty_url_made(empty_url)
    await migrate(empty_url, to="0008")
    key, when = "0" * 31 + "1", "'2026-01-01 00:00:00.000000'"
    named = [(2, "'ООО  «Ёлка»'", "'6722012609'"), (3, "NULL", "'7788990011'"), (4, "NULL", "NULL")]
    await execute(
        empty_url,
        "INSERT INTO tenants (id, kind, name, name_key, search, created_at) "
        f"VALUES ('{key}', 'PARTNER', 'ЦТО', 'цто', 'цто', {when})",
        'INSERT INTO users (id, tenant_id, name, email, email_key, "right", is_contact, created_at)'
        f" VALUES ('{key}', '{key}', 'Имя', 'a@b.ru', 'a@b.ru', 'ADMIN', true, {when})",
        *(
            "INSERT INTO documents (id, issuer_id, issuer_name, number, kind, created_at, user_id, "
            f"user_name, buyer_name, buyer_inn, quantity) VALUES ('{number:032}', '{key}', 'ЦТО', "
            f"{number}, 'REVEAL_TO_SELF', {when}, '{key}', 'Имя', {name}, {inn}, 1)"
            for number, name, inn in named
        ),
    )

    await migrate(empty_url)

    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        found = await connection.execute(text("SELECT number, search FROM documents ORDER BY 1"))
        assert [tuple(row) for row in found] == [
            (2, "ооо «елка»\n6722012609"),
            (3, "7788990011"),
            (4, ""),
        ]
        # They are frozen again.
        with pytest.raises(DBAPIError, match="documents is not changed this way"):
            await connection.execute(text("UPDATE documents SET search = ''"))
    await engine.dispose()
