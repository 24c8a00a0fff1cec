"""Accounts: which users may sign in, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select

from domain.access import Right, TenantKind
from domain.emails import email_key
from persistence.columns import TEXT
from persistence.tables.accounts import users
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from persistence.database import Unit


def open_account() -> ColumnElement[bool]:
    """Return the condition of an open account: user and tenant confirmed and not blocked."""
    return (
        users.c.confirmed_at.is_not(None)
        & users.c.blocked_at.is_(None)
        & users.c.removed_at.is_(None)
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


async def lock_open(unit: Unit, hashes: Mapping[UUID, str]) -> set[UUID]:
    """Lock users whose passwords were verified; return those whose account has that hash still.

    Who changes a password or ends an account waits until the session that is opened can be ended.
    """
    rows = await unit.connection.execute(
        select(users.c.id, users.c.password_hash)
        .join_from(users, tenants, tenants.c.id == users.c.tenant_id)
        .where(users.c.id.in_(list(hashes)), open_account())
        .order_by(users.c.id)
        .with_for_update(key_share=True, of=users)
    )
    return {row.id for row in rows if row.password_hash == hashes[row.id]}


async def is_open(unit: Unit, user: UUID, right: Right) -> bool:
    """Whether a user's account is open and he has this right."""
    found = await unit.connection.scalar(
        select(users.c.id)
        .join_from(users, tenants, tenants.c.id == users.c.tenant_id)
        .where(users.c.id == user, users.c.right == right, open_account())
    )
    return found is not None


async def accounts_by_email(unit: Unit, email: str, most: int) -> list[Any]:
    """Return key, name and language of the open accounts with this e-mail, and their cabinets."""
    rows = await unit.connection.execute(
        select(
            users.c.id,
            users.c.name,
            users.c.email,
            users.c.language,
            users.c.tenant_id,
            tenants.c.kind,
            tenants.c.name.label("cabinet"),
        )
        .join_from(users, tenants, tenants.c.id == users.c.tenant_id)
        .where(users.c.email_key == email_key(email), open_account())
        .order_by(users.c.id)
        .limit(most)
    )
    return list(rows)


async def count_cabinets(unit: Unit, email: str) -> int:
    """Return how many cabinets open with this e-mail; of two who ask, one waits for the other.

    Those who open the last cabinet at once all have, or meet, a user with this address.
    """
    await unit.connection.execute(
        select(users.c.id)
        .where(users.c.email_key == email_key(email))
        .order_by(users.c.id)
        .with_for_update(key_share=True)
    )
    found = await unit.connection.scalar(
        select(func.count())
        .select_from(users.join(tenants, tenants.c.id == users.c.tenant_id))
        .where(
            users.c.email_key == email_key(email), tenants.c.kind != TenantKind.MRC, open_account()
        )
    )
    return int(found or 0)
