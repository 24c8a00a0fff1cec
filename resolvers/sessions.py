"""Sessions: ending those of one's own that were left open elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals import NotFound
from persistence import sessions

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit
    from resolvers.context import Context


async def end_session(context: Context, key: UUID) -> None:
    """End a session of the caller's, perhaps this one."""
    actor = context.actor

    async def work(unit: Unit) -> None:
        if not await sessions.own_session(unit, key, actor.user):
            raise NotFound("session")
        await sessions.end_session(unit, key)
        await context.audit(unit, "endSession", [(key, actor.tenant)])

    await context.carry_out(work)


async def end_other_sessions(context: Context) -> None:
    """End all sessions of the caller's but this one; API tokens stay."""
    actor = context.actor

    async def work(unit: Unit) -> None:
        await sessions.end_sessions(unit, actor.user, actor.session)
        await context.audit(unit, "endOtherSessions", [(actor.user, actor.tenant)])

    await context.carry_out(work)
