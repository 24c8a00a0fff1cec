from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from gateway.ciphers import AesCodeCipher, AesLetterCipher
from gateway.code_keys import CodeKeys
from gateway.passwords import ArgonHasher
from gateway.settings import Settings
from persistence.database import Limits, open_database
from resolvers.context import Rules, Tools
from tests.client import Gateway
from tests.clock import Clock
from tests.conservation.machine import Stage
from tests.conservation.processes import CODE_KEYS
from tests.world import World


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[Tools]:
    """What one gateway process has: pools and threads of its own over the same database."""
    database = await open_database(
        settings.database_url, clock, Limits(pool_size=settings.pool_size)
    )
    passwords = ArgonHasher(settings)
    try:
        keys = CodeKeys.parse(CODE_KEYS)
        ciphers = AesCodeCipher(keys), AesLetterCipher(keys)
        yield Tools(database, passwords, *ciphers, Rules.of(settings))
    finally:
        passwords.close()
        await database.close()


@pytest.fixture
async def tools(settings: Settings, clock: Clock) -> AsyncIterator[Tools]:
    async with opened(settings, clock) as tools:
        yield tools


@pytest.fixture
async def other_gateway(settings: Settings, clock: Clock) -> AsyncIterator[Gateway]:
    """Another gateway over the same database."""
    async with opened(settings, clock) as tools, Gateway(tools, settings) as running:
        yield running


@pytest.fixture
def stage(settings: Settings, clock: Clock) -> Iterator[Stage]:
    """A world for the machine, whose rules are no coroutines."""
    with asyncio.Runner() as runner:
        open_tools = opened(settings, clock)
        tools = runner.run(open_tools.__aenter__())
        try:
            yield Stage(runner.run(World(tools).begin()), clock, runner)
        finally:
            runner.run(open_tools.__aexit__(None, None, None))
