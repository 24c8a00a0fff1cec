"""Pages of the audit, and those of limited tokens, read no more than they show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from domain.tokens import Scope
from persistence.database import Unit
from persistence.keys import new_key
from persistence.queries import Query
from persistence.sessions import LIVE_SESSION, token_hash
from persistence.tables.accounts import sessions
from persistence.tables.audit import audit_records
from resolvers.context import Tools
from tests.client import Gateway
from tests.reading.test_bounded_reads import PAGE, STOCK, asked, rows_read
from tests.world import Cabinet, World

MOST = 3 * PAGE + 25
AUDIT = """query ($filter: AuditFilter) { audit(first: 20, filter: $filter) {
  edges { node { id action userName owner { name } } } } }"""
EACH = 3_000


async def analyse(tools: Tools) -> None:
    if tools.database.engine.dialect.name == "postgresql":
        engine = create_async_engine(tools.database.engine.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql("ANALYZE")
        await engine.dispose()


@pytest.fixture
async def busy(world: World, tools: Tools) -> tuple[Cabinet, dict[str, dict[str, Any]]]:
    """A partner with a long audit beside that of another, and filters that find little in it."""
    one, other = await world.partner(), await world.partner()
    product = await world.stocked(one, 3)
    document = await world.reveal(one, product, 1)
    user = await world.member(one)

    def record(actor: Cabinet, owner: Cabinet, **more: Any) -> dict[str, Any]:
        row = {
            "id": new_key(),
            "at": tools.database.clock.now(),
            "user_id": actor.admin,
            "tenant_id": actor.id,
            "action": "showCodes",
            "object_id": new_key(),
            "owner_id": owner.id,
            "request_id": "test",
        }
        return {**row, **more}

    rows = [record(one, other, action="look") for _ in range(3)]
    rows += [record(other, one) for _ in range(3)]
    rows += [record(one, one, user_id=user), record(one, one, object_id=document)]
    for _ in range(EACH):
        rows += [record(one, one), record(other, other)]

    async def work(unit: Unit) -> None:
        await unit.connection.execute(insert(audit_records), rows)

    await tools.database.carry_out(work)
    await analyse(tools)
    return one, {
        "all": {},
        "others": {"side": "OTHERS"},
        "action": {"action": "look"},
        "user": {"user": f"user_{user.hex}"},
        "object": {"object": f"document_{document.hex}"},
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_postgresql_reads_a_page_of_the_audit_and_no_more(
    busy: tuple[Cabinet, dict[str, dict[str, Any]]], gateway: Gateway, tools: Tools
) -> None:
    partner, filters = busy
    for name, filter_ in filters.items():
        answer, ran = await asked(gateway, partner, AUDIT, {"filter": filter_})
        assert answer["audit"]["edges"], name
        for statement, bound in ran:
            read = await rows_read(tools, statement, bound)
            # Beside the page: its users and cabinets, each by its key.
            assert read <= 2 * MOST, (name, read, statement.text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_finds_a_page_of_the_audit_by_an_index(
    busy: tuple[Cabinet, dict[str, dict[str, Any]]], gateway: Gateway, tools: Tools
) -> None:
    partner, filters = busy
    indexes = {
        "all": "tenant_id_id",
        "others": "owner_id_id",
        "action": "tenant_id_action_id",
        "user": "user_id_id",
        "object": "object_id_id",
    }
    for name, filter_ in filters.items():
        _, ran = await asked(gateway, partner, AUDIT, {"filter": filter_})
        statement, bound = ran[0]
        explained = Query(f"EXPLAIN QUERY PLAN {statement.text}", (), {}, ())
        told = [row[3] for row in await tools.database.reader.fetch_raw(explained, bound)]
        (found,) = [line for line in told if "audit_records" in line]
        assert f"ix_audit_records_{indexes[name]} " in found, (name, found)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_limited_token_reads_its_page_by_one_statement(
    world: World, gateway: Gateway, tools: Tools
) -> None:
    """What lies before its products in the order of all is passed, as by a filter by product."""
    partner = await world.partner()
    _, product = [await world.stocked(partner, 600) for _ in range(2)]
    token = await world.api_token(partner, Scope.READ_STOCK, products=[product])
    await analyse(tools)
    given = {"first": PAGE, "filter": {"state": "SEALED"}}
    answer, ran = await asked(gateway, token, STOCK, given)
    assert len(answer["licenses"]["edges"]) == PAGE
    assert len(ran) == 1, "as for everybody else"
    assert await rows_read(tools, *ran[0]) <= 2 * MOST, ran[0][0].text


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_a_token_speaks_for_is_found_by_keys(world: World, tools: Tools) -> None:
    """Also in a table of many sessions, few of which are programs."""
    partner = await world.partner()
    tokens = [partner.token, await world.api_token(partner, Scope.READ_STOCK)]
    now = tools.database.clock.now()
    rows = [
        {
            "id": new_key(),
            "token_hash": token_hash(str(number)),
            "user_id": partner.admin,
            "created_at": now,
            "expires_at": now + timedelta(days=1),
        }
        for number in range(EACH)
    ]
    await world.change(insert(sessions).values(rows))
    await analyse(tools)
    query = Query.compile(LIVE_SESSION, tools.database.reader.dialect)
    for token in tokens:
        values = {"token_hash": token_hash(token), "_now": tools.database.clock.now()}
        (row,) = await tools.database.reader.fetch(query, values)
        assert (row["scopes"] is None) is (token == partner.token)
        explained = Query(f"EXPLAIN {query.text}", query.parameters, query.constants, ())
        bound = explained.bound(values)
        plan = "\n".join(row[0] for row in await tools.database.reader.fetch_raw(explained, bound))
        assert "Seq Scan on sessions" not in plan
        assert "token_hash" in plan
