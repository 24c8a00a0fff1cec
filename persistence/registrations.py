"""Registrations: cabinets that nobody has confirmed yet, known to who registered them only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, select, update

from domain.access import Actor, Capability
from persistence.reads import TENANT, Reads, nothing
from persistence.tables.accounts import users
from persistence.tables.documents import document_counters
from persistence.tables.letters import tickets
from persistence.tables.tenants import companies, firms, outlets, partners, tenants

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


def visible_registrations(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: what the caller's own cabinet has registered."""
    if not actor.may(Capability.READ_REGISTRATIONS):
        return nothing()
    return (tenants.c.registered_by == TENANT) & tenants.c.confirmed_at.is_(None)


READS = Reads(
    source=tenants,
    key=tenants.c.id,
    owner=tenants.c.registered_by,
    visible=visible_registrations,
    columns={
        "name": tenants.c.name,
        "kind": tenants.c.kind,
        "registered_at": tenants.c.created_at,
    },
    orders={"REGISTERED": ()},
)


async def lock_registration(unit: Unit, tenant: UUID, registered_by: UUID | None = None) -> Any:  # noqa: ANN401 - a row
    """Lock a cabinet nobody has confirmed; return its name, kind, registrar and first user.

    With `registered_by`, only one that this tenant registered. `None` when there is none.
    """
    statement = (
        select(tenants.c.id, tenants.c.name, tenants.c.kind, tenants.c.registered_by)
        .where(tenants.c.id == tenant, tenants.c.confirmed_at.is_(None))
        .with_for_update()
    )
    if registered_by is not None:
        statement = statement.where(tenants.c.registered_by == registered_by)
    return (await unit.connection.execute(statement)).one_or_none()


async def first_user(unit: Unit, tenant: UUID) -> Any:  # noqa: ANN401 - a row
    """Return key, name, e-mail and language of the one user of an unconfirmed cabinet."""
    return (
        await unit.connection.execute(
            select(users.c.id, users.c.name, users.c.email, users.c.language).where(
                users.c.tenant_id == tenant
            )
        )
    ).one()


async def confirm_tenant(unit: Unit, tenant: UUID, agreement: str | None) -> None:
    """Open a cabinet; `agreement` is the edition of the agreement that was accepted."""
    await unit.connection.execute(
        update(tenants)
        .where(tenants.c.id == tenant)
        .values(
            confirmed_at=unit.now,
            agreement=agreement,
            agreed_at=None if agreement is None else unit.now,
        )
    )


async def remove_registration(unit: Unit, tenant: UUID) -> None:
    """Remove an unconfirmed cabinet, which the caller has locked: nothing refers to it yet."""
    first = select(users.c.id).where(users.c.tenant_id == tenant)
    await unit.connection.execute(delete(tickets).where(tickets.c.user_id.in_(first)))
    for table, column in (
        (users, users.c.tenant_id),
        (firms, firms.c.company_id),
        (outlets, outlets.c.company_id),
        (companies, companies.c.id),
        (partners, partners.c.id),
        (document_counters, document_counters.c.tenant_id),
        (tenants, tenants.c.id),
    ):
        await unit.connection.execute(delete(table).where(column == tenant))
