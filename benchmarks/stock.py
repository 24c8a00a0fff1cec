"""A stock of any size, written straight into the tables of a migrated PostgreSQL."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import uuid_utils.compat

if TYPE_CHECKING:
    from uuid import UUID

FILL = """
WITH fresh AS (
  SELECT
    -- UUIDv7 in the order of n: a time, a version, and a part nobody guesses.
    (lpad(to_hex($3::bigint + n), 12, '0') || '7' || substr(md5(n::text), 1, 3)
      || '8' || substr(md5(n::text || 'x'), 1, 15))::uuid AS id,
    n
  FROM generate_series(1, $1::bigint) AS n
), born AS (
  INSERT INTO licenses (id, product_id, code_cipher, code_lookup, code_key, code_tail, created_at,
                        holder_id, state, held_since, event_count)
  SELECT id, $2, 'x', decode(md5(id::text), 'hex'), 'bench', lpad((n % 10000)::text, 4, '0'), now(),
         $4, 'SEALED', now(), 0
  FROM fresh RETURNING id
)
INSERT INTO license_events (license_id, seq, kind, at, document_id, holder_id, state)
SELECT id, 1, 'ISSUED', now(), $5, $4, 'SEALED' FROM born
"""


def key() -> UUID:
    return uuid_utils.compat.uuid7()


async def fill(url: str, licenses: int) -> str:
    """Make one partner that holds `licenses` sealed licenses; return a token of its admin."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            return await _fill(connection, licenses)
    finally:
        await connection.close()


async def _fill(connection: Any, licenses: int) -> str:
    now = datetime.now(UTC)
    tenant, user, product, document = key(), key(), key(), key()
    await connection.execute(
        "INSERT INTO tenants (id, kind, name, name_key, search, created_at, confirmed_at)"
        " VALUES ($1, 'PARTNER', 'Партнёр', 'партнер', 'партнер', $2, $2)",
        tenant,
        now,
    )
    await connection.execute(
        "INSERT INTO partners (id, inn, address, head, phone)"
        " VALUES ($1, '7788990011', '', '', '')",
        tenant,
    )
    await connection.execute(
        'INSERT INTO users (id, tenant_id, name, email, email_key, "right", is_contact, created_at,'
        " confirmed_at) VALUES ($1, $2, 'Админ', 'a@example.com', 'a@example.com', 'ADMIN', true,"
        " $3, $3)",
        user,
        tenant,
        now,
    )
    await connection.execute(
        "INSERT INTO products (id, name, name_key, created_at) VALUES ($1, 'MyPOS', 'mypos', $2)",
        product,
        now,
    )
    await connection.execute(
        "INSERT INTO documents (id, issuer_id, issuer_name, number, kind, created_at, user_id,"
        " user_name, quantity) VALUES ($1, $2, 'Партнёр', 1, 'ISSUE', $3, $4, 'Админ', $5)",
        document,
        tenant,
        now,
        user,
        licenses,
    )
    start = int(now.timestamp() * 1000) - licenses
    await connection.execute(FILL, licenses, product, start, tenant, document, timeout=3600)
    token = secrets.token_urlsafe(32)
    await connection.execute(
        "INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        key(),
        hashlib.sha256(token.encode()).digest(),
        user,
        now,
        now + timedelta(days=1),
    )
    return token
