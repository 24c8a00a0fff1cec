"""Firms: legal and natural persons of a company."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from domain.documents import OrderWarning, inn_warnings
from resolvers import firms
from schema.access import MayManageFirms
from schema.fields import stored
from schema.forms import FirmInput
from schema.ids import required_key
from schema.nodes import Node, look_up
from schema.problems import FirmExists, InvalidInput, MainFirmStays, MainInnFrozen, NotFound


@strawberry.type(description="A legal or natural person of a company; licenses are sold to firms.")
class Firm(Node):
    """See `persistence.firms`."""

    noun = "firms"
    prefix = "firm"

    name: str = stored("name", "The name of the firm.")
    inn: str = stored("inn", "10 digits of a legal entity or 12 of a person.")
    email: str | None = stored("email", "An e-mail address.")
    phone: str | None = stored("phone", "A phone number in E.164.")
    address: str | None = stored("address", "A postal address.")
    is_main: bool = stored("is_main", "Whether it is the company's main firm; each has one.")


@strawberry.input(description="A firm to add.")
class CreateFirmInput:
    """The input of `createFirm`."""

    details: FirmInput


@strawberry.input(description="What a firm is to be like.")
class ChangeFirmInput:
    """The input of `changeFirm`."""

    firm: strawberry.ID
    details: FirmInput = strawberry.field(
        description="All of its details: what is left out, it does not have."
    )


@strawberry.input(description="Which firm is to be the main one.")
class SetMainFirmInput:
    """The input of `setMainFirm`."""

    firm: strawberry.ID


@strawberry.input(description="Which firm to remove.")
class RemoveFirmInput:
    """The input of `removeFirm`."""

    firm: strawberry.ID


@strawberry.type(description="The firm as it stands now.")
class FirmSuccess:
    """The success of everything that leaves a firm behind."""

    firm: Firm | None = strawberry.field(description="Null if a colleague has just removed it.")
    warnings: list[OrderWarning]


@strawberry.type(description="The firm is in no list any more.")
class RemoveFirmSuccess:
    """The success of `removeFirm`."""

    firm: strawberry.ID


CreateFirmResult = Annotated[
    FirmSuccess | FirmExists | InvalidInput, strawberry.union("CreateFirmResult")
]
ChangeFirmResult = Annotated[
    FirmSuccess | FirmExists | MainInnFrozen | InvalidInput | NotFound,
    strawberry.union("ChangeFirmResult"),
]
SetMainFirmResult = Annotated[
    FirmSuccess | MainInnFrozen | NotFound, strawberry.union("SetMainFirmResult")
]
RemoveFirmResult = Annotated[
    RemoveFirmSuccess | MainFirmStays | NotFound, strawberry.union("RemoveFirmResult")
]


async def _success(info: Info, key: UUID) -> FirmSuccess:
    firm = await look_up(info, Firm, key)
    warnings = [] if firm is None else inn_warnings(firm.inn)
    return FirmSuccess(firm=firm, warnings=warnings)


@strawberry.type
class FirmMutations:
    """Orders about the firms of the caller's company."""

    @strawberry.mutation(
        permission_classes=[MayManageFirms], description="Add a firm, as many as one likes [000]."
    )
    async def create_firm(self, info: Info, input: CreateFirmInput) -> CreateFirmResult:
        """Add a firm; a second one of the same name and INN is refused."""
        return await _success(
            info, await firms.create_firm(info.context, input.details.details(at="details"))
        )

    @strawberry.mutation(
        permission_classes=[MayManageFirms],
        description="Change a firm [000]; documents keep the details they were written with.",
    )
    async def change_firm(self, info: Info, input: ChangeFirmInput) -> ChangeFirmResult:
        """Change a firm of the caller's company."""
        key = required_key("firm", input.firm, "firm")
        await firms.change_firm(info.context, key, input.details.details(at="details"))
        return await _success(info, key)

    @strawberry.mutation(
        permission_classes=[MayManageFirms],
        description="Make a firm the main one; its INN is what the company is searched by.",
    )
    async def set_main_firm(self, info: Info, input: SetMainFirmInput) -> SetMainFirmResult:
        """Make a firm of the caller's company the main one."""
        key = required_key("firm", input.firm, "firm")
        await firms.set_main_firm(info.context, key)
        return await _success(info, key)

    @strawberry.mutation(
        permission_classes=[MayManageFirms],
        description="Remove a firm; what it bought stays with the company.",
    )
    async def remove_firm(self, info: Info, input: RemoveFirmInput) -> RemoveFirmResult:
        """Remove a firm of the caller's company, but never the main one."""
        await firms.remove_firm(info.context, required_key("firm", input.firm, "firm"))
        return RemoveFirmSuccess(firm=input.firm)
