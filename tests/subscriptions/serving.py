"""The whole gateway on a port of this machine, in the loop of the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn

from gateway.app import create_app
from gateway.audience import Audience
from gateway.composition import DOCUMENTS, FAILURES
from gateway.drain import Drain
from gateway.execution import GraphQLEngine
from gateway.server import configuration
from gateway.settings import Settings
from gateway.trusted import load
from resolvers.context import Tools

SOON = 5.0
"""Within which whatever shall happen happens, seconds."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Served:
    """A gateway that listens."""

    def __init__(self, tools: Tools, settings: Settings) -> None:
        self.tools = tools
        self.settings = settings.model_copy(update={"port": 0})
        self.drain = Drain()
        self.engine = GraphQLEngine(tools, settings)
        self.app = create_app(
            self.settings,
            self.engine,
            _ready,
            Path("nowhere"),
            drain=self.drain,
            failures=FAILURES,
            trusted=load(DOCUMENTS),
        )
        self.port = 0

    @property
    def audience(self) -> Audience:
        return self.app.audience

    async def follows(self, count: int) -> None:
        """Wait until so many subscriptions are followed."""
        async with asyncio.timeout(SOON):
            while self.audience.subscriptions.total() != count:  # noqa: ASYNC110 - a number
                await asyncio.sleep(0.005)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"


async def _ready() -> list[str]:
    return []


@asynccontextmanager
async def serving(tools: Tools, settings: Settings) -> AsyncIterator[Served]:
    """Serve until the block ends, as in earnest but for the signals."""
    served = Served(tools, settings)
    config = configuration(served.app, served.settings)
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done()
        await asyncio.sleep(0.005)
    served.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        served.drain.begin()
        server.should_exit = True
        await task
