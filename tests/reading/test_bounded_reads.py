"""The hot statements read at most a constant times the rows of their page, as EXPLAIN tells."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from persistence.queries import Query
from resolvers.context import Tools
from tests.client import Gateway
from tests.world import Cabinet, World

PAGE = 20
MOST = 3 * PAGE + 25
"""Rows read for a page: itself and one more, a product for each, and who asks."""
LISTED = """edges { cursor node { id maskedCode state product { id name } } }
  pageInfo { hasNextPage endCursor }"""
STOCK = f"""query ($first: Int, $last: Int, $after: String, $filter: LicenseFilter) {{
  licenses(first: $first, last: $last, after: $after, filter: $filter) {{ {LISTED} }} }}"""
LOOK_UP = "query ($id: ID!) { license(id: $id) { id maskedCode product { name } } }"
NESTED = """{ companies(first: 2) { edges { node { name licenses(first: 5) {
  edges { node { id product { name } } } } } } } }"""


@pytest.fixture
async def seller(world: World, tools: Tools) -> Cabinet:
    """One of two sellers with far more licenses than a page, most of them sealed."""
    seller, rival = await world.partner(), await world.partner("Соперник", "7736050003")
    product = await world.stocked(seller, 1800)
    await world.stocked(rival, 600)
    for name in ("Первая", "Вторая"):
        await world.sell(seller, await world.company(seller, name), product, 300)
    await world.reveal(seller, product, 300)
    if tools.database.engine.dialect.name == "postgresql":
        engine = create_async_engine(tools.database.engine.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql("ANALYZE")
        await engine.dispose()
    return seller


async def asked(
    gateway: Gateway, who: Cabinet | str, query: str, variables: dict[str, Any]
) -> tuple[Any, list[tuple[Query, list[Any]]]]:
    """Return the answer, and the statements that read for it with what was bound to them."""
    reader = gateway.engine._tools.database.reader
    ran: list[tuple[Query, list[Any]]] = []
    fetch = reader.fetch_raw
    await gateway.ask(who, "{ __typename products { totalCount } }")

    async def watching(query: Query, bound: list[Any]) -> Any:
        ran.append((query, bound))
        return await fetch(query, bound)

    with pytest.MonkeyPatch.context() as patch:
        await gateway.ask(who, query, variables)
        patch.setattr(reader, "fetch_raw", watching)
        answer = await gateway.ask(who, query, variables)
    return answer, ran


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return "'{" + ",".join(str(one) for one in value) + "}'"
    if isinstance(value, int):
        return str(value)
    assert isinstance(value, str | UUID | datetime)
    return f"'{value}'"


async def rows_read(tools: Tools, query: Query, bound: list[Any]) -> int:
    """Return how many rows the scans of a statement read, those filtered away included."""
    engine = create_async_engine(tools.database.engine.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        # As the reader runs it: planned for any values.
        await raw.execute("SET plan_cache_mode = force_generic_plan")
        await raw.execute(f"PREPARE asked AS {query.text}")
        values = ", ".join(map(literal, bound))
        told = await raw.fetchval(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE asked({values})"
        )
    await engine.dispose()
    return scanned(told[0]["Plan"])


def scanned(node: dict[str, Any]) -> int:
    below = sum(scanned(inner) for inner in node.get("Plans", ()))
    if "Scan" not in node["Node Type"]:
        return below
    removed = node.get("Rows Removed by Filter", 0)
    return int(below + (node["Actual Rows"] + removed) * node["Actual Loops"])


CASES: list[tuple[str, dict[str, Any]]] = [
    (STOCK, {"first": PAGE}),
    (STOCK, {"first": PAGE, "filter": {"state": "SEALED"}}),
    (STOCK, {"first": PAGE, "filter": {"state": "REVEALED"}}),
    (STOCK, {"last": PAGE, "filter": {"state": "SEALED"}}),
    (STOCK, {"first": PAGE, "filter": {"sold": False}}),
    (LOOK_UP, {}),
    (NESTED, {}),
]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_postgresql_reads_no_more_than_the_page(
    seller: Cabinet, gateway: Gateway, tools: Tools
) -> None:
    first, _ = await asked(gateway, seller, STOCK, {"first": 100})
    edges = first["licenses"]["edges"]
    deep = {"first": PAGE, "after": edges[-1]["cursor"], "filter": {"state": "SEALED"}}
    for query, variables in [*CASES, (STOCK, deep)]:
        given = variables or ({"id": edges[7]["node"]["id"]} if query is LOOK_UP else {})
        _, ran = await asked(gateway, seller, query, given)
        for statement, bound in ran:
            assert await rows_read(tools, statement, bound) <= MOST, (statement.text, given)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_finds_pages_by_an_index_in_their_order(
    seller: Cabinet, gateway: Gateway, tools: Tools
) -> None:
    for query, variables in CASES[:5]:
        _, ((statement, bound),) = await asked(gateway, seller, query, variables)
        explained = Query(f"EXPLAIN QUERY PLAN {statement.text}", (), {}, ())
        told = [row[3] for row in await tools.database.reader.fetch_raw(explained, bound)]
        (licenses,) = [line for line in told if " licenses " in line]
        assert licenses.startswith("SEARCH licenses USING INDEX ix_licenses_holder_id_"), told
        inner = told[told.index(licenses) :]
        sorts = [line for line in inner if "TEMP B-TREE" in line]
        # Only what was cut is sorted again, after its products are joined.
        assert len(sorts) <= 1, told
