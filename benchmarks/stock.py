"""A stock of any size, loaded straight into the tables of a migrated database.

The seller holds nine licenses in ten, one in nineteen of them revealed; one in twenty is held by
another partner, one in twenty by the seller's companies. Licenses and their events are loaded as
a restored backup would be: in their final state, with triggers and foreign keys off; afterwards
`MISPLACED` must find no license that is not what its last event says.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import asyncpg

from benchmarks.world import World

if TYPE_CHECKING:
    from pathlib import Path

SORTED = """
  SELECT n, CASE WHEN n % 100 < 5 THEN 'rival' WHEN n % 100 < 10 THEN 'company'
                 WHEN n % 19 = 7 THEN 'revealed' ELSE 'sealed' END AS sort
"""
POSTGRES_LICENSES = f"""
INSERT INTO licenses (id, product_id, code_cipher, code_lookup, code_key, code_tail, created_at,
                      holder_id, state, firm_id, document_id, held_since, event_count)
SELECT
  -- UUIDv7 in the order of n: a time, a version, and a part nobody guesses.
  (lpad(to_hex($2::bigint + n), 12, '0') || '7' || substr(md5(n::text), 1, 3)
    || '8' || substr(md5(n::text || 'x'), 1, 15))::uuid,
  ($3::uuid[])[greatest(1, n % 10 - 4)],
  decode(md5(n::text || 'c') || md5(n::text || 'd') || '0011223344556677', 'hex'),
  sha256(n::text::bytea), 'bench', lpad((n * 7919 % 10000)::text, 4, '0'),
  to_timestamp(($2 + n) / 1000.0),
  CASE sort WHEN 'company' THEN ($6::uuid[])[buyer] WHEN 'rival' THEN $5 ELSE $4::uuid END,
  CASE sort WHEN 'revealed' THEN 'REVEALED' ELSE 'SEALED' END,
  CASE sort WHEN 'company' THEN ($7::uuid[])[buyer] END,
  CASE sort WHEN 'company' THEN ($8::uuid[])[buyer] WHEN 'revealed' THEN $11
            WHEN 'rival' THEN $10 ELSE $9::uuid END,
  to_timestamp(($2 + n) / 1000.0),
  CASE WHEN sort IN ('company', 'revealed') THEN 2 ELSE 1 END
FROM ({SORTED}, n / 100 % cardinality($6::uuid[]) + 1 AS buyer
      FROM generate_series(1, $1::bigint) AS n) AS sorted
"""
POSTGRES_EVENTS = """
INSERT INTO license_events (license_id, seq, kind, at, document_id, holder_id, state, firm_id)
SELECT id, 1, 'ISSUED', created_at, CASE holder_id WHEN $2 THEN $4 ELSE $3::uuid END,
       CASE holder_id WHEN $2 THEN $2 ELSE $1::uuid END, 'SEALED', NULL::uuid
FROM licenses
UNION ALL
SELECT id, 2, CASE state WHEN 'REVEALED' THEN state ELSE 'SOLD_TO_COMPANY' END,
       held_since, document_id, holder_id, state, firm_id
FROM licenses WHERE event_count = 2
"""
MISPLACED = """
SELECT count(*) FROM licenses l WHERE NOT EXISTS (
  SELECT 1 FROM license_events e WHERE e.license_id = l.id AND e.seq = l.event_count
    AND e.holder_id = l.holder_id AND e.state = l.state AND e.document_id = l.document_id)
