"""Companies: end users of licenses, each linked to exactly one partner at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, insert, select

from domain.access import Actor, Capability, TenantKind
from domain.phones import multichannel_digits, multichannel_spellings, number_part
from domain.text import folded, search_text
from persistence.dialects import contains
from persistence.reads import (
    TENANT,
    Reads,
    ToMany,
    ToOne,
    everything,
    linked_companies,
    nothing,
    reads_all,
    sells,
)
from persistence.tables.accounts import users
from persistence.tables.licenses import licenses
from persistence.tables.links import link_requests, partner_links
from persistence.tables.tenants import companies, firms, outlets, tenants
from persistence.tenants import add_tenant

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import FirmDetails
    from persistence.database import Unit


def visible_companies(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a company itself, and a seller those currently linked to it [000]."""
    if reads_all(actor):
        return everything()
    if sells(actor):
        return companies.c.id.in_(linked_companies())
    if actor.kind is TenantKind.COMPANY:
        return companies.c.id == TENANT
    return nothing()


def visible_other_companies(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the licensor sees other partners' companies, with counters only [000]."""
    if actor.kind is TenantKind.LICENSOR and actor.may(Capability.READ_OTHER_COMPANIES):
        return companies.c.id.not_in(linked_companies())
    return nothing()


_SOURCE = companies.join(tenants, tenants.c.id == companies.c.id)

CURRENT_PARTNER = (
    select(partner_links.c.partner_id)
    .where(partner_links.c.company_id == companies.c.id, partner_links.c.ended_at.is_(None))
    .scalar_subquery()
)

READS = Reads(
    source=_SOURCE,
    key=companies.c.id,
    owner=companies.c.id,
    visible=visible_companies,
    columns={"name": tenants.c.name, "registered_at": tenants.c.created_at},
    ones={"partner": ToOne("partners", CURRENT_PARTNER)},
    manys={
        "firms": ToMany("firms", firms.c.company_id),
        "outlets": ToMany("outlets", outlets.c.company_id),
        "contacts": ToMany("users", users.c.tenant_id, within=users.c.is_contact),
        "licenses": ToMany("licenses", licenses.c.holder_id),
        "links": ToMany("links", partner_links.c.company_id),
        "link_requests": ToMany("link_requests", link_requests.c.company_id),
    },
    filters={"search": contains(tenants.c.search, "search")},
    orders={"NAME": (tenants.c.name_key,)},
)


def _count_of(column: ColumnElement[UUID]) -> ColumnElement[int]:
    return select(func.count()).where(column == companies.c.id).scalar_subquery()


OTHER_COMPANIES = Reads(
    source=_SOURCE,
    key=companies.c.id,
    owner=companies.c.id,
    visible=visible_other_companies,
    columns={"name": tenants.c.name},
    counted={
        "license_count": _count_of(licenses.c.holder_id),
        "user_count": _count_of(users.c.tenant_id),
        "firm_count": _count_of(firms.c.company_id),
    },
    ones={"partner": ToOne("partners", CURRENT_PARTNER)},
    filters={"search": contains(tenants.c.search, "search")},
    orders={"NAME": (tenants.c.name_key,)},
)


@dataclass(frozen=True, slots=True)
class RegionalDetails:
    """What the licensor sets on a company and an MRC's list of clients shows [004]."""

    account_number: str = ""
    multichannel_number: str = ""
    tariff: str = ""
    region: str = ""
    macroregion: str = ""
    numbers: tuple[str, ...] = ()


async def add_company(
    unit: Unit,
    name: str,
    firm: FirmDetails,
    regional: RegionalDetails | None = None,
    *,
    confirmed: bool,
    registered_by: UUID | None = None,
) -> UUID:
    """Add a company and return its key; its firms are added apart."""
    place = regional or RegionalDetails()
    digits = multichannel_digits(place.multichannel_number)
    key = await add_tenant(
        unit,
        TenantKind.COMPANY,
        name,
        search_text(name, firm.inn),
        confirmed=confirmed,
        registered_by=registered_by,
    )
    await unit.connection.execute(
        insert(companies).values(
            id=key,
            account_number=place.account_number,
            multichannel_number=place.multichannel_number,
            multichannel_digits=digits,
            tariff=place.tariff,
            region=place.region,
            region_key=folded(place.region),
            macroregion=place.macroregion,
            macroregion_key=folded(place.macroregion),
            client_search=search_text(
                name,
                place.account_number,
                *(multichannel_spellings(digits) if digits else ()),
                *(number_part(number) for number in place.numbers),
            ),
        )
    )
    return key
