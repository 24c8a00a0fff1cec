"""The limit: a hand-written ASGI application with the best SQL for two queries, and orjson.

It does what the gateway must do as well: it looks the token up at every request, keeps to the
rows its tenant may see, and makes the same ids and cursors. It knows no GraphQL: it answers these
two queries and no other. Connections keep their prepared statements and are never reset.

`BENCH_STATEMENTS=2` asks who the token speaks for and then for the rows; `1` folds the first into
the second, the floor that no server which authenticates apart from its queries can reach.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

LIVE = """
FROM sessions s JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2
  AND u.blocked_at IS NULL AND t.blocked_at IS NULL
"""
WHO = f"SELECT u.tenant_id {LIVE}"
PAGE = """
SELECT l.id, l.code_tail, l.state, p.id, p.name
FROM (SELECT id, code_tail, state, product_id FROM licenses
      WHERE holder_id = $1 AND state = 'SEALED' ORDER BY id DESC LIMIT $2) l
JOIN products p ON p.id = l.product_id ORDER BY l.id DESC
"""
LICENSE = """
SELECT l.id, l.code_tail, l.state, p.id, p.name, l.created_at
FROM licenses l JOIN products p ON p.id = l.product_id
WHERE l.id = $2 AND (l.holder_id = $1 OR EXISTS (
  SELECT 1 FROM partner_links k
  WHERE k.partner_id = $1 AND k.company_id = l.holder_id AND k.ended_at IS NULL))
"""
PAGE_AT_ONCE = f"""
SELECT l.id, l.code_tail, l.state, p.id, p.name
FROM (SELECT u.tenant_id {LIVE}) w
LEFT JOIN LATERAL (
  SELECT id, code_tail, state, product_id FROM licenses
  WHERE holder_id = w.tenant_id AND state = 'SEALED' ORDER BY id DESC LIMIT $3) l ON true
LEFT JOIN products p ON p.id = l.product_id ORDER BY l.id DESC
"""
LICENSE_AT_ONCE = f"""
SELECT l.id, l.code_tail, l.state, p.id, p.name, l.created_at
FROM (SELECT u.tenant_id {LIVE}) w
LEFT JOIN licenses l ON l.id = $3 AND (l.holder_id = w.tenant_id OR EXISTS (
  SELECT 1 FROM partner_links k
  WHERE k.partner_id = w.tenant_id AND k.company_id = l.holder_id AND k.ended_at IS NULL))
LEFT JOIN products p ON p.id = l.product_id
"""
CONNECTIONS = 10


class Prepared(NamedTuple):
    """One connection's statements; `who` is `None` where it is part of the others."""

    who: Any
    page: Any
    license: Any


class Unauthenticated(Exception):
    """The token speaks for nobody."""


_idle: asyncio.LifoQueue[Prepared] = asyncio.LifoQueue()


async def _open() -> None:
    at_once = os.environ["BENCH_STATEMENTS"] == "1"
    for _ in range(CONNECTIONS):
        # Else PostgreSQL plans anew at each execution, as it cannot know what LIMIT will be.
        generic = {"plan_cache_mode": "force_generic_plan"}
        connection = await asyncpg.connect(os.environ["BENCH_URL"], server_settings=generic)
        _idle.put_nowait(
            Prepared(
                None if at_once else await connection.prepare(WHO),
                await connection.prepare(PAGE_AT_ONCE if at_once else PAGE),
                await connection.prepare(LICENSE_AT_ONCE if at_once else LICENSE),
            )
        )


async def _rows(token: bytes, statement: int, value: object) -> list[Any]:
    """Return the rows of the page (1) or license (2), as the token's tenant sees them."""
    proof = hashlib.sha256(token).digest(), datetime.now(UTC)
    prepared = await _idle.get()
    try:
        if prepared.who is None:
            rows = await prepared[statement].fetch(*proof, value)
            if not rows:
                raise Unauthenticated
            return [] if rows[0][0] is None else rows
        tenant = await prepared.who.fetchval(*proof)
        if tenant is None:
            raise Unauthenticated
        return await prepared[statement].fetch(tenant, value)
    finally:
        _idle.put_nowait(prepared)


def _page(rows: list[Any], size: int) -> dict[str, Any]:
    shown = rows[:size]
    cursor = None
    if shown:
        cursor = urlsafe_b64encode(orjson.dumps([1, "licenses.ISSUED-", shown[-1][0].hex]))
    return {
        "licenses": {
            "edges": [
                {
                    "node": {
                        "id": "license_" + row[0].hex,
                        "maskedCode": "••••••••" + row[1],
                        "state": row[2],
                        "product": {"id": "product_" + row[3].hex, "name": row[4]},
                    }
                }
                for row in shown
            ],
            "pageInfo": {
                "hasNextPage": len(rows) > size,
                "endCursor": None if cursor is None else cursor.rstrip(b"=").decode(),
            },
        }
    }


def _license(rows: list[Any]) -> dict[str, Any]:
    if not rows:
        return {"license": None}
    row = rows[0]
    return {
        "license": {
            "id": "license_" + row[0].hex,
            "maskedCode": "••••••••" + row[1],
            "state": row[2],
            "issuedAt": row[5],
            "product": {"id": "product_" + row[3].hex, "name": row[4]},
        }
    }


async def _answer(scope: Any, receive: Any) -> dict[str, Any]:
    message = await receive()
    body = message["body"]
    while message.get("more_body", False):
        message = await receive()
        body += message["body"]
    variables = orjson.loads(body)["variables"]
    for name, value in scope["headers"]:
        if name == b"authorization":
            token = value[7:]
            break
    else:
        raise Unauthenticated
    if "id" in variables:
        key = UUID(hex=variables["id"].removeprefix("license_"))
        return _license(await _rows(token, 2, key))
    size = variables["first"]
    return _page(await _rows(token, 1, size + 1), size)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer the two queries, or 401."""
    if scope["type"] == "lifespan":
        await receive()
        await _open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    status, answer = 200, b""
    try:
        answer = orjson.dumps({"data": await _answer(scope, receive)})
    except Unauthenticated:
        status = 401
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", b"%d" % len(answer)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
