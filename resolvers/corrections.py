"""Corrections: what the licensor mends of the users of partners, above all e-mails [000]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.access import TenantKind
from domain.attempts import LETTERS_TO_ACCOUNT
from domain.emails import email_key
from domain.refusals import EmailTaken, NotFound
from domain.users import Member, UserState
from persistence import tenants, users
from resolvers.emails import offer
from resolvers.users import invite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from persistence.database import Unit
    from resolvers.context import Context


async def correct_user(
    context: Context, key: UUID, changes: Mapping[str, Any], email: str | None
) -> UUID:
    """Correct a user of a partner; return his key.

    A new address of somebody who was only invited gets his letter anew; for others it counts
    when it is confirmed there, and the old one is told.
    """
    if email is not None:
        await context.throttle(LETTERS_TO_ACCOUNT, email_key(email))

    async def work(unit: Unit) -> UUID:
        await users.lock_members(unit, (await _user_of_partner(unit, key)).tenant)
        # Read again behind the lock: he may have opened his account meanwhile.
        member = await _user_of_partner(unit, key)
        before = await users.columns_of(unit, key, ["email", *changes])
        if changes:
            await users.change_user(unit, key, **changes)
        if email is not None:
            await _readdress(context, unit, member, email)
        after = {**changes, **({} if email is None else {"email": email})}
        owned = [(key, member.tenant)]
        await context.audit(unit, "correctUser", owned, before=before, after=after)
        return key

    return await context.carry_out(work)


async def _user_of_partner(unit: Unit, key: UUID) -> Member:
    member = await users.find_member(unit, key)
    if member is None or member.state is UserState.REMOVED:
        raise NotFound("user")
    cabinet = await tenants.describe(unit, member.tenant)
    if cabinet.kind is not TenantKind.PARTNER or cabinet.confirmed_at is None:
        raise NotFound("user")
    return member


async def _readdress(context: Context, unit: Unit, member: Member, email: str) -> None:
    if member.state is not UserState.INVITED:
        await offer(context, unit, member, email)
        return
    if await users.user_with_email(unit, member.tenant, email) not in {None, member.user}:
        raise EmailTaken
    await users.readdress(unit, member.user, email)
    await invite(context, unit, member.user)
