"""Companies: end users of licenses, each linked to one partner."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.links import LinkStatus
from domain.text import folded, title
from resolvers import companies
from resolvers.reading.listings import Listing
from schema.access import (
    MayChangeOwnCompany,
    MayOverseeTenants,
    MayReadCompanies,
    MayReadDevices,
    MayReadLicenses,
    MayReadLinks,
    MayReadOtherCompanies,
    MayReadOutlets,
    MayRequestLinks,
)
from schema.cashiers import Cashier
from schema.connections import Connection
from schema.devices import Device
from schema.fields import counted, listed, paged, related, stored
from schema.firms import Firm
from schema.licenses import License
from schema.links import LinkRequest, PartnerLink
from schema.nodes import Node, look_up
from schema.outlets import Outlet
from schema.partners import Partner
from schema.problems import InvalidInput
from schema.users import User

strawberry.enum(LinkStatus, description="What a company's settings say of its partner [000].")


@strawberry.type(description="An end user of licenses.")
class Company(Node):
    """See `persistence.companies`: the card of the guide [000]."""

    noun = "companies"
    prefix = "company"

    name: str = stored("name", "The name of the company.")
    registered_at: datetime = stored("registered_at", "When it was registered.")
    blocked_at: datetime | None = stored(
        "blocked_at", "Since when it is blocked.", needs=[MayOverseeTenants]
    )
    link_status: LinkStatus = stored(
        "link_status",
        "Whether it waits for another partner's answer [000].",
        needs=[MayRequestLinks],
    )
    pending_request: LinkRequest | None = related(
        "pending_request", "The request that waits for an answer.", needs=[MayRequestLinks]
    )
    partner: Partner | None = related("partner", "The partner it is linked to now.")
    main_firm: Firm | None = related("main_firm", "The main firm.")
    license_count: int | None = counted(
        "license_count", "How many licenses it holds.", needs=[MayReadLicenses]
    )
    firm_count: int | None = counted("firm_count", "How many firms it has.")
    user_count: int | None = counted(
        "user_count", "How many users it has.", needs=[MayOverseeTenants]
    )
    firms: Connection[Firm] = listed("firms", "Its firms, the main firm first.", order="MAIN_FIRST")
    outlets: Connection[Outlet] = listed("outlets", "Its outlets.", needs=[MayReadOutlets])
    devices: Connection[Device] = listed("devices", "Its devices.", needs=[MayReadDevices])
    cashiers: Connection[Cashier] = listed("cashiers", "Its cashiers.", needs=[MayReadDevices])
    contacts: Connection[User] = listed("contacts", "Its users responsible for MyPOS.")
    licenses: Connection[License] = listed(
        "licenses", "The licenses it holds, codes masked.", needs=[MayReadLicenses]
    )
    links: Connection[PartnerLink] = listed(
        "links", "Its links that the caller sees.", needs=[MayReadLinks]
    )
    link_requests: Connection[LinkRequest] = listed(
        "link_requests", "Its link requests that the caller sees.", needs=[MayReadLinks]
    )


@strawberry.type(description="A company of another partner, as the licensor sees it [000].")
class OtherCompany(Node):
    """See `persistence.other_companies`: a line and three counters, nothing else."""

    noun = "other_companies"
    prefix = "othercompany"

    name: str = stored("name", "The name of the company.")
    inn: str | None = stored("inn", "The INN of its main firm.")
    blocked_at: datetime | None = stored(
        "blocked_at", "Since when it is blocked.", needs=[MayOverseeTenants]
    )
    partner: Partner | None = related("partner", "The partner it is linked to now.")
    license_count: int | None = counted("license_count", "How many licenses it holds.")
    user_count: int | None = counted("user_count", "How many users it has.")
    firm_count: int | None = counted("firm_count", "How many firms it has.")


@strawberry.input(description="Which companies.")
class CompanyFilter:
    """The filter of the company lists."""

    search: str | None = strawberry.field(
        default=None, description="Any part of name or INN, without letter case."
    )


def _chosen(noun: str, filter: CompanyFilter | None) -> tuple[Listing, dict[str, Any]]:
    if filter is None or not filter.search:
        return Listing(noun, "NAME"), {}
    return Listing(noun, "NAME", filters=("search",)), {"search": folded(filter.search)}


def _companies(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    filter: CompanyFilter | None = None,
) -> tuple[Listing, dict[str, Any]]:
    return _chosen("companies", filter)


def _other_companies(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    filter: CompanyFilter | None = None,
) -> tuple[Listing, dict[str, Any]]:
    return _chosen("other_companies", filter)


@strawberry.type
class CompanyQueries:
    """Questions about companies."""

    companies: Connection[Company] = paged(
        _companies,
        "The companies linked to the caller now, by name [000].",
        needs=[MayReadCompanies],
    )
    companies_of_other_partners: Connection[OtherCompany] = paged(
        _other_companies,
        "The companies of other partners, by name [000].",
        needs=[MayReadOtherCompanies],
    )


@strawberry.input(description="What to change of the caller's company.")
class ChangeCompanyInput:
    """The input of `changeCompany`."""

    name: str = strawberry.field(description="Up to 200 characters.")


@strawberry.type(description="The company as it stands now.")
class ChangeCompanySuccess:
    """The success of `changeCompany`."""

    company: Company


ChangeCompanyResult = Annotated[
    ChangeCompanySuccess | InvalidInput, strawberry.union("ChangeCompanyResult")
]


@strawberry.type
class CompanyMutations:
    """Orders about the caller's company."""

    @strawberry.mutation(
        permission_classes=[MayChangeOwnCompany], description="Change the company's name [000]."
    )
    async def change_company(self, info: Info, input: ChangeCompanyInput) -> ChangeCompanyResult:
        """Change the company's settings."""
        await companies.change_company(info.context, title(input.name, "name"))
        company = await look_up(info, Company, info.context.actor.tenant)
        if company is None:
            raise LookupError(info.context.actor.tenant)
        return ChangeCompanySuccess(company=company)
