"""Regional clients of a multi-regional company [004]."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.phones import number_part
from domain.text import folded
from resolvers import regions
from resolvers.reading.listings import Listing
from schema.access import MayBindRegionalClients, MayReadRegionalClients
from schema.connections import Connection
from schema.fields import paged, related, stored
from schema.ids import required_key
from schema.nodes import Node, look_up
from schema.problems import ClientNotBindable, NotFound


@strawberry.type(description="An umbrella tenant over regional clients.")
class MultiRegionalCompany(Node):
    """See `persistence.regions`."""

    noun = "mrcs"
    prefix = "mrc"

    name: str = stored("name", "The name of the company.")
    inn: str = stored("inn", "The INN that its clients' main firms share.")


@strawberry.type(description="A company bound to a multi-regional company.")
class RegionalClient(Node):
    """See `persistence.regions`: a row of the client list."""

    noun = "regional_clients"
    prefix = "client"

    name: str = stored("name", "The name of the company.")
    account_number: str = stored("account_number", "The account number.")
    multichannel_number: str = stored("multichannel_number", "The PBX number, as it was entered.")
    tariff: str = stored("tariff", "The tariff.")
    region: str = stored("region", "The region.")
    macroregion: str = stored("macroregion", "The macroregion.")
    bound_at: datetime = stored("bound_at", "When it was bound.")
    multi_regional_company: MultiRegionalCompany | None = related(
        "multi_regional_company", "The company it is bound to."
    )


@strawberry.input(description="Which regional clients; all conditions must hold.")
class RegionalClientFilter:
    """Search and filters of the client list."""

    search: str | None = strawberry.field(
        default=None,
        description="Any part of multichannel number, name, account number or client's numbers.",
    )
    regions: list[str] | None = strawberry.field(default=None, description="Any of these regions.")
    macroregions: list[str] | None = strawberry.field(
        default=None, description="Any of these macroregions."
    )


@strawberry.enum(description="What regional clients are sorted by.")
class RegionalClientOrder(StrEnum):
    """The sort columns of the client list."""

    REGION = "REGION"
    MACROREGION = "MACROREGION"
    NAME = "NAME"
    ACCOUNT_NUMBER = "ACCOUNT_NUMBER"


def _clients(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    filter: RegionalClientFilter | None = None,
    order: RegionalClientOrder = RegionalClientOrder.REGION,
    descending: bool = False,
) -> tuple[Listing, dict[str, Any]]:
    asked = filter or RegionalClientFilter()
    values: dict[str, Any] = {}
    filters = []
    if asked.search:
        filters.append("search")
        values["search"] = folded(asked.search)
        values["number"] = number_part(asked.search) or values["search"]
    if asked.regions is not None:
        filters.append("regions")
        values["regions"] = [folded(region) for region in asked.regions]
    if asked.macroregions is not None:
        filters.append("macroregions")
        values["macroregions"] = [folded(region) for region in asked.macroregions]
    return Listing("regional_clients", order.value, descending, tuple(filters)), values


@strawberry.type
class RegionQueries:
    """Questions about regional clients."""

    regional_clients: Connection[RegionalClient] = paged(
        _clients,
        "The regional clients bound to the caller's MRC.",
        needs=[MayReadRegionalClients],
    )


@strawberry.input(description="Which client to bind.")
class BindRegionalClientInput:
    """The input of `bindRegionalClient`."""

    multichannel_number: str = strawberry.field(
        description="The client's PBX number, in any spelling; compared by digits."
    )


@strawberry.input(description="Which client to unbind.")
class UnbindRegionalClientInput:
    """The input of `unbindRegionalClient`."""

    client: strawberry.ID


@strawberry.type(description="The client that is bound now.")
class BindRegionalClientSuccess:
    """The success of `bindRegionalClient`."""

    client: RegionalClient


@strawberry.type(description="The client is bound no more.")
class UnbindRegionalClientSuccess:
    """The success of `unbindRegionalClient`."""

    client: strawberry.ID


BindRegionalClientResult = Annotated[
    BindRegionalClientSuccess | ClientNotBindable, strawberry.union("BindRegionalClientResult")
]
UnbindRegionalClientResult = Annotated[
    UnbindRegionalClientSuccess | NotFound, strawberry.union("UnbindRegionalClientResult")
]


@strawberry.type
class RegionMutations:
    """Orders about regional clients."""

    @strawberry.mutation(
        permission_classes=[MayBindRegionalClients],
        description="Bind a client by its multichannel number; its INN must equal the MRC's.",
    )
    async def bind_regional_client(
        self, info: Info, input: BindRegionalClientInput
    ) -> BindRegionalClientResult:
        """Bind a client."""
        key = await regions.bind_regional_client(info.context, input.multichannel_number)
        client = await look_up(info, RegionalClient, key)
        if client is None:
            raise LookupError(key)
        return BindRegionalClientSuccess(client=client)

    @strawberry.mutation(
        permission_classes=[MayBindRegionalClients], description="Unbind a client."
    )
    async def unbind_regional_client(
        self, info: Info, input: UnbindRegionalClientInput
    ) -> UnbindRegionalClientResult:
        """Unbind a client."""
        await regions.unbind_regional_client(
            info.context, required_key("client", input.client, "client")
        )
        return UnbindRegionalClientSuccess(client=input.client)
