"""Recipients: whom a letter to a cabinet goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.access import Right
from persistence.accounts import open_account
from persistence.tables.accounts import users
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from persistence.database import Unit


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a letter goes, and in which language."""

    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """A cabinet by name, and its admins who can sign in; a blocked cabinet has none."""

    name: str
    admins: list[Recipient] = field(default_factory=list)


async def addressed(unit: Unit, cabinets: Iterable[UUID]) -> dict[UUID, Addressed]:
    """Return cabinets with their admins, all of them by one look."""
    admin = (users.c.tenant_id == tenants.c.id) & (users.c.right == Right.ADMIN) & open_account()
    rows = await unit.connection.execute(
        select(tenants.c.id, tenants.c.name, users.c.email, users.c.language)
        .select_from(tenants.outerjoin(users, admin))
        .where(tenants.c.id.in_(set(cabinets)))
        .order_by(users.c.id)
    )
    found: dict[UUID, Addressed] = {}
    for row in rows:
        cabinet = found.setdefault(row.id, Addressed(row.name))
        if row.email is not None:
            cabinet.admins.append(Recipient(row.email, row.language))
    return found
