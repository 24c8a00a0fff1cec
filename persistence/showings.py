"""Showings: the append-only record of who has seen which code, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from persistence.keys import new_key
from persistence.tables.showings import code_showings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.access import Actor
    from domain.showings import ShowingKind
    from persistence.database import Unit


async def add_showings(
    unit: Unit, actor: Actor, kind: ShowingKind, licenses: Iterable[UUID]
) -> None:
    """Record that the actor was shown, printed or sent the codes of these licenses."""
    rows = [
        {
            "id": new_key(),
            "license_id": key,
            "tenant_id": actor.tenant,
            "user_id": actor.user,
            "kind": kind,
            "at": unit.now,
        }
        for key in licenses
    ]
    if rows:
        await unit.connection.execute(insert(code_showings), rows)
