"""Sweeping: removing what has served its time, so that no table grows for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from persistence import registrations
from persistence.tables.accounts import cabinet_choices
from persistence.tables.attempts import attempts
from persistence.tables.letters import tickets
from persistence.tables.showings import print_page_licenses, print_pages
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from persistence.database import Unit

ATTEMPTS = timedelta(days=1)
"""Longer than the window of any throttle."""
TICKETS = timedelta(days=30)
"""How long it can be looked up what became of a ticket."""


REGISTRATIONS = timedelta(days=60)
"""How long a cabinet waits to be confirmed."""
MOST_REGISTRATIONS = 100


async def sweep(unit: Unit) -> None:
    """Remove throttled attempts, tickets, choices of cabinets and printed pages of the past."""
    pages = select(print_pages.c.token_hash).where(print_pages.c.expires_at <= unit.now)
    for statement in (
        delete(attempts).where(attempts.c.began_at <= unit.now - ATTEMPTS),
        delete(tickets).where(tickets.c.expires_at <= unit.now - TICKETS),
        delete(cabinet_choices).where(cabinet_choices.c.expires_at <= unit.now),
        delete(print_page_licenses).where(print_page_licenses.c.token_hash.in_(pages)),
        delete(print_pages).where(print_pages.c.expires_at <= unit.now),
    ):
        await unit.connection.execute(statement)
    await _sweep_registrations(unit)


async def _sweep_registrations(unit: Unit) -> None:
    """Remove cabinets that nobody confirmed, a few at a time: anybody can register them."""
    old = unit.now - REGISTRATIONS
    forgotten = await unit.connection.scalars(
        select(tenants.c.id)
        .where(tenants.c.confirmed_at.is_(None), tenants.c.created_at <= old)
        .order_by(tenants.c.id)
        .limit(MOST_REGISTRATIONS)
        .with_for_update(skip_locked=True)
    )
    for key in list(forgotten):
        await registrations.remove_registration(unit, key)
