"""Blocking cabinets: a blocked one keeps what it holds, and nobody signs in to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from domain.news import NOBODY, News, Topic
from persistence.catalogue import NOUNS
from persistence.tables.accounts import sessions, users
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.access import Actor
    from persistence.database import Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """A locked cabinet: what it is called, and since when it is blocked."""

    name: str
    blocked_at: datetime | None


async def lock_cabinet(unit: Unit, noun: str, key: UUID, actor: Actor) -> Standing | None:
    """Lock a cabinet that the actor sees as this noun."""
    reads = NOUNS[noun]
    row = (
        await unit.connection.execute(
            select(tenants.c.name, tenants.c.blocked_at)
            .select_from(reads.source)
            .where(reads.key == key, reads.visible(actor))
            .with_for_update(key_share=True, of=tenants),
            {"_tenant": actor.tenant},
        )
    ).one_or_none()
    return None if row is None else Standing(row.name, row.blocked_at)


async def set_blocked(unit: Unit, key: UUID, blocked_at: datetime | None) -> None:
    """Write since when a locked cabinet is blocked, or that it is not."""
    await unit.connection.execute(
        update(tenants).where(tenants.c.id == key).values(blocked_at=blocked_at)
    )


async def end_sessions(unit: Unit, tenant: UUID) -> None:
    """End every session and token of a tenant's users: unblocking brings none back."""
    members = select(users.c.id).where(users.c.tenant_id == tenant)
    await unit.connection.execute(
        update(sessions)
        .where(sessions.c.user_id.in_(members), sessions.c.ended_at.is_(None))
        .values(ended_at=unit.now)
    )
    unit.tell(News(Topic.SESSIONS, NOBODY, tenant))
