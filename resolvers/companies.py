"""Companies: adding one with its first user, main firm and outlet; renaming it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import Right
from persistence import companies, firms, links, outlets, tenants, users
from resolvers.news import tell_links

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import FirmDetails, OutletDetails, Person
    from persistence.companies import RegionalDetails
    from persistence.database import Unit
    from resolvers.context import Context


async def register_company(
    unit: Unit,
    name: str,
    admin: Person,
    password_hash: str | None,
    firm: FirmDetails,
    outlet: OutletDetails,
    partner: UUID | None = None,
    regional: RegionalDetails | None = None,
    language: str = "ru",
) -> UUID:
    """Add a company; without a password it waits for its first user to confirm it.

    Its link begins when it is confirmed: with `partner`, by default the licensor [000].
    """
    confirmed = password_hash is not None
    key = await companies.add_company(
        unit, name, firm, regional, confirmed=confirmed, registered_by=partner
    )
    await users.add_user(unit, key, admin, Right.ADMIN, password_hash, language)
    await firms.add_firm(unit, key, firm, is_main=True)
    await outlets.add_outlet(unit, key, outlet)
    if confirmed:
        await link(unit, key, partner)
    return key


async def link(unit: Unit, company: UUID, partner: UUID | None) -> None:
    """Begin a company's first link, with the licensor if the partner is none or not open."""
    default = await tenants.licensor(unit)
    if default is None:
        raise LookupError("no licensor")
    if partner is None or await tenants.is_blocked(unit, partner):
        partner = default
    await links.add_link(unit, company, partner)
    tell_links(unit, company, partner)


async def change_company(context: Context, name: str) -> None:
    """Give the caller's company another name; documents keep the one they were written with."""
    company = context.actor.tenant

    async def work(unit: Unit) -> None:
        before = await companies.lock_company(unit, company)
        if before != name:
            await companies.describe(unit, company, name)
            changes = {"before": {"name": before}, "after": {"name": name}}
            await context.audit(unit, "changeCompany", [(company, company)], **changes)

    await context.carry_out(work)
