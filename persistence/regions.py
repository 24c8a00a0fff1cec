"""Regional clients: the companies bound to a multi-regional company [004]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert, or_, select, update

from domain.access import Actor, Capability, TenantKind
from domain.regions import Candidate
from domain.text import search_text
from persistence.dialects import among_texts, contains
from persistence.firms import main_firm
from persistence.keys import new_key
from persistence.reads import TENANT, Reads, ToOne, nothing, reads_all
from persistence.tables.regions import regional_bindings
from persistence.tables.tenants import companies, mrcs, tenants
from persistence.tenants import add_tenant

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


def visible_regional_clients(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the clients bound to the actor's MRC now."""
    bound = regional_bindings.c.unbound_at.is_(None)
    if reads_all(actor):
        return bound
    if actor.kind is TenantKind.MRC and actor.may(Capability.READ_REGIONAL_CLIENTS):
        return bound & (regional_bindings.c.mrc_id == TENANT)
    return nothing()


def visible_mrcs(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: an MRC sees itself."""
    if reads_all(actor):
        return tenants.c.confirmed_at.is_not(None)
    return mrcs.c.id == TENANT if actor.kind is TenantKind.MRC else nothing()


CLIENTS = Reads(
    source=regional_bindings.join(companies, companies.c.id == regional_bindings.c.company_id).join(
        tenants, tenants.c.id == companies.c.id
    ),
    key=companies.c.id,
    owner=companies.c.id,
    visible=visible_regional_clients,
    columns={
        "name": tenants.c.name,
        "account_number": companies.c.account_number,
        "multichannel_number": companies.c.multichannel_number,
        "tariff": companies.c.tariff,
        "region": companies.c.region,
        "macroregion": companies.c.macroregion,
        "bound_at": regional_bindings.c.bound_at,
    },
    ones={"multi_regional_company": ToOne("mrcs", regional_bindings.c.mrc_id)},
    filters={
        "search": or_(
            contains(companies.c.client_search, "search"),
            contains(companies.c.client_search, "number"),
        ),
        "regions": among_texts(companies.c.region_key, "regions"),
        "macroregions": among_texts(companies.c.macroregion_key, "macroregions"),
    },
    orders={
        "REGION": (companies.c.region_key, tenants.c.name_key),
        "MACROREGION": (companies.c.macroregion_key, companies.c.region_key, tenants.c.name_key),
        "NAME": (tenants.c.name_key,),
        "ACCOUNT_NUMBER": (companies.c.account_number,),
    },
)

MRCS = Reads(
    source=mrcs.join(tenants, tenants.c.id == mrcs.c.id),
    key=mrcs.c.id,
    owner=mrcs.c.id,
    visible=visible_mrcs,
    columns={"name": tenants.c.name, "inn": mrcs.c.inn},
)


async def add_mrc(unit: Unit, name: str, inn: str) -> UUID:
    """Add a multi-regional company and return its key."""
    key = await add_tenant(unit, TenantKind.MRC, name, search_text(name, inn), confirmed=True)
    await unit.connection.execute(insert(mrcs).values(id=key, inn=inn))
    return key


async def mrc_inn(unit: Unit, key: UUID) -> str:
    """Return the INN of a multi-regional company."""
    inn = await unit.connection.scalar(select(mrcs.c.inn).where(mrcs.c.id == key))
    return str(inn)


async def lock_candidate(unit: Unit, digits: str) -> Candidate | None:
    """Lock the company with this multichannel number and return what binding is decided by."""
    company: UUID | None = await unit.connection.scalar(
        select(companies.c.id)
        .join_from(companies, tenants, tenants.c.id == companies.c.id)
        .where(companies.c.multichannel_digits == digits, tenants.c.confirmed_at.is_not(None))
        .with_for_update(key_share=True, of=companies)
    )
    if company is None:
        return None
    # Read after the lock, so that what a rival has just committed is seen: another main firm,
    # or a binding.
    main = await main_firm(unit, company)
    bound = await bound_to(unit, company)
    return Candidate(company=company, main_inn=main.details.inn, bound_to=bound)


async def bound_to(unit: Unit, company: UUID) -> UUID | None:
    """Return the MRC that a company is bound to now."""
    found: UUID | None = await unit.connection.scalar(
        select(regional_bindings.c.mrc_id).where(
            regional_bindings.c.company_id == company, regional_bindings.c.unbound_at.is_(None)
        )
    )
    return found


async def bind(unit: Unit, mrc: UUID, company: UUID) -> None:
    """Write the binding of a company to an MRC."""
    await unit.connection.execute(
        insert(regional_bindings).values(
            id=new_key(), mrc_id=mrc, company_id=company, bound_at=unit.now
        )
    )


async def unbind(unit: Unit, mrc: UUID, company: UUID) -> bool:
    """End the binding of a company to an MRC; False when there is none."""
    result = await unit.connection.execute(
        update(regional_bindings)
        .where(
            regional_bindings.c.mrc_id == mrc,
            regional_bindings.c.company_id == company,
            regional_bindings.c.unbound_at.is_(None),
        )
        .values(unbound_at=unit.now)
    )
    return bool(result.rowcount)
