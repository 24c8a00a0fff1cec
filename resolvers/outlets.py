"""Outlets: opening and changing them, and the sync keys that devices register with."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from domain.devices import SYNC_KEY
from domain.refusals import NotFound
from persistence import outlets
from persistence.pos import new_credential

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import OutletDetails
    from persistence.database import Unit
    from resolvers.context import Context


async def create_outlet(context: Context, details: OutletDetails) -> tuple[UUID, str]:
    """Open an outlet of the caller's company; return its key and its sync key, shown once."""
    company, sync_key = context.actor.tenant, new_credential(SYNC_KEY)

    async def work(unit: Unit) -> UUID:
        key = await outlets.add_outlet(unit, company, details)
        await outlets.set_sync_key(unit, key, sync_key)
        await context.stand(unit)
        await context.audit(unit, "createOutlet", [(key, company)], after=asdict(details))
        return key

    return await context.carry_out(work), sync_key


async def change_outlet(context: Context, key: UUID, details: OutletDetails) -> None:
    """Change the details of an outlet of the caller's company."""
    company = context.actor.tenant

    async def work(unit: Unit) -> None:
        before = await outlets.lock_outlet(unit, key, company)
        if before is None:
            raise NotFound("id")
        await context.stand(unit)
        await outlets.change_outlet(unit, key, details)
        await context.audit(
            unit, "changeOutlet", [(key, company)], before=asdict(before), after=asdict(details)
        )

    await context.carry_out(work)


async def rotate_sync_key(context: Context, key: UUID) -> str:
    """Give an outlet a fresh sync key and return it; the old one registers nothing any more.

    Devices that are registered keep their tokens, and so keep working [ruling].
    """
    company, sync_key = context.actor.tenant, new_credential(SYNC_KEY)

    async def work(unit: Unit) -> None:
        if await outlets.lock_outlet(unit, key, company) is None:
            raise NotFound("outlet")
        await context.stand(unit)
        await outlets.set_sync_key(unit, key, sync_key)
        await context.audit(unit, "rotateSyncKey", [(key, company)])

    await context.carry_out(work)
    return sync_key
