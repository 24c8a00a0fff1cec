"""Writes down now and then when sessions were used, and once more at the end."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from resolvers.uses import Uses

EVERY = 45
"""Seconds between two writings; what a list of sessions tells may be that old."""

_log = structlog.get_logger("gateway.noting")


@asynccontextmanager
async def noting(uses: Uses, every: float = EVERY) -> AsyncIterator[None]:
    """Write beside what is done inside."""
    task = asyncio.create_task(_keep_writing(uses, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await _write(uses)


async def _keep_writing(uses: Uses, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        await _write(uses)


async def _write(uses: Uses) -> None:
    try:
        await uses.write()
    except Exception as error:  # noqa: BLE001 - nobody waits for it; it is tried again
        _log.warning("uses of sessions were not written", error=type(error).__name__)
