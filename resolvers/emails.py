"""E-mail addresses: a new one counts when it is confirmed there, and the old one is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts import MOST_CABINETS
from domain.attempts import LETTERS_TO_ACCOUNT, TICKETS_BY_ADDRESS
from domain.emails import email_key
from domain.letters import Letter, LetterKind, TicketPurpose
from domain.refusals import EmailTaken, NotFound, TicketExpired, TooManyCabinets
from domain.registrations import CONFIRMATION_LIFETIME
from domain.users import UserState
from persistence import accounts, tenants, tickets, users
from resolvers.passwords import verify_own

if TYPE_CHECKING:
    from domain.users import Member
    from persistence.database import Unit
    from resolvers.context import Context

CHANGE = {TicketPurpose.EMAIL_CHANGE}


async def change_own_email(context: Context, email: str, password: str) -> None:
    """Send the caller's new address a letter by which it is confirmed; the password proves him."""
    actor = context.actor
    await verify_own(context, password)
    await context.throttle(LETTERS_TO_ACCOUNT, email_key(email))

    async def work(unit: Unit) -> None:
        member = await users.find_member(unit, actor.user)
        if member is None:
            raise NotFound("user")
        await offer(context, unit, member, email)
        await context.audit(unit, "changeOwnEmail", [(actor.user, actor.tenant)])

    await context.carry_out(work)


async def offer(context: Context, unit: Unit, member: Member, email: str) -> None:
    """Send a letter to an address that shall be the user's: he has it when it is confirmed."""
    if await users.user_with_email(unit, member.tenant, email) not in {None, member.user}:
        raise EmailTaken
    ticket = await tickets.add_ticket(
        unit, TicketPurpose.EMAIL_CHANGE, member.user, email, CONFIRMATION_LIFETIME
    )
    facts = await _facts(unit, member)
    facts |= {"ticket": ticket, "expires_at": (unit.now + CONFIRMATION_LIFETIME).isoformat()}
    await context.post(
        unit, Letter(LetterKind.CONFIRM_EMAIL, email, member.language, member.tenant, facts)
    )


async def confirm_email(context: Context, token: str) -> None:
    """Give a user the address that the ticket was sent to; the old one is told."""
    await context.throttle_client(TICKETS_BY_ADDRESS)

    async def work(unit: Unit) -> None:
        ticket = await tickets.find_ticket(unit, CHANGE, token)
        member = None if ticket is None else await users.find_member(unit, ticket.user)
        if ticket is None or member is None or member.state is not UserState.ACTIVE:
            raise TicketExpired
        await users.lock_members(unit, member.tenant)
        if await tickets.use_ticket(unit, CHANGE, token) is None:
            raise TicketExpired
        if await users.user_with_email(unit, member.tenant, ticket.email) not in {
            None,
            member.user,
        }:
            raise EmailTaken
        same = email_key(ticket.email) == email_key(member.email)
        if not same and await accounts.count_cabinets(unit, ticket.email) >= MOST_CABINETS:
            raise TooManyCabinets(MOST_CABINETS)
        await users.readdress(unit, member.user, ticket.email)
        await tickets.end_tickets(unit, member.user)
        facts = await _facts(unit, member) | {"at": unit.now.isoformat()}
        told = Letter(LetterKind.EMAIL_CHANGED, member.email, member.language, member.tenant, facts)
        await context.post(unit, told)
        await context.audit_ticket(unit, member, "confirmEmail")

    await context.carry_out(work)


async def _facts(unit: Unit, member: Member) -> dict[str, str]:
    cabinet = await tenants.describe(unit, member.tenant)
    return {"person": member.name, "cabinet": cabinet.name, "kind": cabinet.kind}
