"""Tickets: one-time secrets that letters carry; only their hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import bindparam, insert, literal, select, update

from persistence.columns import BYTES, KEY, TEXT, TIME
from persistence.dialects import among_keys
from persistence.sessions import new_token, token_hash
from persistence.tables.accounts import users
from persistence.tables.letters import tickets

if TYPE_CHECKING:
    from datetime import timedelta

    from domain.letters import TicketPurpose
    from persistence.database import Unit


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket is for, whose it is, and the address it was sent to."""

    purpose: TicketPurpose
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


async def replace_tickets(
    unit: Unit,
    purpose: TicketPurpose,
    owners: list[tuple[UUID, str]],
    tokens: list[str],
    lifetime: timedelta,
) -> None:
    """Write a ticket for each owner (user and address); their older ones end.

    As many statements and rows are tried as there are tokens, however many owners: what it
    costs does not tell whether there are any.
    """
    ended = update(tickets).where(
        among_keys(tickets.c.user_id, "owners"),
        tickets.c.purpose == purpose,
        tickets.c.used_at.is_(None),
    )
    await unit.connection.execute(
        ended.values(used_at=unit.now), {"owners": [user for user, _ in owners]}
    )
    padding = [(UUID(int=0), "")] * (len(tokens) - len(owners))
    rows = [
        {"token": token_hash(token), "owner": user, "address": email}
        for token, (user, email) in zip(tokens, [*owners, *padding], strict=True)
    ]
    fresh = insert(tickets).from_select(
        ["token_hash", "purpose", "user_id", "email", "created_at", "expires_at"],
        select(
            bindparam("token", type_=BYTES),
            literal(purpose, tickets.c.purpose.type),
            users.c.id,
            bindparam("address", type_=TEXT),
            literal(unit.now, TIME),
            literal(unit.now + lifetime, TIME),
        ).where(users.c.id == bindparam("owner", type_=KEY)),
    )
    await unit.connection.execute(fresh, rows)


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
            select(tickets.c.purpose, tickets.c.user_id, tickets.c.email).where(
                tickets.c.token_hash == token_hash(token),
                tickets.c.purpose.in_(purposes),
                tickets.c.used_at.is_(None),
                tickets.c.expires_at > unit.now,
            )
        )
    ).one_or_none()
    return None if row is None else Ticket(row.purpose, row.user_id, row.email)


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
            .returning(tickets.c.purpose, tickets.c.user_id, tickets.c.email)
        )
    ).one_or_none()
    return None if row is None else Ticket(row.purpose, row.user_id, row.email)
