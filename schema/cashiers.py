"""Cashiers: who may work on which devices of a company [001]."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.cashiers import CashierDetails
from domain.text import folded
from resolvers import cashiers
from resolvers.reading.listings import Listing
from schema.access import MayManageCashiers, MayPullCashiers, MayReadCompanies, MayReadDevices
from schema.connections import Connection
from schema.fields import by_id, found, listed, paged, related, stored
from schema.ids import NOBODY, key_of, node_id, required_key, required_keys
from schema.nodes import Node, look_up
from schema.problems import InvalidInput, NotFound

if TYPE_CHECKING:
    from schema.companies import Company
    from schema.devices import Device


@strawberry.type(description="A cashier of a company [001].")
class Cashier(Node):
    """See `persistence.cashiers`."""

    noun = "cashiers"
    prefix = "cashier"

    name: str = stored("name", "Last and first name.")
    number: str | None = stored("number", "What the POS knows him by, as the company likes it.")
    created_at: datetime = stored("created_at", "When he was created.")
    company: Annotated[Company, strawberry.lazy("schema.companies")] | None = related(
        "company", "The company he works for.", needs=[MayReadCompanies]
    )
    devices: Connection[Annotated[Device, strawberry.lazy("schema.devices")]] = listed(
        "devices", "The devices he may work on."
    )


@strawberry.input(description="Which cashiers; all conditions must hold.")
class CashierFilter:
    """The filter of the cashier list."""

    device: strawberry.ID | None = strawberry.field(
        default=None, description="Those who may work on this device."
    )
    search: str | None = strawberry.field(
        default=None, description="Any part of name or number, without letter case."
    )


def _cashiers(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    filter: CashierFilter | None = None,
) -> tuple[Listing, dict[str, Any]]:
    values: dict[str, Any] = {}
    if filter is not None and filter.device is not None:
        values["device"] = key_of("device", filter.device) or NOBODY
    if filter is not None and filter.search:
        values["search"] = folded(filter.search)
    return Listing("cashiers", "CREATED", descending=True, filters=tuple(values)), values


@strawberry.type
class CashierQueries:
    """Questions about cashiers."""

    cashiers: Connection[Cashier] = paged(
        _cashiers, "The company's cashiers, newest first.", needs=[MayReadDevices]
    )
    cashier: Cashier | None = found(
        by_id("cashier"), "A cashier by his id.", needs=[MayReadDevices]
    )


@strawberry.input(description="The cashier to create.")
class CreateCashierInput:
    """The input of `createCashier`."""

    name: str
    number: str | None = None
    devices: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The devices he may work on."
    )


@strawberry.input(description="Which cashier, and what he is from now on.")
class ChangeCashierInput:
    """The input of `changeCashier`: the whole form."""

    cashier: strawberry.ID
    name: str
    number: str | None = None
    devices: list[strawberry.ID] = strawberry.field(
        description="The devices he may work on; he may work on no others."
    )


@strawberry.input(description="Which cashier.")
class RemoveCashierInput:
    """The input of `removeCashier`."""

    cashier: strawberry.ID


@strawberry.type(description="The cashier as he is now.")
class CashierSuccess:
    """The success of everything that leaves a cashier behind."""

    cashier: Cashier


@strawberry.type(description="The cashier was removed.")
class RemoveCashierSuccess:
    """The success of `removeCashier`."""

    cashier: strawberry.ID = strawberry.field(description="The cashier that was removed.")


@strawberry.type(description="A cashier as a POS gets him.")
class PulledCashier:
    """One of those who may work on the device."""

    id: strawberry.ID
    name: str
    number: str | None


@strawberry.type(description="All who may work on the device now, and nobody else.")
class PullCashiersSuccess:
    """The success of `pullCashiers`."""

    cashiers: list[PulledCashier]
    loaded_at: datetime


SaveCashierResult = Annotated[
    CashierSuccess | NotFound | InvalidInput, strawberry.union("SaveCashierResult")
]
RemoveCashierResult = Annotated[
    RemoveCashierSuccess | NotFound, strawberry.union("RemoveCashierResult")
]


def _details(input: CreateCashierInput | ChangeCashierInput) -> CashierDetails:
    devices = required_keys("device", input.devices, "devices")
    return CashierDetails.parse(input.name, input.number, devices)


async def _success(info: Info, key: Any) -> CashierSuccess:  # noqa: ANN401 - a key
    cashier = await look_up(info, Cashier, key)
    if cashier is None:
        raise LookupError(key)
    return CashierSuccess(cashier=cashier)


@strawberry.type
class CashierMutations:
    """Orders about cashiers."""

    @strawberry.mutation(
        permission_classes=[MayManageCashiers],
        description="Create a cashier and say on which devices he may work [001].",
    )
    async def create_cashier(self, info: Info, input: CreateCashierInput) -> SaveCashierResult:
        """Create a cashier of the caller's company."""
        return await _success(info, await cashiers.create_cashier(info.context, _details(input)))

    @strawberry.mutation(
        permission_classes=[MayManageCashiers],
        description="Change a cashier, the devices he may work on included.",
    )
    async def change_cashier(self, info: Info, input: ChangeCashierInput) -> SaveCashierResult:
        """Change a cashier of the caller's company."""
        key = required_key("cashier", input.cashier, "cashier")
        await cashiers.change_cashier(info.context, key, _details(input))
        return await _success(info, key)

    @strawberry.mutation(
        permission_classes=[MayManageCashiers],
        description="Remove a cashier; devices hear of it when they pull next.",
    )
    async def remove_cashier(self, info: Info, input: RemoveCashierInput) -> RemoveCashierResult:
        """Remove a cashier of the caller's company."""
        key = required_key("cashier", input.cashier, "cashier")
        await cashiers.remove_cashier(info.context, key)
        return RemoveCashierSuccess(cashier=strawberry.ID(node_id("cashier", key)))

    @strawberry.mutation(
        permission_classes=[MayPullCashiers],
        description="Get who may work on this device: when told to, or after a receipt [001].",
    )
    async def pull_cashiers(self, info: Info) -> PullCashiersSuccess:
        """Pull the cashiers of the calling device."""
        found, at = await cashiers.pull_cashiers(info.context)
        return PullCashiersSuccess(
            cashiers=[
                PulledCashier(
                    id=strawberry.ID(node_id("cashier", one.id)), name=one.name, number=one.number
                )
                for one in found
            ],
            loaded_at=at,
        )
