from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from gateway.logs import configure_logs
from gateway.settings import Settings
from tests.clock import Clock
from tests.conftest import cheap_settings, fresh_database
from tests.conservation.conftest import opened
from tests.reading.differential.cast import Cast
from tests.reading.differential.desk import Desk
from tests.world import World


@pytest.fixture(autouse=True)
def _quiet(_logs: None) -> None:
    """A log line for each of thousands of questions says nothing."""
    configure_logs(Settings(log_level="error"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """One world for all questions of a module: they only read."""
    with (
        fresh_database(request, tmp_path_factory.mktemp("differential")) as url,
        asyncio.Runner() as runner,
    ):
        settings = cheap_settings(url)
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
