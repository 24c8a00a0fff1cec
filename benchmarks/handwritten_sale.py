"""The limit of a sale: one hand-written transaction that leaves the same rows behind.

It does what `sellLicenses` to a firm of a linked company does, in the same order of locks:

1. claims the idempotency key;
2. finds the firm and locks the company's link with the seller;
3. takes the seller's next document number, whose counter stays locked;
4. writes the document with the buyer as a snapshot;
5. chooses the oldest sealed licenses, locks them and logs their events, all in one statement
   (the trigger projects the events on the licenses, here as there);
6. writes the line of the document, and the audit record.

What it leaves out: HTTP, GraphQL, who the token speaks for, and reading the document again for
the answer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.world import new_key

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg

    from benchmarks.world import World

CLAIM = """
INSERT INTO idempotency_keys (tenant_id, key, fingerprint, result_id, created_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING result_id
"""
BUYER = """
SELECT f.company_id, f.name, f.inn, f.email, f.phone, f.address
FROM firms f JOIN partner_links k ON k.company_id = f.company_id
JOIN tenants t ON t.id = f.company_id
WHERE f.id = $1 AND k.partner_id = $2 AND k.ended_at IS NULL AND t.blocked_at IS NULL
FOR UPDATE OF k
"""
NUMBER = """
UPDATE document_counters SET last_number = last_number + 1 WHERE tenant_id = $1
RETURNING last_number
"""
DOCUMENT = """
INSERT INTO documents (id, issuer_id, issuer_name, number, kind, created_at, user_id, user_name,
                       buyer_id, buyer_firm_id, buyer_name, buyer_inn, buyer_email, buyer_phone,
                       buyer_address, quantity)
SELECT $1, t.id, t.name, $3, 'SALE_TO_REGISTERED_COMPANY', $4, u.id, u.name,
       $5, $6, $7, $8, $9, $10, $11, $12
FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE u.id = $2
"""
EVENTS = """
INSERT INTO license_events (license_id, seq, kind, at, document_id, holder_id, state, firm_id)
SELECT id, event_count + 1, 'SOLD_TO_COMPANY', $5, $4, $6, 'SEALED', $7
FROM (SELECT id, event_count FROM licenses
      WHERE holder_id = $1 AND state = 'SEALED' AND product_id = $2
      ORDER BY id LIMIT $3 FOR UPDATE) AS chosen
"""
LINE = """
INSERT INTO document_lines (document_id, product_id, product_name, quantity)
SELECT $1, id, name, $3 FROM products WHERE id = $2
"""
AUDIT = """
INSERT INTO audit_records (id, at, user_id, tenant_id, action, object_id, owner_id, request_id)
VALUES ($1, $2, $3, $4, 'sellLicenses', $5, $4, $6)
"""


async def sell(
    connection: asyncpg.Connection[Any], world: World, firm: UUID, quantity: int, key: str
) -> int:
    """Sell so many licenses of the first product to a firm; return the document's number."""
    now, document, seller = datetime.now(UTC), new_key(), world.seller
    async with connection.transaction():
        claimed = await connection.fetchval(CLAIM, seller, key, f"{firm}:{quantity}", document, now)
        if claimed is None:
            raise LookupError("sold already")
        buyer = await connection.fetchrow(BUYER, firm, seller)
        if buyer is None:
            raise LookupError("no such buyer")
        number = await connection.fetchval(NUMBER, seller)
        company, *details = buyer
        await connection.execute(
            DOCUMENT, document, world.user, number, now, company, firm, *details, quantity
        )
        done = await connection.execute(
            EVENTS, seller, world.products[0], quantity, document, now, company, firm
        )
        if done != f"INSERT 0 {quantity}":
            raise LookupError("not enough licenses")
        await connection.execute(LINE, document, world.products[0], quantity)
        await connection.execute(AUDIT, new_key(), now, world.user, seller, document, key)
    return int(number)
