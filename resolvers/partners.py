"""Partners: adding one with its first user, and founding the licensor, the master partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import Right, TenantKind
from persistence import partners, users

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import PartnerDetails, Person
    from persistence.database import Unit


async def register_partner(
    unit: Unit,
    details: PartnerDetails,
    admin: Person,
    password_hash: str | None,
    registered_by: UUID | None = None,
    language: str = "ru",
) -> UUID:
    """Add a partner with its first user, an admin [000]; return its key.

    Without a password it waits for this user to confirm it.
    """
    key = await partners.add_partner(
        unit,
        TenantKind.PARTNER,
        details,
        confirmed=password_hash is not None,
        registered_by=registered_by,
    )
    await users.add_user(unit, key, admin, Right.ADMIN, password_hash, language)
    return key


async def found_licensor(
    unit: Unit, details: PartnerDetails, admin: Person, password_hash: str
) -> UUID:
    """Found the one licensor with its first admin; return its key."""
    key = await partners.add_partner(unit, TenantKind.LICENSOR, details, confirmed=True)
    await users.add_user(unit, key, admin, Right.ADMIN, password_hash)
    return key
