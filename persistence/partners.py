"""Partners: resellers under contract; the licensor is the master partner among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, insert, select, update

from domain.access import Actor, TenantKind
from domain.accounts import PartnerDetails
from domain.documents import BuyerDetails
from domain.sales import Buyer
from domain.text import search_text
from persistence.dialects import contains
from persistence.reads import TENANT, Reads, ToMany, nothing, reads_all
from persistence.tables.accounts import users
from persistence.tables.licenses import licenses
from persistence.tables.tenants import partners, tenants
from persistence.tenants import add_tenant, rename

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


def _confirmed() -> ColumnElement[bool]:
    return tenants.c.confirmed_at.is_not(None)


def visible_partners(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the licensor and companies see the confirmed ones, a partner itself."""
    if reads_all(actor) or actor.kind in {TenantKind.LICENSOR, TenantKind.COMPANY}:
        return _confirmed()
    if actor.kind is TenantKind.PARTNER:
        return partners.c.id == TENANT
    return nothing()


READS = Reads(
    source=partners.join(tenants, tenants.c.id == partners.c.id),
    key=partners.c.id,
    owner=partners.c.id,
    visible=visible_partners,
    columns={
        "name": tenants.c.name,
        "inn": partners.c.inn,
        "address": partners.c.address,
        "head": partners.c.head,
        "phone": partners.c.phone,
        "is_licensor": tenants.c.kind == TenantKind.LICENSOR,
        "registered_at": tenants.c.created_at,
        "blocked_at": tenants.c.blocked_at,
    },
    counted={
        "license_count": select(func.count())
        .select_from(licenses)
        .where(licenses.c.holder_id == partners.c.id)
        .scalar_subquery()
    },
    manys={"users": ToMany("users", users.c.tenant_id)},
    filters={
        "search": contains(tenants.c.search, "search"),
        "unblocked": tenants.c.blocked_at.is_(None),
    },
    orders={"NAME": (tenants.c.name_key,)},
)


def _search(details: PartnerDetails) -> str:
    return search_text(details.name, details.inn, details.address)


async def add_partner(
    unit: Unit,
    kind: TenantKind,
    details: PartnerDetails,
    *,
    confirmed: bool,
    registered_by: UUID | None = None,
) -> UUID:
    """Add a partner (or the licensor) and return its key."""
    key = await add_tenant(
        unit,
        kind,
        details.name,
        _search(details),
        confirmed=confirmed,
        registered_by=registered_by,
    )
    await unit.connection.execute(
        insert(partners).values(
            id=key,
            inn=details.inn,
            address=details.address,
            head=details.head,
            phone=details.phone,
        )
    )
    return key


async def buying_partner(unit: Unit, key: UUID) -> Buyer | None:
    """Return a partner as a buyer, or `None`; the licensor buys from nobody."""
    row = (
        await unit.connection.execute(
            select(tenants.c.name, tenants.c.blocked_at, partners)
            .join_from(partners, tenants, tenants.c.id == partners.c.id)
            .where(partners.c.id == key, tenants.c.kind == TenantKind.PARTNER, _confirmed())
        )
    ).one_or_none()
    if row is None:
        return None
    details = BuyerDetails(
        name=row.name, inn=row.inn, phone=row.phone, address=row.address, partner=row.id
    )
    return Buyer(details, blocked=row.blocked_at is not None)


async def linkable_partner(unit: Unit, key: UUID) -> bool:
    """Whether a company may ask this partner for a link: confirmed and not blocked."""
    found = await unit.connection.scalar(
        select(partners.c.id)
        .join_from(partners, tenants, tenants.c.id == partners.c.id)
        .where(partners.c.id == key, _confirmed(), tenants.c.blocked_at.is_(None))
    )
    return found is not None


async def lock_partner(unit: Unit, key: UUID) -> PartnerDetails | None:
    """Lock a confirmed partner, or the licensor, and return its details."""
    row = (
        await unit.connection.execute(
            select(tenants.c.name, partners)
            .join_from(partners, tenants, tenants.c.id == partners.c.id)
            .where(partners.c.id == key, _confirmed())
            .with_for_update(key_share=True)
        )
    ).one_or_none()
    if row is None:
        return None
    return PartnerDetails(row.name, row.inn, row.address, row.head, row.phone)


async def change_partner(unit: Unit, key: UUID, details: PartnerDetails) -> None:
    """Write the details of a partner; documents keep those they were written with."""
    await rename(unit, key, details.name, _search(details))
    await unit.connection.execute(
        update(partners)
        .where(partners.c.id == key)
        .values(inn=details.inn, address=details.address, head=details.head, phone=details.phone)
    )
