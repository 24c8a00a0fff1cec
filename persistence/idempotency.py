"""Idempotency keys: the first lock of every order that must not be carried out twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from persistence.tables.idempotency import idempotency_keys

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


async def claim(
    unit: Unit, tenant: UUID, key: str, fingerprint: str, result: UUID
) -> tuple[str, UUID]:
    """Claim a key for this order; return the fingerprint and result the key stands for.

    A concurrent claim of the same key waits here until the first one commits, and then finds
    its result, or rolls back, and then claims the key itself.
    """
    row = {
        "tenant_id": tenant,
        "key": key,
        "fingerprint": fingerprint,
        "result_id": result,
        "created_at": unit.now,
    }
    insert = {"postgresql": postgresql, "sqlite": sqlite}[unit.connection.dialect.name].insert
    await unit.connection.execute(insert(idempotency_keys).values(row).on_conflict_do_nothing())
    found = (
        await unit.connection.execute(
            select(idempotency_keys.c.fingerprint, idempotency_keys.c.result_id).where(
                idempotency_keys.c.tenant_id == tenant, idempotency_keys.c.key == key
            )
        )
    ).one()
    return found.fingerprint, found.result_id
