from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import structlog

from gateway.ciphers import AesCodeCipher, AesLetterCipher
from gateway.code_keys import CodeKeys, new_key
from gateway.logs import configure_logs
from gateway.passwords import ArgonHasher
from gateway.settings import Settings
from persistence.database import Limits, open_database
from persistence.migrating import migrate
from resolvers.context import Rules, Tools
from tests.client import Gateway
from tests.clock import Clock
from tests.postgres import provide_postgres
from tests.subscriptions.serving import Served, serving
from tests.world import World

SERVER = "TEST_POSTGRES_URL"
_running = ExitStack()
_keys = CodeKeys.parse(new_key("test"))


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers; they inherit its address."""
    if not hasattr(config, "workerinput"):
        os.environ[SERVER] = _running.enter_context(provide_postgres())


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _running.close()


def run_on_server(*statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(os.environ[SERVER])
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def url_of(database: str) -> str:
    server, _, _ = os.environ[SERVER].rpartition("/")
    return f"{server}/{database}".replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture(scope="session")
def template_postgresql() -> Iterator[str]:
    """A migrated database that tests get copies of."""
    name = f"template_{uuid4().hex}"
    run_on_server(f"CREATE DATABASE {name}")
    asyncio.run(migrate(url_of(name)))
    yield name
    run_on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "gateway.sqlite3"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """As in earnest: what structlog prints unconfigured shows the locals of every frame."""
    handlers, level = logging.root.handlers[:], logging.root.level
    configure_logs(Settings(log_format="json"))
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@contextmanager
def fresh_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Make an empty, migrated database of the kind that is asked for; give its URL."""
    if request.param == "sqlite":
        file = folder / "gateway.sqlite3"
        shutil.copy(request.getfixturevalue("template_sqlite"), file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    template = request.getfixturevalue("template_postgresql")
    name = f"test_{uuid4().hex}"
    run_on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield url_of(name)
    finally:
        run_on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database; every test runs on both kinds."""
    with fresh_database(request, tmp_path) as url:
        yield url


def cheap_settings(url: str) -> Settings:
    """Return settings with cheap password hashes."""
    return Settings(database_url=url, argon2_memory_kib=8, argon2_time_cost=1, password_queue=100)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings with cheap password hashes."""
    return cheap_settings(database_url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def tools(settings: Settings, clock: Clock) -> AsyncIterator[Tools]:
    database = await open_database(
        settings.database_url, clock, Limits(pool_size=settings.pool_size)
    )
    passwords = ArgonHasher(settings)
    yield Tools(
        database=database,
        passwords=passwords,
        cipher=AesCodeCipher(_keys),
        envelopes=AesLetterCipher(_keys),
        rules=Rules.of(settings),
    )
    passwords.close()
    await database.close()


@pytest.fixture
async def world(tools: Tools) -> World:
    """A world with nothing in it but the licensor."""
    return await World(tools).begin()


@pytest.fixture
async def gateway(tools: Tools, settings: Settings) -> AsyncIterator[Gateway]:
    """The whole gateway, asked through HTTP."""
    async with Gateway(tools, settings) as running:
        yield running


@pytest.fixture
async def served(tools: Tools, settings: Settings) -> AsyncIterator[Served]:
    """The whole gateway on a port of this machine."""
    async with serving(tools, settings) as running:
        yield running
