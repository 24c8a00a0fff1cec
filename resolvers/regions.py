"""Regional clients: binding by multichannel number, unbinding; and the MRCs above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import Right
from domain.phones import multichannel_digits
from domain.refusals import NotFound
from domain.regions import bindable
from persistence import regions, users

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import Person
    from persistence.database import Unit
    from resolvers.context import Context


async def bind_regional_client(context: Context, number: str) -> UUID:
    """Bind the client with this multichannel number to the caller's MRC; return its key."""
    mrc = context.actor.tenant
    # A number of the wrong shape is looked up all the same, so that it answers like any other.
    digits = multichannel_digits(number) or ""

    async def work(unit: Unit) -> UUID:
        candidate = await regions.lock_candidate(unit, digits)
        client = bindable(candidate, mrc, await regions.mrc_inn(unit, mrc))
        if client.bound_to is None:
            await regions.bind(unit, mrc, client.company)
            await context.audit(
                unit,
                "bindRegionalClient",
                [(client.company, client.company)],
                before={"bound": False},
                after={"bound": True},
            )
        return client.company

    return await context.carry_out(work)


async def unbind_regional_client(context: Context, company: UUID) -> None:
    """End the binding of a client to the caller's MRC."""

    async def work(unit: Unit) -> None:
        if not await regions.unbind(unit, context.actor.tenant, company):
            raise NotFound("client")
        await context.audit(
            unit,
            "unbindRegionalClient",
            [(company, company)],
            before={"bound": True},
            after={"bound": False},
        )

    await context.carry_out(work)


async def create_mrc(unit: Unit, name: str, inn: str, admin: Person, password_hash: str) -> UUID:
    """Register a multi-regional company with its first administrator; return its key."""
    key = await regions.add_mrc(unit, name, inn)
    await users.add_user(unit, key, admin, Right.ADMIN, password_hash)
    return key
