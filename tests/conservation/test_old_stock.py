"""A sale costs the same whatever was sold before it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine

from resolvers.context import Tools
from tests.client import Gateway
from tests.conservation.clients import oldest, order, sale
from tests.world import World

SOLD_BEFORE = 3_000


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_licenses_sold_before_are_not_walked_past(
    world: World, gateway: Gateway, tools: Tools
) -> None:
    """The statement that chooses licenses is planned as it runs: for any values."""
    seller = await world.partner()
    company = await world.company(seller)
    product = await world.stocked(seller, SOLD_BEFORE + 50)
    await world.sell(seller, company, product, SOLD_BEFORE)
    chosen: list[str] = []

    def watch(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO license_events"):
            chosen.append(statement)

    engine = tools.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", watch)
    await order(
        gateway.http, seller, "sellLicenses", **sale(world.key(), company, oldest(product, 1))
    )
    event.remove(engine, "before_cursor_execute", watch)
    (statement,) = chosen
    async with tools.database.engine.connect() as connection:
        mode = await connection.scalar(text("SHOW plan_cache_mode"))
    assert mode == "force_generic_plan"
    planner = create_async_engine(tools.database.engine.url, isolation_level="AUTOCOMMIT")
    async with planner.connect() as connection:
        await connection.execute(text("ANALYZE licenses"))
        raw: Any = (await connection.get_raw_connection()).driver_connection
        await raw.execute("SET plan_cache_mode = force_generic_plan")
        prepared = await raw.prepare(statement)
        types = ", ".join(kind.name for kind in prepared.get_parameters())
        await raw.execute(f"PREPARE sold ({types}) AS {statement}")
        values = ", ".join("NULL" for _ in prepared.get_parameters())
        told = await raw.fetch(f"EXPLAIN EXECUTE sold({values})")
    await planner.dispose()
    plan = "\n".join(row[0] for row in told)
    # What is the seller's no more is not looked at.
    assert "Index Cond: ((holder_id = " in plan, plan
    assert "pk_licenses" not in plan, plan
    assert "Sort" not in plan, plan
