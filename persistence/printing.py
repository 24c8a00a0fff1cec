"""Printable pages: good for one opening within a few minutes; only hashes of addresses are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from persistence.sessions import new_token, session_lives, token_hash
from persistence.tables.showings import print_page_licenses, print_pages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta
    from uuid import UUID

    from domain.access import Actor
    from persistence.database import Unit


@dataclass(frozen=True, slots=True)
class PageOrder:
    """Who ordered a page, by which session, and for which document if for one."""

    tenant: UUID
    user: UUID
    session: UUID
    document: UUID | None


async def add_page(
    unit: Unit,
    actor: Actor,
    licenses: Iterable[UUID],
    document: UUID | None,
    lifetime: timedelta,
) -> str:
    """Write a page and return the token of its address; forget the pages that expired."""
    await _forget_expired(unit)
    token = new_token()
    digest = token_hash(token)
    await unit.connection.execute(
        insert(print_pages).values(
            token_hash=digest,
            tenant_id=actor.tenant,
            user_id=actor.user,
            session_id=actor.session,
            document_id=document,
            created_at=unit.now,
            expires_at=unit.now + lifetime,
        )
    )
    rows = [{"token_hash": digest, "license_id": key} for key in licenses]
    await unit.connection.execute(insert(print_page_licenses), rows)
    return token


async def _forget_expired(unit: Unit) -> None:
    expired = select(print_pages.c.token_hash).where(print_pages.c.expires_at <= unit.now)
    await unit.connection.execute(
        delete(print_page_licenses).where(print_page_licenses.c.token_hash.in_(expired))
    )
    await unit.connection.execute(delete(print_pages).where(print_pages.c.expires_at <= unit.now))


async def open_page(unit: Unit, token: str, visitor: UUID | None) -> PageOrder | None:
    """Use up the address of a page; `None` unless it is good now.

    It is while nobody has opened it, until it expires, and while the session that ordered it
    lives; for a `visitor` who is signed in to another cabinet it never is. Of two who open it
    at once, one does.
    """
    good = (
        (print_pages.c.token_hash == token_hash(token))
        & print_pages.c.opened_at.is_(None)
        & (print_pages.c.expires_at > unit.now)
    )
    if visitor is not None:
        good &= print_pages.c.tenant_id == visitor
    row = (
        await unit.connection.execute(
            update(print_pages).where(good).values(opened_at=unit.now).returning(print_pages)
        )
    ).one_or_none()
    if row is None or row.session_id is None:
        return None
    if not await session_lives(unit, row.session_id, row.user_id, row.tenant_id):
        return None
    return PageOrder(row.tenant_id, row.user_id, row.session_id, row.document_id)


async def page_licenses(unit: Unit, token: str) -> list[UUID]:
    """Return the licenses that a page was ordered for."""
    found = await unit.connection.scalars(
        select(print_page_licenses.c.license_id).where(
            print_page_licenses.c.token_hash == token_hash(token)
        )
    )
    return list(found)
