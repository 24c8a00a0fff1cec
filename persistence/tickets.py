"""Tickets: one-time secrets that letters carry; only their hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from persistence.sessions import new_token, token_hash
from persistence.tables.letters import tickets

if TYPE_CHECKING:
    from datetime import timedelta
    from uuid import UUID

    from domain.letters import TicketPurpose
    from persistence.database import Unit


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whom a ticket is for, and the address it was sent to."""

    user: UUID
    email: str


async def add_ticket(
    unit: Unit, purpose: TicketPurpose, user: UUID, email: str, lifetime: timedelta
) -> str:
    """Write a ticket and return its token; older ones of the user for this purpose end."""
    await end_tickets(unit, user, purpose)
    token = new_token()
    await unit.connection.execute(
        insert(tickets).values(
            token_hash=token_hash(token),
            purpose=purpose,
            user_id=user,
            email=email,
            created_at=unit.now,
            expires_at=unit.now + lifetime,
        )
    )
    return token


async def end_tickets(unit: Unit, user: UUID, purpose: TicketPurpose | None = None) -> None:
    """Make the user's unused tickets worthless, of one purpose or of all."""
    unused = (tickets.c.user_id == user) & tickets.c.used_at.is_(None)
    if purpose is not None:
        unused &= tickets.c.purpose == purpose
    await unit.connection.execute(update(tickets).where(unused).values(used_at=unit.now))


async def find_ticket(unit: Unit, purposes: set[TicketPurpose], token: str) -> Ticket | None:
    """Return a ticket that is good now for one of the purposes, without using it up."""
    row = (
        await unit.connection.execute(
            select(tickets.c.user_id, tickets.c.email).where(
                tickets.c.token_hash == token_hash(token),
                tickets.c.purpose.in_(purposes),
                tickets.c.used_at.is_(None),
                tickets.c.expires_at > unit.now,
            )
        )
    ).one_or_none()
    return None if row is None else Ticket(row.user_id, row.email)


async def use_ticket(unit: Unit, purposes: set[TicketPurpose], token: str) -> Ticket | None:
    """Use up a ticket; `None` when it is unknown, used, too old or for another purpose.

    Of two that use it at once, one gets it.
    """
    row = (
        await unit.connection.execute(
            update(tickets)
            .where(
                tickets.c.token_hash == token_hash(token),
                tickets.c.purpose.in_(purposes),
                tickets.c.used_at.is_(None),
                tickets.c.expires_at > unit.now,
            )
            .values(used_at=unit.now)
            .returning(tickets.c.user_id, tickets.c.email)
        )
    ).one_or_none()
    return None if row is None else Ticket(row.user_id, row.email)
