"""Sessions and choices of cabinets: random tokens, of which only hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from domain.access import Actor, Capability
from domain.news import NOBODY, News, Topic
from persistence.accounts import open_account
from persistence.columns import BYTES, KEY, TEXT, TIME
from persistence.keys import new_key
from persistence.reads import SESSION, TENANT, Reads, nothing
from persistence.tables.accounts import cabinet_choices, sessions, users
from persistence.tables.tenants import tenants
from persistence.tables.tokens import api_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from persistence.database import Unit

TOKEN_BYTES = 32


def _standing(now: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - a moment or its bind
    """Return the conditions of a session that has not ended and is no API token."""
    return (
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > now,
        sessions.c.id.not_in(select(api_tokens.c.id)),
    )


def visible_sessions(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: one's own sessions that have not ended."""
    if not actor.may(Capability.MANAGE_SELF):
        return nothing()
    own = sessions.c.user_id == bindparam("_user", type_=KEY)
    return and_(own, *_standing(bindparam("_now", type_=TIME)))


READS = Reads(
    source=sessions,
    key=sessions.c.id,
    owner=TENANT,
    visible=visible_sessions,
    columns={
        "began_at": sessions.c.created_at,
        "used_at": sessions.c.used_at,
        "expires_at": sessions.c.expires_at,
        "user_agent": sessions.c.user_agent,
        "address": sessions.c.address,
        "current": sessions.c.id == SESSION,
    },
    orders={"BEGAN": ()},
)


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

LIVE_SESSION = (
    _LIVE.add_columns(api_tokens.c.scopes, api_tokens.c.every_product)
    .join(api_tokens, api_tokens.c.id == sessions.c.id, isouter=True)
    .where(sessions.c.token_hash == bindparam("token_hash", type_=BYTES))
)
"""Who a token speaks for, and the scopes of an API token; who is blocked has no live session."""


def still_live() -> Subquery:
    """Return one row while the bound actor's session lives and says of him what it said before.

    A statement that starts from it asks for the session anew without a round trip of its own.
    """
    return (
        _LIVE.with_only_columns(sessions.c.id)
        .where(
            sessions.c.id == SESSION,
            users.c.id == bindparam("_user", type_=KEY),
            users.c.tenant_id == TENANT,
            users.c.right == bindparam("_right", type_=TEXT),
            tenants.c.kind == bindparam("_kind", type_=TEXT),
        )
        .subquery("live")
    )


async def session_lives(unit: Unit, key: UUID, user: UUID, tenant: UUID) -> bool:
    """Whether a session of this user in this tenant lives, and neither of them is blocked."""
    found = await unit.connection.scalar(
        _LIVE.with_only_columns(sessions.c.id).where(
            sessions.c.id == key, users.c.id == user, users.c.tenant_id == tenant
        ),
        {"_now": unit.now},
    )
    return found is not None


async def add_session(
    unit: Unit,
    user: UUID,
    token: str,
    expires_at: datetime,
    user_agent: str | None,
    *,
    address: str | None = None,
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
            address=address,
        )
    )
    return key


async def end_sessions(
    unit: Unit, user: UUID, but: UUID | None = None, *, tokens_too: bool = False
) -> None:
    """End a user's sessions, except one; his API tokens stay unless they shall end too."""
    ending = (sessions.c.user_id == user) & sessions.c.ended_at.is_(None)
    if but is not None:
        ending &= sessions.c.id != but
    if not tokens_too:
        ending &= sessions.c.id.not_in(select(api_tokens.c.id))
    await unit.connection.execute(update(sessions).where(ending).values(ended_at=unit.now))
    unit.tell(News(Topic.SESSIONS, NOBODY, user))


async def own_session(unit: Unit, key: UUID, user: UUID) -> bool:
    """Whether this is a session of the user that has not ended; API tokens are none."""
    found = await unit.connection.scalar(
        select(sessions.c.id).where(
            sessions.c.id == key, sessions.c.user_id == user, *_standing(unit.now)
        )
    )
    return found is not None


async def end_session(unit: Unit, key: UUID) -> None:
    """End a session; it is refused from the next request on, on every gateway."""
    await unit.connection.execute(
        update(sessions)
        .where(sessions.c.id == key, sessions.c.ended_at.is_(None))
        .values(ended_at=unit.now)
    )
    unit.tell(News(Topic.SESSIONS, NOBODY, key))


async def write_uses(unit: Unit, uses: Mapping[UUID, datetime]) -> None:
    """Write when sessions were used last; what another gateway saw later stays."""
    used, at = bindparam("used", type_=KEY), bindparam("at", type_=TIME)
    earlier = or_(sessions.c.used_at.is_(None), sessions.c.used_at < at)
    # Sorted, so that two gateways never wait for each other.
    rows = [{"used": key, "at": moment} for key, moment in sorted(uses.items())]
    await unit.connection.execute(
        update(sessions).where(sessions.c.id == used, earlier).values(used_at=at), rows
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


async def end_choices(unit: Unit, user: UUID) -> None:
    """Take a user out of the choices that wait: they were offered for another password."""
    await unit.connection.execute(delete(cabinet_choices).where(cabinet_choices.c.user_id == user))


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
        # Who resets his password waits for this session, to end it, or takes the choice first.
        .with_for_update(key_share=True, of=users)
    )
    if found is None:
        return None
    used = await unit.connection.scalars(
        delete(cabinet_choices)
        .where(cabinet_choices.c.token_hash == digest)
        .returning(cabinet_choices.c.user_id)
    )
    return found if found in set(used) else None
