"""API tokens: sessions of programs, with scopes and perhaps only some products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, case, func, insert, select, update

from domain.access import Actor, Capability
from domain.news import NOBODY, News, Topic
from domain.tokens import TokenState
from persistence.accounts import open_account
from persistence.columns import TIME, choice
from persistence.reads import SESSION, TENANT, Reads, ToMany, ToOne, nothing
from persistence.sessions import token_hash
from persistence.tables.accounts import sessions, users
from persistence.tables.documents import products
from persistence.tables.tenants import tenants
from persistence.tables.tokens import api_token_products, api_tokens

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from persistence.database import Unit


def visible_api_tokens(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: all of the cabinet for who manages them, itself for a token."""
    if actor.may(Capability.MANAGE_TOKENS):
        return api_tokens.c.tenant_id == TENANT
    if actor.may(Capability.VIEW_TOKEN):
        return api_tokens.c.id == SESSION
    return nothing()


_STATE = case(
    (sessions.c.ended_at.is_not(None), TokenState.REVOKED.value),
    (sessions.c.expires_at <= bindparam("_now", type_=TIME), TokenState.EXPIRED.value),
    (~open_account(), TokenState.SUSPENDED.value),
    else_=TokenState.ACTIVE.value,
).cast(choice(TokenState, "token_state"))
"""Expiry counts by the clock, and a creator's standing by what he is now."""

READS = Reads(
    source=(
        api_tokens.join(sessions, sessions.c.id == api_tokens.c.id)
        .join(users, users.c.id == sessions.c.user_id)
        .join(tenants, tenants.c.id == api_tokens.c.tenant_id)
    ),
    key=api_tokens.c.id,
    owner=api_tokens.c.tenant_id,
    visible=visible_api_tokens,
    columns={
        "name": api_tokens.c.name,
        "hint": api_tokens.c.hint,
        "scopes": api_tokens.c.scopes,
        "every_product": api_tokens.c.every_product,
        "created_at": api_tokens.c.created_at,
        "expires_at": sessions.c.expires_at,
        "last_used_at": sessions.c.used_at,
        "ended_at": sessions.c.ended_at,
        "state": _STATE,
    },
    ones={"creator": ToOne("users", sessions.c.user_id)},
    manys={
        "products": ToMany(
            "products",
            api_token_products.c.token_id,
            via=(api_token_products, api_token_products.c.product_id == products.c.id),
        )
    },
    filters={"state": bindparam("state", type_=_STATE.type) == _STATE},
    orders={"CREATED": ()},
)


async def lock_tokens(unit: Unit, tenant: UUID) -> int:
    """Lock the making of a cabinet's tokens; return how many of them live."""
    await unit.connection.execute(
        select(tenants.c.id).where(tenants.c.id == tenant).with_for_update()
    )
    number = await unit.connection.scalar(
        select(func.count())
        .select_from(api_tokens)
        .join(sessions, sessions.c.id == api_tokens.c.id)
        .where(
            api_tokens.c.tenant_id == tenant,
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > unit.now,
        )
    )
    return int(number or 0)


async def add_api_token(
    unit: Unit,
    key: UUID,
    actor: Actor,
    token: str,
    *,
    name: str,
    hint: str,
    scopes: str,
    products_only: tuple[UUID, ...] | None,
    expires_at: datetime,
) -> None:
    """Write a token of the actor: the session it is, and what it may do."""
    await unit.connection.execute(
        insert(sessions).values(
            id=key,
            token_hash=token_hash(token),
            user_id=actor.user,
            created_at=unit.now,
            expires_at=expires_at,
        )
    )
    await unit.connection.execute(
        insert(api_tokens).values(
            id=key,
            tenant_id=actor.tenant,
            name=name,
            hint=hint,
            scopes=scopes,
            every_product=products_only is None,
            created_at=unit.now,
        )
    )
    if products_only is not None:
        rows = [{"token_id": key, "product_id": product} for product in products_only]
        await unit.connection.execute(insert(api_token_products), rows)


async def token_name(unit: Unit, key: UUID, tenant: UUID) -> str | None:
    """Return the name of a cabinet's token."""
    found: str | None = await unit.connection.scalar(
        select(api_tokens.c.name).where(api_tokens.c.id == key, api_tokens.c.tenant_id == tenant)
    )
    return found


async def revoke_api_token(unit: Unit, key: UUID) -> bool:
    """End a token; `False` when it had ended before."""
    result = await unit.connection.execute(
        update(sessions)
        .where(sessions.c.id == key, sessions.c.ended_at.is_(None))
        .values(ended_at=unit.now)
    )
    unit.tell(News(Topic.SESSIONS, NOBODY, key))
    return result.rowcount == 1
