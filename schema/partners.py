"""Partners: resellers; the licensor is the master partner among them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from domain.access import Capabilities, Capability
from domain.accounts import PartnerDetails
from domain.documents import OrderWarning, inn_warnings
from domain.partners import PartnerContact
from domain.text import folded
from resolvers import partners
from resolvers.reading.listings import Listing
from schema.access import (
    MayChangeOwnPartner,
    MayChangePartners,
    MayOverseeTenants,
    MayReadPartnerDetails,
    MayReadPartners,
    MayReadPartnerStock,
)
from schema.connections import Connection
from schema.fields import counted, listed, paged, stored
from schema.ids import required_key
from schema.nodes import Node, look_up
from schema.problems import InvalidInput, NotFound
from schema.users import User


@strawberry.type(description="A reseller under contract with the licensor, or the licensor.")
class Partner(Node):
    """See `persistence.partners`; a company sees only what the directory has [ruling]."""

    noun = "partners"
    prefix = "partner"

    name: str = stored("name", "The name of the partner.")
    inn: str = stored("inn", "The partner's INN; not unique across tenants.")
    address: str = stored("address", "The postal address.")
    is_licensor: bool = stored("is_licensor", "Whether it is the licensor, the default partner.")
    head: str = stored("head", "Who heads the partner.", needs=[MayReadPartnerDetails])
    phone: str = stored("phone", "A phone number in E.164.", needs=[MayReadPartnerDetails])
    registered_at: datetime = stored(
        "registered_at", "When the partner was registered.", needs=[MayReadPartnerDetails]
    )
    blocked_at: datetime | None = stored(
        "blocked_at", "Since when the partner is blocked.", needs=[MayOverseeTenants]
    )
    users: Connection[User] = listed(
        "users", "The partner's users with their contacts.", needs=[MayReadPartnerDetails]
    )
    license_count: int | None = counted(
        "license_count",
        "How many licenses the partner holds now; for the licensor only [000].",
        needs=[MayReadPartnerStock],
    )


@strawberry.input(description="Which partners.")
class PartnerFilter:
    """The filter of the partner list."""

    search: str | None = strawberry.field(
        default=None, description="Any part of name, INN or address, without letter case."
    )


def _partners(
    capabilities: Capabilities, filter: PartnerFilter | None = None
) -> tuple[Listing, dict[str, Any]]:
    """Choose the partners; a blocked one is in no directory."""
    filters: list[str] = []
    values = {}
    if filter is not None and filter.search:
        filters.append("search")
        values["search"] = folded(filter.search)
    if Capability.READ_PARTNER_DETAILS not in capabilities:
        filters.append("unblocked")
    return Listing("partners", order="NAME", filters=tuple(filters)), values


@strawberry.type
class PartnerQueries:
    """Questions about partners."""

    partners: Connection[Partner] = paged(
        _partners,
        "The partners by name: all for the licensor, the directory for a company.",
        needs=[MayReadPartners],
    )


@strawberry.input(description="Where the caller's partner is and who answers for it.")
class ChangeOwnPartnerInput:
    """The input of `changeOwnPartner`; name and INN are the licensor's to change [ruling]."""

    address: str = strawberry.field(description="Up to 500 characters.")
    head: str = strawberry.field(description="Up to 200 characters.")
    phone: str


@strawberry.input(description="What is known of a partner: the form of the guide [000].")
class PartnerDetailsInput:
    """The details of a partner."""

    name: str = strawberry.field(description="Up to 200 characters.")
    inn: str = strawberry.field(
        description="10 or 12 digits; wrong check digits are only warned of."
    )
    address: str = strawberry.field(description="Up to 500 characters.")
    head: str = strawberry.field(description="Up to 200 characters.")
    phone: str


@strawberry.input(description="What a partner is to be like.")
class ChangePartnerInput:
    """The input of `changePartner`."""

    partner: strawberry.ID
    details: PartnerDetailsInput


@strawberry.type(description="The partner as it stands now.")
class PartnerSuccess:
    """The success of everything that leaves a partner behind."""

    partner: Partner
    warnings: list[OrderWarning]


ChangeOwnPartnerResult = Annotated[
    PartnerSuccess | InvalidInput, strawberry.union("ChangeOwnPartnerResult")
]
ChangePartnerResult = Annotated[
    PartnerSuccess | InvalidInput | NotFound, strawberry.union("ChangePartnerResult")
]


async def _success(info: Info, key: UUID, typed_inn: str | None = None) -> PartnerSuccess:
    partner = await look_up(info, Partner, key)
    if partner is None:
        raise LookupError(key)
    return PartnerSuccess(partner=partner, warnings=inn_warnings(typed_inn))


@strawberry.type
class PartnerMutations:
    """Orders about partners."""

    @strawberry.mutation(
        permission_classes=[MayChangeOwnPartner],
        description="Change address, head and phone of the caller's partner.",
    )
    async def change_own_partner(
        self, info: Info, input: ChangeOwnPartnerInput
    ) -> ChangeOwnPartnerResult:
        """Change the caller's own partner."""
        contact = PartnerContact.parse(input.address, input.head, input.phone)
        await partners.change_own_partner(info.context, contact)
        return await _success(info, info.context.actor.tenant)

    @strawberry.mutation(
        permission_classes=[MayChangePartners],
        description="Change a partner; documents keep the details they were written with.",
    )
    async def change_partner(self, info: Info, input: ChangePartnerInput) -> ChangePartnerResult:
        """Change all details of a partner, or of the licensor."""
        key = required_key("partner", input.partner, "partner")
        given = input.details
        details = PartnerDetails.parse(
            given.name, given.inn, given.address, given.head, given.phone, at="details"
        )
        await partners.change_partner(info.context, key, details)
        return await _success(info, key, details.inn)
