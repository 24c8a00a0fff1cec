"""The POS: what a sync key and a device token may ask, and registering a device [001]."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.devices import DeviceDetails
from domain.licenses import masked
from resolvers import devices
from schema.access import MayReadPos, MayRegisterDevices
from schema.connections import Connection
from schema.fields import listed, own, stored
from schema.ids import node_id
from schema.nodes import Row
from schema.orders import order_of
from schema.problems import DeviceInUse, IdempotencyKeyReused, InvalidInput, TryAgainLater


@strawberry.type(description="The outlet whose sync key this is.")
class PosOutlet(Row):
    """See `persistence.pos`: what a person checks before he registers a device."""

    noun = "pos_outlets"

    name: str = stored("name", "The name of the outlet.")
    company_name: str = stored("company_name", "The company it belongs to.")
    time_zone: str = stored("time_zone", "An IANA time zone.")


@strawberry.type(description="A license as a POS shows it.")
class PosLicense(Row):
    """See `persistence.pos`."""

    noun = "pos_licenses"

    masked_code: str = stored("code_tail", "The code as ••••••••1234.", through=masked)
    product_name: str = stored("product_name", "What it is for.")
    activated_at: datetime | None = stored(
        "activated_at", "When it was put on its device; null when it is free."
    )
    first_activated_at: datetime | None = stored(
        "first_activated_at", "When it was activated for the first time."
    )


@strawberry.type(description="This device.")
class Pos(Row):
    """See `persistence.pos`: what a device may know of itself."""

    noun = "pos"

    device_name: str = stored("device_name", "What it is called in the cabinet.")
    model: str | None = stored("model", "Which model it is.")
    owner: str | None = stored("owner", "Whose phone or tablet it is.")
    outlet_name: str = stored("outlet_name", "The outlet it belongs to.")
    company_name: str = stored("company_name", "The company it belongs to.")
    time_zone: str = stored("time_zone", "The IANA time zone of the outlet.")
    load_requested: bool = stored("load_requested", "Whether it is to pull its cashiers.")
    loaded_at: datetime | None = stored("loaded_at", "When it last pulled its cashiers.")
    licenses: Connection[PosLicense] = listed("licenses", "The licenses activated on it.")


@strawberry.type
class PosQueries:
    """Questions of a POS about itself."""

    pos_outlet: PosOutlet | None = own(
        "user", "The outlet whose sync key this is.", needs=[MayRegisterDevices]
    )
    pos: Pos | None = own("user", "This device.", needs=[MayReadPos])


@strawberry.input(description="The device to register.")
class RegisterDeviceInput:
    """The input of `registerDevice`."""

    idempotency_key: str = strawberry.field(
        description="Repeated under the same key while the device has not worked yet, the order "
        "answers with the same device and a fresh token, and the token before is void."
    )
    name: str
    model: str | None = None
    owner: str | None = strawberry.field(
        default=None, description="Whose phone or tablet it is, as the cabinet shows it."
    )


@strawberry.type(description="The device, and the token that is shown this once.")
class RegisterDeviceSuccess:
    """The success of `registerDevice`."""

    device: strawberry.ID
    token: str = strawberry.field(description="What the device is known by from now on.")


RegisterDeviceResult = Annotated[
    RegisterDeviceSuccess | InvalidInput | IdempotencyKeyReused | DeviceInUse | TryAgainLater,
    strawberry.union("RegisterDeviceResult"),
]


@strawberry.type
class PosMutations:
    """Orders of whoever has a sync key."""

    @strawberry.mutation(
        permission_classes=[MayRegisterDevices],
        description="Register a device at the outlet of the sync key [001].",
    )
    async def register_device(self, info: Info, input: RegisterDeviceInput) -> RegisterDeviceResult:
        """Register a device."""
        details = DeviceDetails.parse(input.name, input.model, input.owner)
        key, token = await devices.register_device(
            info.context, input.idempotency_key, order_of(input), details
        )
        return RegisterDeviceSuccess(device=strawberry.ID(node_id("device", key)), token=token)