"""
LONGEST_STATEMENT = 3600
"""Seconds."""


def _first_millisecond(world: World) -> int:
    return int(world.now.timestamp() * 1000) - world.licenses


async def fill_postgres(url: str, licenses: int) -> World:
    """Fill a migrated database with so many licenses; `url` needs a superuser."""
    world = World(licenses)
    await world.write(url.replace("postgresql://", "postgresql+asyncpg://"))
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(
                POSTGRES_LICENSES,
                licenses,
                _first_millisecond(world),
                world.products,
                world.seller,
                world.rival,
                [company.id for company in world.companies],
                [company.firm for company in world.companies],
                [company.sale for company in world.companies],
                world.issue,
                world.rivals_issue,
                world.reveal,
                timeout=LONGEST_STATEMENT,
            )
            await connection.execute(
                POSTGRES_EVENTS,
                world.seller,
                world.rival,
                world.issue,
                world.rivals_issue,
                timeout=LONGEST_STATEMENT,
            )
        await connection.execute("VACUUM (FREEZE, ANALYZE)", timeout=LONGEST_STATEMENT)
        _check(await connection.fetchval(MISPLACED, timeout=LONGEST_STATEMENT))
        await connection.execute("CHECKPOINT", timeout=LONGEST_STATEMENT)
    finally:
        await connection.close()
    return world


def _check(misplaced: int) -> None:
    if misplaced:
        raise RuntimeError(f"{misplaced} licenses are not what their events say")


SQLITE_LICENSES = f"""
WITH RECURSIVE numbers (n) AS (
  SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :licenses
), sorted AS (
  {SORTED}, strftime('%Y-%m-%d %H:%M:%f', (:first + n) / 1000.0, 'unixepoch') || '000' AS moment
  FROM numbers
)
INSERT INTO licenses (id, product_id, code_cipher, code_lookup, code_key, code_tail, created_at,
                      holder_id, state, firm_id, document_id, held_since, event_count)
SELECT
  printf('%012x', :first + sorted.n) || '7' || substr(lower(hex(randomblob(2))), 2) || '8'
    || substr(lower(hex(randomblob(8))), 2),
  product.id, randomblob(40), randomblob(32), 'bench',
  printf('%04d', sorted.n * 7919 % 10000), moment,
  CASE sort WHEN 'company' THEN buyer.id WHEN 'rival' THEN :rival ELSE :seller END,
  CASE sort WHEN 'revealed' THEN 'REVEALED' ELSE 'SEALED' END,
  CASE sort WHEN 'company' THEN buyer.firm END,
  CASE sort WHEN 'company' THEN buyer.sale WHEN 'revealed' THEN :reveal
            WHEN 'rival' THEN :rivals_issue ELSE :issue END,
  moment, CASE WHEN sort IN ('company', 'revealed') THEN 2 ELSE 1 END
FROM sorted
CROSS JOIN temp.products AS product ON product.n = max(1, sorted.n % 10 - 4)
CROSS JOIN temp.buyers AS buyer ON buyer.n = sorted.n / 100 % :companies + 1
"""
SQLITE_EVENTS = """
INSERT INTO license_events (license_id, seq, kind, at, document_id, holder_id, state, firm_id)
SELECT id, 1, 'ISSUED', created_at, CASE holder_id WHEN :rival THEN :rivals_issue ELSE :issue END,
       CASE holder_id WHEN :rival THEN :rival ELSE :seller END, 'SEALED', NULL
FROM licenses
UNION ALL
SELECT id, 2, CASE state WHEN 'REVEALED' THEN state ELSE 'SOLD_TO_COMPANY' END,
       held_since, document_id, holder_id, state, firm_id
FROM licenses WHERE event_count = 2
"""


async def fill_sqlite(path: Path, licenses: int) -> World:
    """Fill the migrated SQLite database at `path` with as many."""
    world = World(licenses)
    await world.write(f"sqlite+aiosqlite:///{path}")
    connection = sqlite3.connect(path)
    try:
        _fill_sqlite(connection, world)
    finally:
        connection.close()
    return world


def _fill_sqlite(connection: sqlite3.Connection, world: World) -> None:
    keys = ("seller", "rival", "issue", "rivals_issue", "reveal")
    values: dict[str, Any] = {name: getattr(world, name).hex for name in keys}
    values["licenses"], values["first"] = world.licenses, _first_millisecond(world)
    values["companies"] = len(world.companies)
    connection.execute("CREATE TEMP TABLE products (n INTEGER PRIMARY KEY, id)")
    connection.execute("CREATE TEMP TABLE buyers (n INTEGER PRIMARY KEY, id, firm, sale)")
    products = [(n, key.hex) for n, key in enumerate(world.products, start=1)]
    buyers = [
        (n, company.id.hex, company.firm.hex, company.sale.hex)
        for n, company in enumerate(world.companies, start=1)
    ]
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    with connection:
        connection.executemany("INSERT INTO temp.products VALUES (?, ?)", products)
        connection.executemany("INSERT INTO temp.buyers VALUES (?, ?, ?, ?)", buyers)
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(SQLITE_LICENSES, values)
        connection.execute(SQLITE_EVENTS, values)
        for _, made_by in triggers:
            connection.execute(made_by)
    _check(connection.execute(MISPLACED).fetchone()[0])
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
