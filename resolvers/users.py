"""Users: inviting, changing, blocking and removing the people of the caller's cabinet [000]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.access import Right
from domain.attempts import LETTERS_BY_CABINET, LETTERS_TO_ACCOUNT
from domain.emails import email_key
from domain.letters import Letter, LetterKind, TicketPurpose
from domain.refusals import EmailTaken, NotFound
from domain.registrations import CONFIRMATION_LIFETIME
from domain.users import Member, UserState, grantable, keep_an_admin
from persistence import sessions, tenants, tickets, users

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.accounts import Person
    from persistence.database import Unit
    from resolvers.context import Context


OPEN, BLOCKED = {"blocked": False}, {"blocked": True}
"""What the audit says of a user."""


async def invite_user(context: Context, person: Person, right: Right) -> UUID:
    """Add a user and send him a letter by which he sets his password; return his key."""
    actor = context.actor
    grantable(actor.kind, right)
    await context.throttle(LETTERS_BY_CABINET, actor.tenant.hex)
    await context.throttle(LETTERS_TO_ACCOUNT, email_key(person.email))

    async def work(unit: Unit) -> UUID:
        await users.lock_members(unit, actor.tenant)
        if await users.user_with_email(unit, actor.tenant, person.email) is not None:
            raise EmailTaken
        language = context.exchange.language
        key = await users.add_user(unit, actor.tenant, person, right, None, language)
        await invite(context, unit, key)
        after = {"name": person.name, "email": person.email, "right": right}
        await context.audit(unit, "inviteUser", [(key, actor.tenant)], after=after)
        return key

    return await context.carry_out(work)


async def resend_invitation(context: Context, key: UUID) -> UUID:
    """Send an invited user his letter again; return his key."""
    found = await context.carry_out(lambda unit: _invited(context, unit, key))
    await context.throttle(LETTERS_TO_ACCOUNT, email_key(found.email))

    async def work(unit: Unit) -> UUID:
        await _invited(context, unit, key)
        await invite(context, unit, key)
        await context.audit(unit, "resendInvitation", [(key, context.actor.tenant)])
        return key

    return await context.carry_out(work)


async def _invited(context: Context, unit: Unit, key: UUID) -> Member:
    member = await users.find_member(unit, key)
    foreign = member is None or member.tenant != context.actor.tenant
    if member is None or foreign or member.state is not UserState.INVITED:
        raise NotFound("user")
    return member


async def invite(context: Context, unit: Unit, key: UUID) -> None:
    """Send a user the letter by which he sets his first password; older letters end."""
    member = await users.find_member(unit, key)
    host = await users.find_member(unit, context.actor.user)
    if member is None or host is None:
        raise NotFound("user")
    ticket = await tickets.add_ticket(
        unit, TicketPurpose.INVITATION, key, member.email, CONFIRMATION_LIFETIME
    )
    cabinet = await tenants.describe(unit, member.tenant)
    facts = {
        "person": member.name,
        "cabinet": cabinet.name,
        "kind": cabinet.kind,
        "ticket": ticket,
        "expires_at": (unit.now + CONFIRMATION_LIFETIME).isoformat(),
        "invited_by": host.name,
    }
    letter = Letter(LetterKind.INVITATION, member.email, member.language, member.tenant, facts)
    await context.post(unit, letter)


async def change_user(context: Context, key: UUID, changes: Mapping[str, Any]) -> UUID:
    """Change name, phone, right or contact of a user of the caller's cabinet; return his key."""
    right = changes.get("right")
    if right is not None:
        grantable(context.actor.kind, right)

    async def work(unit: Unit) -> UUID:
        members, member = await _member(context, unit, key)
        if right not in {None, Right.ADMIN, member.right}:
            keep_an_admin(members, key)
        before = await users.columns_of(unit, key, list(changes))
        if changes:
            await users.change_user(unit, key, **changes)
        owned = [(key, member.tenant)]
        await context.audit(unit, "changeUser", owned, before=before, after=changes)
        return key

    return await context.carry_out(work)


async def change_own_details(context: Context, changes: Mapping[str, Any]) -> UUID:
    """Change the caller's own name, phone, contact or language; return his key."""
    actor = context.actor

    async def work(unit: Unit) -> UUID:
        before = await users.columns_of(unit, actor.user, list(changes))
        if changes:
            await users.change_user(unit, actor.user, **changes)
        owned = [(actor.user, actor.tenant)]
        await context.audit(unit, "changeOwnDetails", owned, before=before, after=changes)
        return actor.user

    return await context.carry_out(work)


async def block_user(context: Context, key: UUID) -> UUID:
    """Block a user: his sessions and tokens end at once. Return his key."""

    async def work(unit: Unit) -> UUID:
        members, member = await _member(context, unit, key)
        keep_an_admin(members, key)
        await users.change_user(unit, key, blocked_at=unit.now)
        await sessions.end_sessions(unit, key, tokens_too=True)
        await tickets.end_tickets(unit, key)
        await context.audit(unit, "blockUser", [(key, member.tenant)], before=OPEN, after=BLOCKED)
        return key

    return await context.carry_out(work)


async def unblock_user(context: Context, key: UUID) -> UUID:
    """Let a blocked user in again; return his key."""

    async def work(unit: Unit) -> UUID:
        _, member = await _member(context, unit, key)
        await users.change_user(unit, key, blocked_at=None)
        await context.audit(unit, "unblockUser", [(key, member.tenant)], before=BLOCKED, after=OPEN)
        return key

    return await context.carry_out(work)


async def remove_user(context: Context, key: UUID) -> None:
    """Remove a user: his sessions and tokens end at once, documents still name him."""

    async def work(unit: Unit) -> None:
        members, member = await _member(context, unit, key)
        keep_an_admin(members, key)
        await users.remove_user(unit, key)
        await sessions.end_sessions(unit, key, tokens_too=True)
        await tickets.end_tickets(unit, key)
        before = {"name": member.name, "email": member.email, "right": member.right}
        await context.audit(unit, "removeUser", [(key, member.tenant)], before=before)

    await context.carry_out(work)


async def _member(context: Context, unit: Unit, key: UUID) -> tuple[list[Member], Member]:
    """Lock the caller's cabinet; return its users and the one in question."""
    members = await users.lock_members(unit, context.actor.tenant)
    found = [member for member in members if member.user == key]
    if not found or found[0].state is UserState.REMOVED:
        raise NotFound("user")
    return members, found[0]
