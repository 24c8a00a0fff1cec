"""Partners: adding one with its first user, changing one, and founding the licensor."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from domain.access import Right, TenantKind
from domain.refusals import NotFound
from persistence import partners, users

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from domain.accounts import PartnerDetails, Person
    from domain.partners import PartnerContact
    from persistence.database import Unit
    from resolvers.context import Context


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


async def change_partner(context: Context, key: UUID, details: PartnerDetails) -> None:
    """Write all details of a partner, or of the licensor itself."""
    await _change(context, "changePartner", key, lambda _: details)


async def change_own_partner(context: Context, contact: PartnerContact) -> None:
    """Change where the caller's partner is and who answers for it."""
    await _change(context, "changeOwnPartner", context.actor.tenant, contact.of)


async def _change(
    context: Context, action: str, key: UUID, change: Callable[[PartnerDetails], PartnerDetails]
) -> None:
    async def work(unit: Unit) -> None:
        before = await partners.lock_partner(unit, key)
        if before is None:
            raise NotFound("partner")
        after = change(before)
        if after != before:
            await partners.change_partner(unit, key, after)
            changes = {"before": asdict(before), "after": asdict(after)}
            await context.audit(unit, action, [(key, key)], **changes)

    await context.carry_out(work)
