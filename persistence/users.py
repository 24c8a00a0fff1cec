"""Users: the accounts of people, each in one tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, case, insert, or_, select, update

from domain.access import Actor, Capability, TenantKind
from domain.emails import email_key
from domain.news import NOBODY, News, Topic
from domain.users import Member, UserState
from persistence.columns import choice
from persistence.keys import new_key
from persistence.reads import (
    TENANT,
    Reads,
    confirmed_tenants,
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


_STATE: ColumnElement[Any] = case(
    (users.c.removed_at.is_not(None), UserState.REMOVED.value),
    (users.c.blocked_at.is_not(None), UserState.BLOCKED.value),
    (users.c.confirmed_at.is_(None), UserState.INVITED.value),
    else_=UserState.ACTIVE.value,
).cast(choice(UserState, "user_state"))


_WORKING = (
    users.c.confirmed_at.is_not(None) & users.c.blocked_at.is_(None) & users.c.removed_at.is_(None)
)


def _confirmed_partners() -> Select[Any]:
    return (
        select(partners.c.id)
        .join_from(partners, tenants, tenants.c.id == partners.c.id)
        .where(tenants.c.confirmed_at.is_not(None))
    )


def visible_users(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: one's colleagues, and whom one may turn to at those one trades with."""
    if reads_all(actor):
        return users.c.tenant_id.in_(confirmed_tenants())
    own = users.c.tenant_id == TENANT
    contacts = users.c.is_contact & _WORKING & users.c.tenant_id.in_(linked_companies())
    if actor.kind is TenantKind.LICENSOR:
        # An invited user's address may be the one that was typed wrong.
        shown = users.c.removed_at.is_(None) if actor.may(Capability.CORRECT_USERS) else _WORKING
        return or_(own, contacts, shown & users.c.tenant_id.in_(_confirmed_partners()))
    if sells(actor):
        return or_(own, contacts) if actor.may(Capability.READ_COMPANIES) else own
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
        "state": _STATE,
        "language": users.c.language,
        "created_at": users.c.created_at,
        "confirmed_at": users.c.confirmed_at,
    },
    filters={
        "own": users.c.tenant_id == TENANT,
        "present": users.c.removed_at.is_(None),
        "state": bindparam("state", type_=_STATE.type) == _STATE,
    },
    orders={"JOINED": ()},
)


async def add_user(
    unit: Unit,
    tenant: UUID,
    person: Person,
    right: Right,
    password_hash: str | None,
    language: str = "ru",
) -> UUID:
    """Add a user of a tenant and return his key; without a password he is invited only."""
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
            confirmed_at=None if password_hash is None else unit.now,
            language=language,
        )
    )
    return key


def _member(row: Any) -> Member:  # noqa: ANN401 - a row has no better type
    return Member(
        user=row.id,
        tenant=row.tenant_id,
        right=row.right,
        state=UserState(row.state),
        name=row.name,
        email=row.email,
        language=row.language,
    )


_MEMBERS = select(users, _STATE.label("state"))


async def lock_members(unit: Unit, tenant: UUID) -> list[Member]:
    """Lock a cabinet and return its users: who decides about them decides alone."""
    await unit.connection.execute(
        select(tenants.c.id).where(tenants.c.id == tenant).with_for_update()
    )
    rows = await unit.connection.execute(_MEMBERS.where(users.c.tenant_id == tenant))
    return [_member(row) for row in rows]


async def find_member(unit: Unit, key: UUID) -> Member | None:
    """Return a user of any cabinet."""
    row = (await unit.connection.execute(_MEMBERS.where(users.c.id == key))).one_or_none()
    return None if row is None else _member(row)


_STANDING = frozenset({"right", "blocked_at", "removed_at", "confirmed_at"})
"""What a user's sessions say of him."""


async def change_user(unit: Unit, key: UUID, **values: Any) -> None:  # noqa: ANN401 - columns of any type
    """Write some columns of a user."""
    await unit.connection.execute(update(users).where(users.c.id == key).values(values))
    if not values.keys().isdisjoint(_STANDING):
        unit.tell(News(Topic.SESSIONS, NOBODY, key))


async def password_hash(unit: Unit, key: UUID) -> str | None:
    """Return the hash of a user's password."""
    found: str | None = await unit.connection.scalar(
        select(users.c.password_hash).where(users.c.id == key)
    )
    return found


async def replace_password(unit: Unit, key: UUID, old: str, new: str) -> bool:
    """Replace a hash by another; `False` when it is not the one in place any more."""
    result = await unit.connection.execute(
        update(users)
        .where(users.c.id == key, users.c.password_hash == old)
        .values(password_hash=new)
    )
    return result.rowcount == 1


async def columns_of(unit: Unit, key: UUID, names: list[str]) -> dict[str, Any]:
    """Return some columns of a user, for the audit."""
    if not names:
        return {}
    columns = [users.c[name] for name in names]
    row = (await unit.connection.execute(select(*columns).where(users.c.id == key))).one()
    return dict(row._mapping)  # noqa: SLF001 - the library's documented way


async def readdress(unit: Unit, key: UUID, email: str) -> None:
    """Give a user another e-mail address."""
    await change_user(unit, key, email=email, email_key=email_key(email))


async def remove_user(unit: Unit, key: UUID) -> None:
    """Remove a user: documents still name him, his e-mail address is free in the cabinet."""
    await change_user(unit, key, removed_at=unit.now, email_key=f"removed {key.hex}")


async def user_with_email(unit: Unit, tenant: UUID, email: str) -> UUID | None:
    """Return the user of a cabinet with this e-mail address."""
    found: UUID | None = await unit.connection.scalar(
        select(users.c.id).where(users.c.tenant_id == tenant, users.c.email_key == email_key(email))
    )
    return found
