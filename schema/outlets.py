"""Outlets: points of sale of a company, and the sync keys that devices register with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from domain.accounts import OutletDetails
from resolvers import outlets
from schema.access import MayManageOutlets, MayReadDevices
from schema.fields import counted, stored
from schema.ids import required_key
from schema.nodes import Node, look_up
from schema.problems import InvalidInput, NotFound


@strawberry.type(description="A point of sale of a company.")
class Outlet(Node):
    """See `persistence.outlets`."""

    noun = "outlets"
    prefix = "outlet"

    name: str = stored("name", "The name of the outlet.")
    address: str | None = stored("address", "A postal address.")
    time_zone: str = stored("time_zone", "An IANA time zone.")
    sync_key_hint: str | None = stored(
        "sync_key_hint", "The last characters of its sync key, if it has one."
    )
    sync_key_issued_at: datetime | None = stored(
        "sync_key_issued_at", "When its sync key was issued."
    )
    device_count: int | None = counted(
        "device_count", "How many devices it has.", needs=[MayReadDevices]
    )


@strawberry.input(description="The details of an outlet.")
class OutletDetailsInput:
    """What the form of an outlet holds."""

    name: str
    address: str | None = None
    time_zone: str = strawberry.field(description="An IANA time zone, as Europe/Moscow.")

    def details(self) -> OutletDetails:
        """Return what the rules know it as."""
        return OutletDetails.parse(self.name, self.address, self.time_zone)


@strawberry.input(description="The outlet to open.")
class CreateOutletInput:
    """The input of `createOutlet`."""

    outlet: OutletDetailsInput


@strawberry.input(description="Which outlet, and its details from now on.")
class ChangeOutletInput:
    """The input of `changeOutlet`: the whole form."""

    id: strawberry.ID
    outlet: OutletDetailsInput


@strawberry.input(description="Which outlet.")
class RotateSyncKeyInput:
    """The input of `rotateSyncKey`."""

    outlet: strawberry.ID


@strawberry.type(description="The outlet, and the sync key that is shown this once.")
class SyncKeySuccess:
    """The success of what issues a sync key."""

    outlet: Outlet
    sync_key: str = strawberry.field(
        description="What a POS registers devices of this outlet with; it is not stored."
    )


@strawberry.type(description="The outlet as it is now.")
class ChangeOutletSuccess:
    """The success of `changeOutlet`."""

    outlet: Outlet


CreateOutletResult = Annotated[
    SyncKeySuccess | InvalidInput, strawberry.union("CreateOutletResult")
]
ChangeOutletResult = Annotated[
    ChangeOutletSuccess | NotFound | InvalidInput, strawberry.union("ChangeOutletResult")
]
RotateSyncKeyResult = Annotated[SyncKeySuccess | NotFound, strawberry.union("RotateSyncKeyResult")]


async def _outlet(info: Info, key: Any) -> Outlet:  # noqa: ANN401 - a key
    outlet = await look_up(info, Outlet, key)
    if outlet is None:
        raise LookupError(key)
    return outlet


@strawberry.type
class OutletMutations:
    """Orders about outlets."""

    @strawberry.mutation(
        permission_classes=[MayManageOutlets],
        description="Open an outlet; its sync key is shown this once [000].",
    )
    async def create_outlet(self, info: Info, input: CreateOutletInput) -> CreateOutletResult:
        """Open an outlet of the caller's company."""
        key, sync_key = await outlets.create_outlet(info.context, input.outlet.details())
        return SyncKeySuccess(outlet=await _outlet(info, key), sync_key=sync_key)

    @strawberry.mutation(
        permission_classes=[MayManageOutlets], description="Change the details of an outlet."
    )
    async def change_outlet(self, info: Info, input: ChangeOutletInput) -> ChangeOutletResult:
        """Change an outlet of the caller's company."""
        key = required_key("outlet", input.id, "id")
        await outlets.change_outlet(info.context, key, input.outlet.details())
        return ChangeOutletSuccess(outlet=await _outlet(info, key))

    @strawberry.mutation(
        permission_classes=[MayManageOutlets],
        description="Give an outlet a fresh sync key, shown this once. The old one registers "
        "nothing any more; devices that are registered keep working.",
    )
    async def rotate_sync_key(self, info: Info, input: RotateSyncKeyInput) -> RotateSyncKeyResult:
        """Rotate the sync key of an outlet of the caller's company."""
        key = required_key("outlet", input.outlet, "outlet")
        sync_key = await outlets.rotate_sync_key(info.context, key)
        return SyncKeySuccess(outlet=await _outlet(info, key), sync_key=sync_key)
