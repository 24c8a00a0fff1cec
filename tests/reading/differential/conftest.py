from __future__ import annotations

import asyncio
import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.logs import configure_logs
from gateway.settings import Settings
from tests.clock import Clock
from tests.conftest import run_on_server, url_of
from tests.conservation.conftest import opened
from tests.reading.differential.cast import Cast
from tests.reading.differential.desk import Desk
from tests.world import World


@pytest.fixture(autouse=True)
def _quiet(_logs: None) -> None:
    """A log line for each of thousands of questions says nothing."""
    configure_logs(Settings(log_level="error"))


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """One world for all questions of a module: they only read."""
    with (
        _database(request, tmp_path_factory.mktemp("differential")) as url,
        asyncio.Runner() as runner,
    ):
        settings = Settings(
            database_url=url, argon2_memory_kib=8, argon2_time_cost=1, password_queue=100
        )
        open_tools = opened(settings, Clock())
        tools = runner.run(open_tools.__aenter__())
        try:
            world = runner.run(World(tools).begin())
            cast = runner.run(Cast(world).gather())
            desk = Desk(runner, tools, settings, cast.tokens)
            desk.begin()
            yield desk
            desk.end()
            gc.collect()  # What the executor never awaited is told here, not in other tests.
        finally:
            runner.run(open_tools.__aexit__(None, None, None))
