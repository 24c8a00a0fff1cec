"""Cashiers: kept in the cabinet, pulled by the devices they work on [001]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals import NotFound
from persistence import cashiers, devices
from resolvers.pos import at_work

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.cashiers import CashierDetails
    from persistence.cashiers import Cashier
    from persistence.database import Unit
    from resolvers.context import Context


async def create_cashier(context: Context, details: CashierDetails) -> UUID:
    """Create a cashier of the caller's company; return his key."""
    company = context.actor.tenant

    async def work(unit: Unit) -> UUID:
        await _lock_devices(context, unit, details)
        key = await cashiers.add_cashier(unit, company, details)
        await cashiers.let_work(unit, key, details.devices)
        await context.audit(unit, "createCashier", [(key, company)], after=_facts(details))
        return key

    return await context.carry_out(work)


async def _lock_devices(context: Context, unit: Unit, details: CashierDetails) -> None:
    """Lock the devices of a form: a removed one would otherwise be worked on."""
    kept = await devices.kept_among(unit, context.actor.tenant, details.devices)
    if len(kept) < len(details.devices):
        raise NotFound("devices")
    await context.stand(unit)


def _facts(details: CashierDetails) -> dict[str, object]:
    return {
        "name": details.name,
        "number": details.number,
        "devices": [str(key) for key in details.devices],
    }


async def change_cashier(context: Context, key: UUID, details: CashierDetails) -> None:
    """Change a cashier, the devices he may work on included."""
    company = context.actor.tenant

    async def work(unit: Unit) -> None:
        await _lock_devices(context, unit, details)
        before = await _lock(context, unit, key)
        worked = [str(device) for device in await cashiers.devices_of(unit, key)]
        await cashiers.change_cashier(unit, key, details)
        await cashiers.let_work(unit, key, details.devices)
        await context.audit(
            unit,
            "changeCashier",
            [(key, company)],
            before={"name": before.name, "number": before.number, "devices": worked},
            after=_facts(details),
        )

    await context.carry_out(work)


async def _lock(context: Context, unit: Unit, key: UUID) -> Cashier:
    locked = await cashiers.lock_cashier(unit, key, context.actor.tenant)
    if locked is None:
        raise NotFound("cashier")
    await context.stand(unit)
    return locked


async def remove_cashier(context: Context, key: UUID) -> None:
    """Remove a cashier; devices hear of it when they pull next."""

    async def work(unit: Unit) -> None:
        before = await _lock(context, unit, key)
        await cashiers.remove_cashier(unit, key)
        await context.audit(
            unit, "removeCashier", [(key, context.actor.tenant)], before={"name": before.name}
        )

    await context.carry_out(work)


async def pull_cashiers(context: Context) -> tuple[list[Cashier], datetime]:
    """Return who may work on the caller's device, and when; a request to load is done with it.

    A POS pulls when it is told to, and by itself after a receipt [001].
    """

    async def work(unit: Unit) -> tuple[list[Cashier], datetime]:
        # A request to load that came before this lock is answered by what is read behind it.
        device = await at_work(context, unit)
        found = await cashiers.working_on(unit, device)
        # What follows each receipt would drown everything else in the audit.
        if await devices.note_load(unit, device):
            await context.audit(unit, "pullCashiers", [(device, context.actor.tenant)])
        return found, unit.now

    return await context.carry_out(work)
