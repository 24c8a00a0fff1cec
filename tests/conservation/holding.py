"""Holding a unit of work open, so that what waits for it can be watched."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from persistence.database import Database, Unit

SHORT = 0.15
"""Seconds within which something that waits for nothing would have ended."""


class RolledBackError(Exception):
    """Ends a unit of work that shall leave nothing behind."""


@asynccontextmanager
async def held_open(
    database: Database, work: Callable[[Unit], Awaitable[Any]], *, roll_back: bool = False
) -> AsyncIterator[None]:
    """Do the work and keep its locks until the block ends; then commit it, or roll it back."""
    locked, release = asyncio.Event(), asyncio.Event()

    async def hold(unit: Unit) -> None:
        await work(unit)
        locked.set()
        await asyncio.wait_for(release.wait(), 5)
        if roll_back:
            raise RolledBackError

    holding = asyncio.create_task(database.carry_out(hold))
    reached = asyncio.create_task(locked.wait())
    await asyncio.wait({holding, reached}, return_when=asyncio.FIRST_COMPLETED, timeout=5)
    reached.cancel()
    assert locked.is_set(), holding
    try:
        yield
    finally:
        release.set()
        ended = (await asyncio.gather(holding, return_exceptions=True))[0]
    assert isinstance(ended, RolledBackError) if roll_back else ended is None, ended


async def waiting(*asked: Awaitable[Any]) -> list[asyncio.Future[Any]]:
    """Start asking, and return what is asked once it has had time to run into a lock."""
    tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(one) for one in asked]
    await asyncio.sleep(SHORT)
    return tasks
