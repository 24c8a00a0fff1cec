"""Tickets: what whoever opens a letter's link is shown before he decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.access import TenantKind
from domain.letters import TicketPurpose
from persistence import tenants, tickets, users

if TYPE_CHECKING:
    from persistence.database import Unit
    from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Offer:
    """What a ticket is good for; `agreement` says whether the agreement must be accepted."""

    purpose: TicketPurpose
    kind: TenantKind
    cabinet: str
    person: str
    email: str
    agreement: bool


async def offer_of(context: Context, token: str) -> Offer | None:
    """Return what a ticket is good for; `None` when it is good for nothing."""

    async def look(unit: Unit) -> Offer | None:
        ticket = await tickets.find_ticket(unit, set(TicketPurpose), token)
        member = None if ticket is None else await users.find_member(unit, ticket.user)
        if ticket is None or member is None:
            return None
        cabinet = await tenants.describe(unit, member.tenant)
        return Offer(
            ticket.purpose,
            cabinet.kind,
            cabinet.name,
            member.name,
            ticket.email,
            agreement=cabinet.confirmed_at is None and cabinet.kind is TenantKind.COMPANY,
        )

    return await context.carry_out(look)
