"""Partners: resellers; the licensor is the master partner among them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from domain.access import Capabilities, Capability
from domain.text import folded
from resolvers.reading.listings import Listing
from schema.access import MayReadPartnerDetails, MayReadPartners, MayReadPartnerStock
from schema.connections import Connection
from schema.fields import counted, listed, paged, stored
from schema.nodes import Node
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
