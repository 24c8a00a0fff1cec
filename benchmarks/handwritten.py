"""The limit: a hand-written ASGI application with the best SQL for one query, and orjson.

It does what the gateway must do as well: look the token up, and make the same ids and cursors.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson

WHO = """
SELECT u.tenant_id FROM sessions s
JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2
  AND u.blocked_at IS NULL AND t.blocked_at IS NULL
"""
PAGE = """
SELECT l.id, l.code_tail, l.state, p.id, p.name
FROM (SELECT id, code_tail, state, product_id FROM licenses
      WHERE holder_id = $1 AND state = 'SEALED' AND ($2::uuid IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3) l
JOIN products p ON p.id = l.product_id ORDER BY l.id DESC
"""
_pool: Any = None


async def _no_reset(_connection: object) -> None:
    pass


async def app(scope: Any, receive: Any, send: Any) -> None:
    global _pool  # noqa: PLW0603 - a script
    if scope["type"] == "lifespan":
        await receive()
        _pool = await asyncpg.create_pool(
            os.environ["BENCH_URL"], min_size=1, max_size=10, reset=_no_reset
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    request = orjson.loads(body)
    size = request["variables"]["first"]
    token = next(v for k, v in scope["headers"] if k == b"authorization")[7:]
    async with _pool.acquire() as connection:
        tenant = await connection.fetchval(WHO, hashlib.sha256(token).digest(), datetime.now(UTC))
        rows = await connection.fetch(PAGE, tenant, None, size + 1)
    shown = rows[:size]
    page = {
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
            "endCursor": "1-" + shown[-1][0].hex if shown else None,
        },
    }
    answer = orjson.dumps({"data": {"licenses": page}})
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(answer)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
