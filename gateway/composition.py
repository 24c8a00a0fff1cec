"""The one place where the parts are put together."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.app import Application, create_app
from gateway.chores import SWEEP_EVERY, USES_EVERY, chore
from gateway.ciphers import AesCodeCipher, AesLetterCipher
from gateway.code_keys import load_code_keys
from gateway.drain import Drain
from gateway.engine import Answer, Failure
from gateway.exchange import Outcome
from gateway.execution import GraphQLEngine
from gateway.mailing.numbers import LetterNumbers
from gateway.mailing.office import letter_routes, make_mailer
from gateway.passwords import ArgonHasher
from gateway.printing.route import PrintedPages
from gateway.trusted import load
from persistence.connections import PoolExhausted
from persistence.database import Database, Limits, open_database
from persistence.migrating import behind
from persistence.reader import DatabaseTimeout, DatabaseUnavailable
from persistence.sweeping import sweep
from resolvers.context import AccountClosed, Rules, Tools

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.applications import Starlette

    from domain.access import Caller
    from gateway.exchange import Exchange
    from gateway.requests import OperationRequest
    from gateway.settings import Settings
    from persistence.newsroom import Mailbox

CONSOLE = Path("build/console")
DOCUMENTS = Path("graphql")

FAILURES: dict[type[Exception], Failure] = {
    PoolExhausted: Failure(
        503,
        "OVERLOADED",
        "Too many requests are under way, try again.",
        Outcome.OVERLOADED,
        retry_after=1,
    ),
    DatabaseUnavailable: Failure(
        503,
        "UNAVAILABLE",
        "The database cannot be reached. Whether a mutation was carried out is unknown: repeat it"
        " with the same idempotency key.",
        Outcome.OVERLOADED,
        retry_after=1,
    ),
    AccountClosed: Failure(
        401,
        "UNAUTHENTICATED",
        "The session or token is unknown, expired or revoked; sign in again.",
        Outcome.UNAUTHENTICATED,
    ),
    DatabaseTimeout: Failure(
        504, "DEADLINE_EXCEEDED", "The database took too long.", Outcome.DEADLINE_EXCEEDED
    ),
}


class SystemClock:
    """Tells the time of this machine."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)


async def open_tools(settings: Settings, announce: Callable[[str], None]) -> Tools:
    """Open what use cases need; `close_tools` closes it."""
    limits = Limits(
        pool_size=settings.pool_size,
        pool_wait=settings.pool_wait_seconds,
        statement_timeout=settings.statement_timeout_seconds,
        slow_statement=settings.slow_statement_seconds,
    )
    database: Database = await open_database(settings.database_url, SystemClock(), limits)
    keys = load_code_keys(settings, announce)
    return Tools(
        database=database,
        passwords=ArgonHasher(settings),
        cipher=AesCodeCipher(keys),
        envelopes=AesLetterCipher(keys),
        rules=Rules.of(settings),
    )


async def close_tools(tools: Tools) -> None:
    """Close connections and threads."""
    tools.passwords.close()
    await tools.database.close()


class _LateEngine:
    """The engine from the moment the server has started: pools belong to its event loop."""

    engine: GraphQLEngine

    async def identify(self, token: str) -> Caller:
        return await self.engine.identify(token)

    async def quick_answer(
        self, request: OperationRequest, token: str, exchange: Exchange
    ) -> Answer | None:
        return await self.engine.quick_answer(request, token, exchange)

    async def answer(self, request: OperationRequest, caller: Caller, exchange: Exchange) -> Answer:
        return await self.engine.answer(request, caller, exchange)

    async def ended_sessions(self, wake: Callable[[], None]) -> Mailbox:
        return await self.engine.ended_sessions(wake)


def compose(settings: Settings, drain: Drain, announce: Callable[[str], None]) -> Application:
    """Return the whole application; it opens the database when the server starts it."""
    late = _LateEngine()
    opened: list[Tools] = []
    numbers = LetterNumbers()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tools = await open_tools(settings, announce)
        try:
            async with _mailing(settings, tools, drain, numbers) as posting:
                opened.append(posting)
                late.engine = GraphQLEngine(posting, settings)
                uses, database = late.engine.uses, tools.database

                async def swept() -> None:
                    await database.carry_out(sweep)

                async with (
                    chore("uses of sessions", uses.write, USES_EVERY, at_the_end=True),
                    chore("sweeping", swept, SWEEP_EVERY),
                ):
                    yield
        finally:
            await close_tools(tools)

    async def readiness() -> list[str]:
        return await behind(opened[0].database)

    async def count() -> None:
        await numbers.look(opened[0].database.reader)

    application = create_app(
        settings,
        late,
        readiness,
        CONSOLE,
        drain=drain,
        failures=FAILURES,
        trusted=load(DOCUMENTS),
        lifespan=lifespan,
        routes=[
            *letter_routes(settings, DOCUMENTS),
            PrintedPages(lambda: opened[0], late.identify).route(),
        ],
        count=count,
    )
    application.metrics.registry.register(numbers)
    return application


@asynccontextmanager
async def _mailing(
    settings: Settings, tools: Tools, drain: Drain, numbers: LetterNumbers
) -> AsyncIterator[Tools]:
    """Send letters meanwhile, if this process does; give tools that tell it of new ones."""
    if settings.mailer == "none":
        yield tools
        return
    mailer = numbers.mailer = make_mailer(settings, tools.database, tools.envelopes)

    def stop() -> None:
        mailer.stop(settings.drain_seconds)

    drain.tell(stop)
    running = asyncio.create_task(mailer.run())
    try:
        yield replace(tools, posted=mailer.wake)
    finally:
        stop()
        await running
