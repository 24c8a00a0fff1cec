"""Firms: a company adds, changes and removes its own, and says which one is the main firm."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from domain.firms import keep_main_inn, removable
from domain.refusals import FirmExists, NotFound
from persistence import companies, firms, links, regions
from persistence.database import Contended

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import FirmDetails
    from domain.firms import StandingFirm
    from persistence.database import Unit
    from resolvers.context import Context


async def create_firm(context: Context, details: FirmDetails) -> UUID:
    """Add a firm to the caller's company and return its key."""
    company = context.actor.tenant

    async def work(unit: Unit) -> UUID:
        await companies.lock_company(unit, company)
        await _be_the_only_one(unit, company, details)
        key = await firms.add_firm(unit, company, details, is_main=False)
        await context.audit(unit, "createFirm", [(key, company)], after=asdict(details))
        return key

    return await context.carry_out(work)


async def change_firm(context: Context, key: UUID, details: FirmDetails) -> None:
    """Change the details of a firm of the caller's company; what is not given is taken away."""
    company = context.actor.tenant

    async def work(unit: Unit) -> None:
        name = await companies.lock_company(unit, company)
        firm = await _own(unit, company, key)
        before = firm.details
        if before == details:
            return
        if (before.name, before.inn) != (details.name, details.inn):
            await _be_the_only_one(unit, company, details)
        if firm.is_main:
            await _keep_main_inn(unit, company, before.inn, details.inn)
        await firms.change_firm(unit, key, details)
        if firm.is_main:
            await companies.describe(unit, company, name)
        await context.audit(
            unit, "changeFirm", [(key, company)], before=asdict(before), after=asdict(details)
        )

    await context.carry_out(work)


async def set_main_firm(context: Context, key: UUID) -> None:
    """Make a firm the main one of the caller's company, in place of the one that is."""
    company = context.actor.tenant

    async def work(unit: Unit) -> None:
        name = await companies.lock_company(unit, company)
        firm = await _own(unit, company, key)
        if firm.is_main:
            return
        main = await firms.main_firm(unit, company)
        await _keep_main_inn(unit, company, main.details.inn, firm.details.inn)
        await firms.set_main_firm(unit, company, key)
        await companies.describe(unit, company, name)
        await context.audit(
            unit,
            "setMainFirm",
            [(key, company)],
            before={"mainFirm": main.id},
            after={"mainFirm": key},
        )

    await context.carry_out(work)


async def remove_firm(context: Context, key: UUID) -> None:
    """Take a firm of the caller's company out of all lists; what it bought stays."""
    company = context.actor.tenant

    async def work(unit: Unit) -> None:
        # Sellers hold the link while they sell to a firm: nobody sells to one that is removed.
        if await links.lock_link(unit, company) is None:
            raise Contended
        await companies.lock_company(unit, company)
        firm = await _own(unit, company, key)
        removable(firm)
        await firms.remove_firm(unit, key)
        await context.audit(unit, "removeFirm", [(key, company)], before=asdict(firm.details))

    await context.carry_out(work)


async def _own(unit: Unit, company: UUID, key: UUID) -> StandingFirm:
    firm = await firms.own_firm(unit, company, key)
    if firm is None:
        raise NotFound("firm")
    return firm


async def _be_the_only_one(unit: Unit, company: UUID, details: FirmDetails) -> None:
    """Refuse a second firm of one name and INN: it is the same order given twice [ruling]."""
    twin = await firms.equal_firm(unit, company, details)
    if twin is not None:
        raise FirmExists(twin)


async def _keep_main_inn(unit: Unit, company: UUID, before: str, after: str) -> None:
    bound = await regions.bound_to(unit, company) is not None
    keep_main_inn(before, after, bound=bound)
