"""Devices: a company's POS at its outlets [001]."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.devices import parse_device_name
from domain.text import folded
from resolvers import devices
from resolvers.reading.listings import Listing
from schema.access import MayManageDevices, MayReadCompanies, MayReadDevices
from schema.cashiers import Cashier
from schema.connections import Connection
from schema.fields import by_id, counted, found, listed, paged, related, stored
from schema.ids import NOBODY, key_of, node_id, required_key
from schema.nodes import Node, look_up
from schema.outlets import Outlet
from schema.problems import DeviceHoldsLicense, InvalidInput, NotFound

if TYPE_CHECKING:
    from schema.companies import Company
    from schema.licenses import License


@strawberry.type(description="A POS of a company, registered at one of its outlets [001].")
class Device(Node):
    """See `persistence.devices`."""

    noun = "devices"
    prefix = "device"

    name: str = stored("name", "What it is called in the cabinet.")
    model: str | None = stored("model", "Which model it is, as it tells itself.")
    owner: str | None = stored("owner", "Whose phone or tablet it is, as it tells itself.")
    registered_at: datetime = stored("registered_at", "When it was registered.")
    seen_at: datetime | None = stored(
        "seen_at", "When it last activated, deactivated or pulled; null if it never did."
    )
    load_requested_at: datetime | None = stored(
        "load_requested_at", "Since when it is to pull its cashiers; null when it has."
    )
    loaded_at: datetime | None = stored("loaded_at", "When it last pulled its cashiers.")
    license_count: int | None = counted("license_count", "How many licenses are activated on it.")
    outlet: Outlet | None = related("outlet", "The outlet it belongs to.")
    company: Annotated[Company, strawberry.lazy("schema.companies")] | None = related(
        "company", "The company it belongs to.", needs=[MayReadCompanies]
    )
    licenses: Connection[Annotated[License, strawberry.lazy("schema.licenses")]] = listed(
        "licenses", "The licenses activated on it, codes masked."
    )
    cashiers: Connection[Cashier] = listed("cashiers", "Who may work on it.")


@strawberry.input(description="Which devices; all conditions must hold.")
class DeviceFilter:
    """The filter of the device list."""

    outlet: strawberry.ID | None = None
    search: str | None = strawberry.field(
        default=None, description="Any part of name, model or owner, without letter case."
    )


def _devices(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    filter: DeviceFilter | None = None,
) -> tuple[Listing, dict[str, Any]]:
    values: dict[str, Any] = {}
    if filter is not None and filter.outlet is not None:
        values["outlet"] = key_of("outlet", filter.outlet) or NOBODY
    if filter is not None and filter.search:
        values["search"] = folded(filter.search)
    return Listing("devices", "REGISTERED", descending=True, filters=tuple(values)), values


@strawberry.type
class DeviceQueries:
    """Questions about devices."""

    devices: Connection[Device] = paged(
        _devices, "The company's devices, newest first.", needs=[MayReadDevices]
    )
    device: Device | None = found(by_id("device"), "A device by its id.", needs=[MayReadDevices])


@strawberry.input(description="Which device, and what it is called and where it is from now on.")
class ChangeDeviceInput:
    """The input of `changeDevice`: the whole form."""

    device: strawberry.ID
    name: str
    outlet: strawberry.ID


@strawberry.input(description="Which device.")
class DeviceInput:
    """The input of orders about one device."""

    device: strawberry.ID


@strawberry.type(description="The device as it is now.")
class DeviceSuccess:
    """The success of everything that leaves a device behind."""

    device: Device


@strawberry.type(description="The device was removed: its token is unknown from now on.")
class RemoveDeviceSuccess:
    """The success of `removeDevice`."""

    device: strawberry.ID = strawberry.field(description="The device that was removed.")


ChangeDeviceResult = Annotated[
    DeviceSuccess | NotFound | InvalidInput, strawberry.union("ChangeDeviceResult")
]
RequestLoadResult = Annotated[DeviceSuccess | NotFound, strawberry.union("RequestLoadResult")]
RemoveDeviceResult = Annotated[
    RemoveDeviceSuccess | DeviceHoldsLicense | NotFound, strawberry.union("RemoveDeviceResult")
]


async def _success(info: Info, key: Any) -> DeviceSuccess:  # noqa: ANN401 - a key
    device = await look_up(info, Device, key)
    if device is None:
        raise LookupError(key)
    return DeviceSuccess(device=device)


@strawberry.type
class DeviceMutations:
    """Orders about devices."""

    @strawberry.mutation(
        permission_classes=[MayManageDevices],
        description="Name a device, or move it to another outlet of the company.",
    )
    async def change_device(self, info: Info, input: ChangeDeviceInput) -> ChangeDeviceResult:
        """Change a device of the caller's company."""
        key = required_key("device", input.device, "device")
        outlet = required_key("outlet", input.outlet, "outlet")
        await devices.change_device(info.context, key, parse_device_name(input.name), outlet)
        return await _success(info, key)

    @strawberry.mutation(
        permission_classes=[MayManageDevices],
        description="Tell a device to pull its cashiers: the button «Загрузить» [001].",
    )
    async def request_load(self, info: Info, input: DeviceInput) -> RequestLoadResult:
        """Request a load of a device of the caller's company."""
        key = required_key("device", input.device, "device")
        await devices.request_load(info.context, key)
        return await _success(info, key)

    @strawberry.mutation(
        permission_classes=[MayManageDevices],
        description="Remove a device on which nothing is activated any more.",
    )
    async def remove_device(self, info: Info, input: DeviceInput) -> RemoveDeviceResult:
        """Remove a device of the caller's company."""
        key = required_key("device", input.device, "device")
        await devices.remove_device(info.context, key)
        return RemoveDeviceSuccess(device=strawberry.ID(node_id("device", key)))
