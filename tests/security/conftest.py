from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from gateway.settings import Settings
from resolvers.context import Tools
from tests.security.estate import Estate
from tests.world import World


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A log line for each of thousands of questions says nothing."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Cheap password hashes, and room for questions that ask for everything at once."""
    return Settings(
        database_url=database_url,
        argon2_memory_kib=8,
        argon2_time_cost=1,
        password_queue=100,
        token_limit=1_000_000,
        cost_limit=10**15,
        depth_limit=40,
        request_deadline_seconds=120,
        statement_timeout_seconds=120,
    )


@pytest.fixture
async def estate(world: World, tools: Tools) -> Estate:
    return await Estate(world).build()
