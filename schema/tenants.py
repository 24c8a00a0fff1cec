"""Tenants: whose cabinet something is, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.access import Capability, TenantKind
from schema.access import MayReadCompanies, scope_values
from schema.fields import related, stored
from schema.nodes import Row
from schema.partners import Partner

if TYPE_CHECKING:
    from schema.companies import Company

strawberry.enum(TenantKind, description="What kind of cabinet a tenant has.")
scope_values(TenantKind, {TenantKind.MRC: Capability.READ_REGIONAL_CLIENTS})


@strawberry.type(description="An organisation with its own cabinet.")
class Tenant(Row):
    """See `persistence.tenants`."""

    noun = "tenants"

    kind: TenantKind = stored("kind", "What kind of cabinet it has.")
    name: str = stored("name", "The name of the organisation.")
    partner: Partner | None = related("partner", "The partner or licensor it is.")
    company: Annotated[Company, strawberry.lazy("schema.companies")] | None = related(
        "company", "The company it is.", needs=[MayReadCompanies]
    )
