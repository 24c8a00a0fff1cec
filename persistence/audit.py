"""The audit: append-only, written in the same unit as what it records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert

from persistence.keys import new_key
from persistence.tables.audit import audit_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from domain.access import Actor
    from persistence.database import Unit


@dataclass(frozen=True, slots=True)
class Author:
    """Who acted without a session: a user who opened a ticket of his."""

    user: UUID
    tenant: UUID
    session: UUID | None = None
    device: UUID | None = None
    is_pos: bool = False


async def record(
    unit: Unit,
    actor: Actor | Author,
    action: str,
    request_id: str,
    objects: Iterable[tuple[UUID | None, UUID | None]],
    *,
    address: str | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Record an action on each of `objects`, pairs of the object and the tenant it belongs to.

    `before` and `after` hold what was changed, by column; never a secret.
    """
    rows = [
        {
            "id": new_key(),
            "at": unit.now,
            "user_id": None if actor.is_pos else actor.user,
            "tenant_id": actor.tenant,
            "action": action,
            "object_id": key,
            "owner_id": owner,
            "request_id": request_id,
            "session_id": None if actor.is_pos else actor.session,
            "device_id": actor.device,
            "address": address,
            "before": _text(before),
            "after": _text(after),
        }
        for key, owner in objects
    ]
    if rows:
        await unit.connection.execute(insert(audit_records), rows)


def _text(facts: Mapping[str, object] | None) -> str | None:
    return None if facts is None else json.dumps(facts, ensure_ascii=False, default=str)
