"""Passwords: changing one's own, and resetting a forgotten one by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.accounts import LONGEST_PASSWORD, MOST_CABINETS, parse_password
from domain.attempts import (
    PASSWORDS_BY_USER,
    RESETS_BY_ACCOUNT,
    RESETS_BY_ADDRESS,
    TICKETS_BY_ADDRESS,
)
from domain.emails import email_key
from domain.letters import Facts, Letter, LetterKind, TicketPurpose
from domain.passwords import RESET_LIFETIME
from domain.refusals import TicketExpired, WrongPassword
from domain.users import UserState
from persistence import accounts, letters, sessions, tenants, tickets, users
from persistence.sessions import new_token

if TYPE_CHECKING:
    from uuid import UUID

    from domain.users import Member
    from persistence.database import Unit
    from resolvers.context import Context

RESET = {TicketPurpose.PASSWORD_RESET}


async def change_password(context: Context, old: str, new: str) -> None:
    """Change the caller's password; his other sessions end, and a letter tells him."""
    actor = context.actor
    parse_password(new)
    known = await verify_own(context, old)
    hashed = await context.tools.passwords.hash(new)

    async def work(unit: Unit) -> None:
        # The hash that was verified must still be the one in place when it is changed.
        if not await users.replace_password(unit, actor.user, known, hashed):
            raise WrongPassword
        await _ended(context, unit, actor.user, actor.session)
        await context.audit(unit, "changePassword", [(actor.user, actor.tenant)])

    await context.carry_out(work)


async def verify_own(context: Context, password: str) -> str:
    """Return the hash of the caller's password; `WrongPassword` when he does not know it."""
    user, passwords = context.actor.user, context.tools.passwords
    await context.throttle(PASSWORDS_BY_USER, user.hex)
    known = await context.carry_out(lambda unit: users.password_hash(unit, user))
    [fits] = await passwords.matches(password[:LONGEST_PASSWORD], [known or passwords.dummy])
    if known is None or not fits or len(password) > LONGEST_PASSWORD:
        raise WrongPassword
    return known


async def request_password_reset(context: Context, email: str) -> None:
    """Send one letter with a ticket for each cabinet of this e-mail address, if there is any.

    The answer and the statements are the same for an address that nobody has.
    """
    await context.throttle_client(RESETS_BY_ADDRESS)
    await context.throttle(RESETS_BY_ACCOUNT, email_key(email))
    tokens = [new_token() for _ in range(MOST_CABINETS)]

    async def work(unit: Unit) -> None:
        found = await accounts.accounts_by_email(unit, email, MOST_CABINETS)
        await tickets.replace_tickets(
            unit,
            TicketPurpose.PASSWORD_RESET,
            [(account.id, account.email) for account in found],
            tokens,
            RESET_LIFETIME,
        )
        letter = _letter(unit, found, tokens) if found else None
        await letters.add_letter_if_any(unit, letter, context.tools.envelopes)
        unit.afterwards.append(context.tools.posted)

    await context.carry_out(work)


def _letter(unit: Unit, found: list[Any], tokens: list[str]) -> Letter:
    """Return the one letter about all cabinets."""
    cabinets = [
        {"person": account.name, "cabinet": account.cabinet, "kind": account.kind, "ticket": token}
        for account, token in zip(found, tokens, strict=False)
    ]
    facts: Facts = {"expires_at": (unit.now + RESET_LIFETIME).isoformat(), "cabinets": cabinets}
    first = found[0]
    return Letter(LetterKind.PASSWORD_RESET, first.email, first.language, first.tenant_id, facts)


async def reset_password(context: Context, token: str, password: str) -> None:
    """Set a new password by the ticket of a letter; every session of the account ends."""
    parse_password(password)
    await context.throttle_client(TICKETS_BY_ADDRESS)
    await context.carry_out(lambda unit: _owner(unit, token))
    hashed = await context.tools.passwords.hash(password)

    async def work(unit: Unit) -> None:
        member = await _owner(unit, token)
        if await tickets.use_ticket(unit, RESET, token) is None:
            raise TicketExpired
        await users.change_user(unit, member.user, password_hash=hashed)
        await _ended(context, unit, member.user, None)
        await context.audit_ticket(unit, member, "resetPassword")

    await context.carry_out(work)


async def _owner(unit: Unit, token: str) -> Member:
    ticket = await tickets.find_ticket(unit, RESET, token)
    member = None if ticket is None else await users.find_member(unit, ticket.user)
    if member is None or member.state is not UserState.ACTIVE:
        raise TicketExpired
    return member


async def _ended(context: Context, unit: Unit, user: UUID, but: UUID | None) -> None:
    """End what the old password could still do, and tell its owner that it changed."""
    await sessions.end_sessions(unit, user, but)
    await sessions.end_choices(unit, user)
    await tickets.end_tickets(unit, user, TicketPurpose.PASSWORD_RESET)
    member = await users.find_member(unit, user)
    if member is None:
        return
    cabinet = await tenants.describe(unit, member.tenant)
    facts = {
        "person": member.name,
        "cabinet": cabinet.name,
        "kind": cabinet.kind,
        "at": unit.now.isoformat(),
    }
    letter = Letter(
        LetterKind.PASSWORD_CHANGED, member.email, member.language, member.tenant, facts
    )
    await context.post(unit, letter)
