"""Companies: registering one with its first user, main firm and outlet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import Right
from persistence import companies, firms, links, outlets, tenants, users

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import FirmDetails, OutletDetails, Person
    from persistence.companies import RegionalDetails
    from persistence.database import Unit


async def register_company(
    unit: Unit,
    name: str,
    admin: Person,
    password_hash: str,
    firm: FirmDetails,
    outlet: OutletDetails,
    partner: UUID | None = None,
    regional: RegionalDetails | None = None,
) -> UUID:
    """Register a company; it is linked to its partner, by default the licensor [000]."""
    linked_to = partner or await tenants.licensor(unit)
    if linked_to is None:
        raise LookupError("no licensor")
    key = await companies.add_company(unit, name, firm, regional)
    await users.add_user(unit, key, admin, Right.ADMIN, password_hash)
    await firms.add_firm(unit, key, firm, is_main=True)
    await outlets.add_outlet(unit, key, outlet)
    await links.add_link(unit, key, linked_to)
    return key
