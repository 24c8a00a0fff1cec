"""Blocking: the licensor closes the cabinet of a partner or company, and opens it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals import NotFound
from persistence import blocking

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.blocking import Standing
    from persistence.database import Unit
    from resolvers.context import Context


async def block_tenant(context: Context, noun: str, key: UUID, reason: str) -> None:
    """Block a cabinet that the caller sees as this noun; its sessions and tokens end.

    What it holds stays, codes that were sold still activate, and the companies of a blocked
    partner may leave it [ruling].
    """

    async def work(unit: Unit) -> None:
        standing = await _lock(context, unit, noun, key)
        if standing.blocked_at is None:
            await blocking.set_blocked(unit, key, unit.now)
            await blocking.end_sessions(unit, key)
            after = {"name": standing.name, "blockedAt": unit.now, "reason": reason}
            await context.audit(unit, "blockTenant", [(key, key)], after=after)

    await context.carry_out(work)


async def unblock_tenant(context: Context, noun: str, key: UUID, reason: str) -> None:
    """Unblock a cabinet; its users sign in anew."""

    async def work(unit: Unit) -> None:
        standing = await _lock(context, unit, noun, key)
        if standing.blocked_at is not None:
            await blocking.set_blocked(unit, key, None)
            before = {"blockedAt": standing.blocked_at}
            after = {"name": standing.name, "blockedAt": None, "reason": reason}
            await context.audit(unit, "unblockTenant", [(key, key)], before=before, after=after)

    await context.carry_out(work)


async def _lock(context: Context, unit: Unit, noun: str, key: UUID) -> Standing:
    """Lock the cabinet; nobody blocks his own."""
    standing = await blocking.lock_cabinet(unit, noun, key, context.actor)
    if standing is None or key == context.actor.tenant:
        raise NotFound("tenant")
    return standing
