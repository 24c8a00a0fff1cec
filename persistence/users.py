"""Users: the accounts of people, each in one tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, insert, or_, select

from domain.access import Actor, TenantKind
from domain.emails import email_key
from persistence.columns import TEXT
from persistence.keys import new_key
from persistence.reads import (
    TENANT,
    Reads,
    everything,
    linked_companies,
    nothing,
    reads_all,
    sells,
)
from persistence.tables.accounts import users
from persistence.tables.tenants import partners, tenants

if TYPE_CHECKING:
    from uuid import UUID

    from domain.access import Right
    from domain.accounts import Person
    from persistence.database import Unit


def visible_users(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: one's colleagues, and whom one may turn to at those one trades with."""
    if reads_all(actor):
        return everything()
    own = users.c.tenant_id == TENANT
    contacts = users.c.is_contact & users.c.tenant_id.in_(linked_companies())
    if actor.kind is TenantKind.LICENSOR:
        return or_(own, contacts, users.c.tenant_id.in_(select(partners.c.id)))
    if sells(actor):
        return or_(own, contacts)
    if actor.kind in {TenantKind.COMPANY, TenantKind.MRC}:
        return own
    return nothing()


READS = Reads(
    source=users,
    key=users.c.id,
    owner=users.c.tenant_id,
    visible=visible_users,
    columns={
        "name": users.c.name,
        "email": users.c.email,
        "phone": users.c.phone,
        "right": users.c.right,
        "is_contact": users.c.is_contact,
    },
)


async def add_user(
    unit: Unit, tenant: UUID, person: Person, right: Right, password_hash: str
) -> UUID:
    """Add a confirmed user of a tenant and return his key."""
    key = new_key()
    await unit.connection.execute(
        insert(users).values(
            id=key,
            tenant_id=tenant,
            name=person.name,
            email=person.email,
            email_key=email_key(person.email),
            login=person.login,
            login_key=email_key(person.login) if person.login else None,
            phone=person.phone,
            right=right,
            is_contact=person.is_contact,
            password_hash=password_hash,
            created_at=unit.now,
            confirmed_at=unit.now,
        )
    )
    return key


def open_account() -> ColumnElement[bool]:
    """Return the condition of an open account: user and tenant confirmed and not blocked."""
    return (
        users.c.confirmed_at.is_not(None)
        & users.c.blocked_at.is_(None)
        & tenants.c.confirmed_at.is_not(None)
        & tenants.c.blocked_at.is_(None)
    )


def accounts_by_login() -> Select[Any]:
    """Return the statement of the accounts that may sign in with the bound e-mail or login.

    An administrator of an MRC signs in with his login only, everybody else with the e-mail.
    """
    key = bindparam("login", type_=TEXT)
    by_email = (users.c.email_key == key) & (tenants.c.kind != TenantKind.MRC)
    by_login = (users.c.login_key == key) & (tenants.c.kind == TenantKind.MRC)
    return (
        select(
            users.c.id.label("user"),
            users.c.tenant_id.label("tenant"),
            tenants.c.kind,
            tenants.c.name.label("tenant_name"),
            users.c.right,
            users.c.password_hash,
        )
        .join_from(users, tenants, tenants.c.id == users.c.tenant_id)
        .where(or_(by_email, by_login), open_account(), users.c.password_hash.is_not(None))
        .order_by(users.c.id)
        .limit(bindparam("most", type_=Integer()))
    )
