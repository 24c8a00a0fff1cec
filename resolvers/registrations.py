"""Registrations: companies and partners, until their first user has confirmed them [000]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.access import TenantKind
from domain.accounts import MOST_CABINETS, parse_password
from domain.attempts import (
    LETTERS_BY_CABINET,
    LETTERS_TO_ACCOUNT,
    REGISTRATIONS_BY_ADDRESS,
    TICKETS_BY_ADDRESS,
)
from domain.emails import email_key
from domain.letters import Letter, LetterKind, TicketPurpose
from domain.refusals import NotFound, TicketExpired, TooManyCabinets
from domain.registrations import CONFIRMATION_LIFETIME, agree
from domain.users import UserState
from persistence import accounts, registrations, tenants, tickets, users
from resolvers import companies, partners

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import PartnerDetails, Person
    from domain.registrations import CompanyForm
    from domain.users import Member
    from persistence.database import Unit
    from resolvers.context import Context

OPENING = {TicketPurpose.CONFIRMATION, TicketPurpose.INVITATION}
"""The purposes of tickets by which a user opens his account and sets his first password."""

_LETTERS = {
    TenantKind.COMPANY: LetterKind.CONFIRM_COMPANY,
    TenantKind.PARTNER: LetterKind.CONFIRM_PARTNER,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """The account that was opened."""

    tenant: UUID
    kind: TenantKind
    cabinet: str
    login: str


async def register_company(context: Context, form: CompanyForm, *, agreed: bool) -> UUID:
    """Register a company, by itself or by the caller's cabinet; return its key.

    It exists for nobody but the caller's cabinet until its first user confirms it.
    """
    agree(agreed=agreed)
    await _throttle(context, form.admin)
    caller = context.caller
    registrar = None if caller is None else caller.tenant

    async def work(unit: Unit) -> UUID:
        key = await companies.register_company(
            unit,
            form.name,
            form.admin,
            None,
            form.firm,
            form.outlet,
            registrar,
            language=context.exchange.language,
        )
        await _invite(context, unit, key)
        if caller is not None:
            about, after = [(key, caller.tenant)], {"name": form.name, "inn": form.firm.inn}
            await context.audit(unit, "registerCompany", about, after=after)
        return key

    return await context.carry_out(work)


async def create_partner(context: Context, details: PartnerDetails, admin: Person) -> UUID:
    """Register a partner; its first user confirms it by letter [000]. Return its key."""
    await _throttle(context, admin)
    registrar = context.actor.tenant

    async def work(unit: Unit) -> UUID:
        language = context.exchange.language
        key = await partners.register_partner(unit, details, admin, None, registrar, language)
        await _invite(context, unit, key)
        after = {"name": details.name, "inn": details.inn}
        await context.audit(unit, "createPartner", [(key, registrar)], after=after)
        return key

    return await context.carry_out(work)


async def _throttle(context: Context, admin: Person) -> None:
    if context.caller is None:
        await context.throttle_client(REGISTRATIONS_BY_ADDRESS)
    else:
        await context.throttle(LETTERS_BY_CABINET, context.actor.tenant.hex)
    await context.throttle(LETTERS_TO_ACCOUNT, email_key(admin.email))


async def _invite(context: Context, unit: Unit, tenant: UUID) -> None:
    """Send the letter by which the first user confirms his cabinet; older letters end."""
    registration = await registrations.lock_registration(unit, tenant)
    user = await registrations.first_user(unit, tenant)
    ticket = await tickets.add_ticket(
        unit, TicketPurpose.CONFIRMATION, user.id, user.email, CONFIRMATION_LIFETIME
    )
    facts = {
        "person": user.name,
        "cabinet": registration.name,
        "kind": registration.kind,
        "ticket": ticket,
        "expires_at": (unit.now + CONFIRMATION_LIFETIME).isoformat(),
    }
    if registration.kind is TenantKind.COMPANY:
        by = registration.registered_by
        facts["registered_by"] = "" if by is None else (await tenants.describe(unit, by)).name
    kind = _LETTERS[registration.kind]
    await context.post(unit, Letter(kind, user.email, user.language, tenant, facts))


async def resend_confirmation(context: Context, key: UUID, email: str | None) -> str:
    """Send the letter of a registration again, perhaps to a corrected address; return where."""
    registrar = context.actor.tenant

    async def first(unit: Unit) -> Any:  # noqa: ANN401 - a row
        if await registrations.lock_registration(unit, key, registrar) is None:
            raise NotFound("registration")
        return await registrations.first_user(unit, key)

    to = email or (await context.carry_out(first)).email
    await context.throttle(LETTERS_TO_ACCOUNT, email_key(to))

    async def work(unit: Unit) -> str:
        user = await first(unit)
        if email is not None:
            await users.readdress(unit, user.id, email)
        await _invite(context, unit, key)
        owned, change = [(key, registrar)], ({"email": user.email}, {"email": to})
        await context.audit(unit, "resendConfirmation", owned, before=change[0], after=change[1])
        return str(to)

    return await context.carry_out(work)


async def cancel_registration(context: Context, key: UUID) -> None:
    """Remove a registration of the caller's cabinet; its letters open nothing any more."""
    registrar = context.actor.tenant

    async def work(unit: Unit) -> None:
        found = await registrations.lock_registration(unit, key, registrar)
        if found is None:
            raise NotFound("registration")
        await registrations.remove_registration(unit, key)
        before = {"name": found.name, "kind": found.kind}
        await context.audit(unit, "cancelRegistration", [(key, registrar)], before=before)

    await context.carry_out(work)


async def confirm_account(context: Context, token: str, password: str, *, agreed: bool) -> Opened:
    """Open the account a letter was sent for, and its cabinet if he is the first user.

    The first user of a company accepts the agreement.
    """
    parse_password(password)
    await context.throttle_client(TICKETS_BY_ADDRESS)
    await context.carry_out(lambda unit: _ticket(unit, token))
    hashed = await context.tools.passwords.hash(password)

    async def work(unit: Unit) -> Opened:
        member = await _ticket(unit, token)
        await users.lock_members(unit, member.tenant)
        cabinet = await registrations.lock_registration(unit, member.tenant)
        # Behind the lock of the cabinet: it may have been cancelled, or confirmed, meanwhile.
        if await tickets.use_ticket(unit, OPENING, token) is None:
            raise TicketExpired
        if await accounts.count_cabinets(unit, member.email) >= MOST_CABINETS:
            raise TooManyCabinets(MOST_CABINETS)
        if cabinet is not None:
            company = cabinet.kind is TenantKind.COMPANY
            agreement = agree(agreed=agreed) if company else None
            await registrations.confirm_tenant(unit, member.tenant, agreement)
            if company:
                await companies.link(unit, member.tenant, cabinet.registered_by)
        await users.change_user(unit, member.user, password_hash=hashed, confirmed_at=unit.now)
        opened = await tenants.describe(unit, member.tenant)
        await context.audit_ticket(unit, member, "confirmAccount")
        return Opened(member.tenant, opened.kind, opened.name, member.email)

    return await context.carry_out(work)


async def _ticket(unit: Unit, token: str) -> Member:
    ticket = await tickets.find_ticket(unit, OPENING, token)
    member = None if ticket is None else await users.find_member(unit, ticket.user)
    if member is None or member.state is not UserState.INVITED:
        raise TicketExpired
    return member
