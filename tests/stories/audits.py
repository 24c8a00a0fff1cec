"""What the audit holds, as stories look at it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from persistence.tables.audit import audit_records
from tests.world import World


async def audited(world: World, action: str) -> list[tuple[Any, Any]]:
    """Return before and after of each record of an action, in their order."""
    columns = audit_records.c.before, audit_records.c.after
    of_action = select(*columns).where(audit_records.c.action == action)
    rows = await world.rows(of_action.order_by(audit_records.c.id))
    return [(_facts(before), _facts(after)) for before, after in rows]


def _facts(text: str | None) -> Any:
    return None if text is None else json.loads(text)
