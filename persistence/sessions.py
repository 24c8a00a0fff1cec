"""Sessions and choices of cabinets: random tokens, of which only hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Subquery, bindparam, delete, insert, select, update

from persistence.columns import BYTES, KEY, TEXT, TIME
from persistence.keys import new_key
from persistence.reads import TENANT
from persistence.tables.accounts import cabinet_choices, sessions, users
from persistence.tables.tenants import tenants
from persistence.users import open_account

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from persistence.database import Unit

TOKEN_BYTES = 32


def new_token() -> str:
    """Return a fresh random token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token; random tokens need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


_LIVE: Select[Any] = (
    select(
        sessions.c.id.label("session"),
        users.c.id.label("user"),
        users.c.tenant_id.label("tenant"),
        users.c.right,
        tenants.c.kind,
    )
    .join_from(sessions, users, users.c.id == sessions.c.user_id)
    .join(tenants, tenants.c.id == users.c.tenant_id)
    .where(
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > bindparam("_now", type_=TIME),
        open_account(),
    )
)

LIVE_SESSION = _LIVE.where(sessions.c.token_hash == bindparam("token_hash", type_=BYTES))
"""Who a token speaks for; a blocked user or tenant has no live session."""


def still_live() -> Subquery:
    """Return one row while the bound actor's session lives and says of him what it said before.

    A statement that starts from it asks for the session anew without a round trip of its own.
    """
    return (
        _LIVE.with_only_columns(sessions.c.id)
        .where(
            sessions.c.id == bindparam("_session", type_=KEY),
            users.c.id == bindparam("_user", type_=KEY),
            users.c.tenant_id == TENANT,
            users.c.right == bindparam("_right", type_=TEXT),
            tenants.c.kind == bindparam("_kind", type_=TEXT),
        )
        .subquery("live")
    )


async def add_session(
    unit: Unit, user: UUID, token: str, expires_at: datetime, user_agent: str | None
) -> UUID:
    """Write a session and return its key."""
    key = new_key()
    await unit.connection.execute(
        insert(sessions).values(
            id=key,
            token_hash=token_hash(token),
            user_id=user,
            created_at=unit.now,
            expires_at=expires_at,
            user_agent=user_agent,
        )
    )
    return key


async def end_session(unit: Unit, key: UUID) -> None:
    """End a session; it is refused from the next request on, on every gateway."""
    await unit.connection.execute(
        update(sessions)
        .where(sessions.c.id == key, sessions.c.ended_at.is_(None))
        .values(ended_at=unit.now)
    )


async def add_choice(unit: Unit, token: str, user_keys: list[UUID], expires_at: datetime) -> None:
    """Write which accounts a choice token may still open; forget the choices that expired."""
    await unit.connection.execute(
        delete(cabinet_choices).where(cabinet_choices.c.expires_at <= unit.now)
    )
    rows = [
        {"token_hash": token_hash(token), "user_id": key, "expires_at": expires_at}
        for key in user_keys
    ]
    await unit.connection.execute(insert(cabinet_choices), rows)


async def use_choice(unit: Unit, token: str, tenant: UUID) -> UUID | None:
    """Use up a choice and return its user in `tenant`; `None` when it does not hold one."""
    digest = token_hash(token)
    found: UUID | None = await unit.connection.scalar(
        select(users.c.id)
        .join_from(cabinet_choices, users, users.c.id == cabinet_choices.c.user_id)
        .join(tenants, tenants.c.id == users.c.tenant_id)
        .where(
            cabinet_choices.c.token_hash == digest,
            cabinet_choices.c.expires_at > unit.now,
            users.c.tenant_id == tenant,
            open_account(),
        )
    )
    if found is None:
        return None
    result = await unit.connection.execute(
        delete(cabinet_choices).where(cabinet_choices.c.token_hash == digest)
    )
    return found if result.rowcount else None
