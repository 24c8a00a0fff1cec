"""A caller that gives up in the middle of a unit leaves no lock behind."""

from __future__ import annotations

import asyncio
import gc
import random
from contextlib import suppress

from sqlalchemy import text

from persistence.database import Unit
from tests.world import World


async def test_a_unit_given_up_leaves_no_lock(world: World) -> None:
    database = world.tools.database

    async def work(unit: Unit) -> int:
        await unit.connection.execute(
            text("UPDATE document_counters SET last_number = last_number")
        )
        found = await unit.connection.scalar(text("SELECT count(*) FROM tenants"))
        return int(found or 0)

    # A connection that was broken off would be freed by the collector, with its lock, some day.
    gc.disable()
    try:
        for _ in range(300):
            with suppress(TimeoutError):
                async with asyncio.timeout(random.uniform(0, 0.003)):
                    await database.carry_out(work)
        async with asyncio.timeout(4):
            assert await database.carry_out(work) == 1
    finally:
        gc.enable()
