"""Chores: what a gateway does now and then beside answering."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

USES_EVERY = 45
"""Seconds between two writings; what a list of sessions tells may be that old."""
SWEEP_EVERY = 3600
"""Seconds between two sweeps of what nobody needs any more."""

_log = structlog.get_logger("gateway.chores")


@asynccontextmanager
async def chore(
    name: str, work: Callable[[], Awaitable[None]], every: float, *, at_the_end: bool = False
) -> AsyncIterator[None]:
    """Do the work every so many seconds beside what is done inside, perhaps once more behind it."""
    task = asyncio.create_task(_keep_doing(name, work, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if at_the_end:
            await _do(name, work)


async def _keep_doing(name: str, work: Callable[[], Awaitable[None]], every: float) -> None:
    while True:
        await asyncio.sleep(every)
        await _do(name, work)


async def _do(name: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Exception as error:  # noqa: BLE001 - nobody waits for it; it is tried again
        _log.warning("a chore failed", chore=name, error=type(error).__name__)
