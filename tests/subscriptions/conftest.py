from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gateway.settings import Settings
from persistence.database import Limits, open_database
from resolvers.context import Tools
from tests.clock import Clock
from tests.subscriptions.serving import Served, serving


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Impatient ones: what is looked at now and then is looked at often."""
    return settings.model_copy(update={"keep_alive_seconds": 1.0, "socket_init_seconds": 0.5})


@pytest.fixture
async def second(settings: Settings, tools: Tools, clock: Clock) -> AsyncIterator[Served]:
    """Another gateway on the same database, with connections and caches of its own."""
    database = await open_database(settings.database_url, clock, Limits(pool_size=3))
    apart = replace(tools, database=database)
    async with serving(apart, settings) as running:
        yield running
    await database.close()
