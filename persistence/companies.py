"""Companies: end users of licenses, each linked to exactly one partner at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, func, insert, select, update

from domain.access import Actor, TenantKind
from domain.links import LinkRequestState, LinkStatus
from domain.phones import multichannel_digits, multichannel_spellings, number_part
from domain.text import folded, search_text
from persistence.columns import choice
from persistence.dialects import contains
from persistence.links import NOW
from persistence.reads import (
    TENANT,
    Counter,
    Reads,
    ToMany,
    ToOne,
    confirmed_tenants,
    linked_companies,
    nothing,
    of_allowed_product,
    reads_all,
    sells,
)
from persistence.tables.accounts import users
from persistence.tables.devices import cashiers, devices
from persistence.tables.licenses import licenses
from persistence.tables.links import link_requests, partner_links
from persistence.tables.tenants import companies, firms, outlets, tenants
from persistence.tenants import add_tenant, rename

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts import FirmDetails
    from persistence.database import Unit


def visible_companies(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: a company itself, and a seller those currently linked to it [000]."""
    if reads_all(actor):
        return companies.c.id.in_(confirmed_tenants())
    if sells(actor):
        return companies.c.id.in_(linked_companies())
    if actor.kind is TenantKind.COMPANY:
        return companies.c.id == TENANT
    return nothing()


SOURCE = companies.join(tenants, tenants.c.id == companies.c.id)

CURRENT_PARTNER = (
    select(partner_links.c.partner_id)
    .where(partner_links.c.company_id == companies.c.id, partner_links.c.ended_at.is_(None))
    .scalar_subquery()
)
_MAIN = (firms.c.company_id == companies.c.id) & firms.c.is_main
MAIN_INN = select(firms.c.inn).where(_MAIN).scalar_subquery()
_PENDING = select(link_requests.c.id).where(
    link_requests.c.company_id == companies.c.id,
    link_requests.c.state == LinkRequestState.PENDING,
    link_requests.c.expires_at > NOW,
)
_LINK_STATUS = case(
    (_PENDING.exists(), LinkStatus.REQUESTED.value), else_=LinkStatus.CONNECTED.value
).cast(choice(LinkStatus, "link_status"))

_PRESENT = users.c.confirmed_at.is_not(None) & users.c.removed_at.is_(None)
_CONTACT = users.c.is_contact & _PRESENT & users.c.blocked_at.is_(None)


def _count_of(column: ColumnElement[Any], *within: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(column == companies.c.id, *within).scalar_subquery()


def _license_count(actor: Actor) -> ColumnElement[int]:
    return _count_of(licenses.c.holder_id, of_allowed_product(actor, licenses.c.product_id))


COUNTED: dict[str, ColumnElement[int] | Counter] = {
    "license_count": _license_count,
    "user_count": _count_of(users.c.tenant_id, _PRESENT),
    "firm_count": _count_of(firms.c.company_id, firms.c.removed_at.is_(None)),
}

READS = Reads(
    source=SOURCE,
    key=companies.c.id,
    owner=companies.c.id,
    visible=visible_companies,
    columns={
        "name": tenants.c.name,
        "registered_at": tenants.c.created_at,
        "blocked_at": tenants.c.blocked_at,
        "link_status": _LINK_STATUS,
    },
    counted=COUNTED,
    ones={
        "partner": ToOne("partners", CURRENT_PARTNER),
        "main_firm": ToOne("firms", select(firms.c.id).where(_MAIN).scalar_subquery()),
        "pending_request": ToOne("link_requests", _PENDING.scalar_subquery()),
    },
    manys={
        "firms": ToMany("firms", firms.c.company_id),
        "outlets": ToMany("outlets", outlets.c.company_id),
        "contacts": ToMany("users", users.c.tenant_id, within=_CONTACT),
        "devices": ToMany("devices", devices.c.company_id),
        "cashiers": ToMany("cashiers", cashiers.c.company_id),
        "licenses": ToMany("licenses", licenses.c.holder_id),
        "links": ToMany("links", partner_links.c.company_id),
        "link_requests": ToMany("link_requests", link_requests.c.company_id),
    },
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


async def lock_company(unit: Unit, key: UUID) -> str:
    """Lock a company against being changed and bound, and return its name."""
    name = await unit.connection.scalar(
        select(tenants.c.name)
        .select_from(SOURCE)
        .where(companies.c.id == key)
        .with_for_update(key_share=True)
    )
    return str(name)


async def describe(unit: Unit, key: UUID, name: str) -> None:
    """Write the name of a locked company, and what searches look through, as it is by now."""
    row = (
        await unit.connection.execute(
            select(MAIN_INN.label("inn"), companies.c.client_search).where(companies.c.id == key)
        )
    ).one()
    await rename(unit, key, name, search_text(name, row.inn))
    # The name is the first line of what clients are searched by, and never empty.
    _, border, rest = row.client_search.partition("\n")
    await unit.connection.execute(
        update(companies)
        .where(companies.c.id == key)
        .values(client_search=folded(name) + border + rest)
    )
