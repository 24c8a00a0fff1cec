"""Firms: the legal and natural persons of a company, one of them the main firm."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, cast, insert, select, update

from domain.access import Actor, Capability, TenantKind
from domain.accounts import FirmDetails
from domain.documents import BuyerDetails
from domain.firms import StandingFirm
from domain.sales import Buyer
from persistence.columns import SORTED_TEXT
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
from persistence.tables.tenants import firms, tenants

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


_PRESENT = firms.c.removed_at.is_(None)


def visible_firms(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the firms of the companies one sees, those that were removed aside."""
    if reads_all(actor):
        return _PRESENT & firms.c.company_id.in_(confirmed_tenants())
    if sells(actor):
        if not (actor.may(Capability.READ_COMPANIES) or actor.may(Capability.SELL_LICENSES)):
            return nothing()
        return _PRESENT & firms.c.company_id.in_(linked_companies())
    if actor.kind is TenantKind.COMPANY:
        return _PRESENT & (firms.c.company_id == TENANT)
    return nothing()


_PLACE = cast(case((firms.c.is_main, "1"), else_="2"), SORTED_TEXT)
"""Cursors hold texts."""

READS = Reads(
    source=firms,
    key=firms.c.id,
    owner=firms.c.company_id,
    visible=visible_firms,
    columns={
        "name": firms.c.name,
        "inn": firms.c.inn,
        "email": firms.c.email,
        "phone": firms.c.phone,
        "address": firms.c.address,
        "is_main": firms.c.is_main,
    },
    orders={"MAIN_FIRST": (_PLACE,)},
)


async def add_firm(unit: Unit, company: UUID, details: FirmDetails, *, is_main: bool) -> UUID:
    """Add a firm of a company and return its key."""
    key = new_key()
    await unit.connection.execute(
        insert(firms).values(
            id=key,
            company_id=company,
            is_main=is_main,
            **asdict(details),
        )
    )
    return key


async def firm_company(unit: Unit, key: UUID) -> UUID | None:
    """Return the company of a firm that was not removed."""
    company: UUID | None = await unit.connection.scalar(
        select(firms.c.company_id).where(firms.c.id == key, _PRESENT)
    )
    return company


async def buying_firm(unit: Unit, key: UUID) -> Buyer | None:
    """Return a firm as a buyer, its details filled in; `None` when it was removed meanwhile."""
    row = (
        await unit.connection.execute(
            select(firms, tenants.c.blocked_at)
            .join_from(firms, tenants, tenants.c.id == firms.c.company_id)
            .where(firms.c.id == key, _PRESENT)
        )
    ).one_or_none()
    if row is None:
        return None
    details = BuyerDetails(
        name=row.name,
        inn=row.inn,
        email=row.email,
        phone=row.phone,
        address=row.address,
        company=row.company_id,
        firm=row.id,
    )
    return Buyer(details, blocked=row.blocked_at is not None)


def _standing(row: Any) -> StandingFirm:  # noqa: ANN401 - a row has no better type
    details = FirmDetails(row.name, row.inn, row.email, row.phone, row.address)
    return StandingFirm(row.id, details, is_main=row.is_main)


async def own_firm(unit: Unit, company: UUID, key: UUID) -> StandingFirm | None:
    """Return a firm of a company, which the caller has locked."""
    found = select(firms).where(firms.c.id == key, firms.c.company_id == company, _PRESENT)
    row = (await unit.connection.execute(found)).one_or_none()
    return None if row is None else _standing(row)


async def main_firm(unit: Unit, company: UUID) -> StandingFirm:
    """Return the main firm of a company, which the caller has locked."""
    found = select(firms).where(firms.c.company_id == company, firms.c.is_main)
    return _standing((await unit.connection.execute(found)).one())


async def equal_firm(unit: Unit, company: UUID, details: FirmDetails) -> UUID | None:
    """Return the firm of a company that has this name and INN."""
    found: UUID | None = await unit.connection.scalar(
        select(firms.c.id)
        .where(
            firms.c.company_id == company,
            firms.c.name == details.name,
            firms.c.inn == details.inn,
            _PRESENT,
        )
        .order_by(firms.c.id)
        .limit(1)
    )
    return found


async def change_firm(unit: Unit, key: UUID, details: FirmDetails) -> None:
    """Write the details of a firm; documents keep those they were written with."""
    await unit.connection.execute(update(firms).where(firms.c.id == key).values(asdict(details)))


async def set_main_firm(unit: Unit, company: UUID, key: UUID) -> None:
    """Make a firm the main one in place of the one that is."""
    of_company = update(firms).where(firms.c.company_id == company)
    # One after the other: the database looks at each row for itself whether it is the only one.
    await unit.connection.execute(of_company.where(firms.c.is_main).values(is_main=False))
    await unit.connection.execute(of_company.where(firms.c.id == key).values(is_main=True))


async def remove_firm(unit: Unit, key: UUID) -> None:
    """Take a firm out of all lists; documents and licenses still name it."""
    await unit.connection.execute(
        update(firms).where(firms.c.id == key).values(removed_at=unit.now)
    )
