"""Sales: moving licenses to a buyer."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.access import Capability
from domain.documents import BuyerDetails, unregistered_buyer
from domain.refusals import InvalidInput as InvalidInputRefusal
from resolvers import sales
from schema.access import MaySellLicenses, scoped
from schema.ids import required_key
from schema.orders import DocumentSuccess, TakeInput, document_success, order_of
from schema.problems import (
    CabinetBlocked,
    IdempotencyKeyReused,
    InvalidInput,
    LicensesNotAvailable,
    NotEnoughLicenses,
    NotFound,
)


@strawberry.input(description="A buyer who is not registered, typed by hand.")
class UnregisteredBuyerInput:
    """Kept on the document as typed."""

    name: str
    inn: str = strawberry.field(description="10 or 12 digits; a wrong check digit is a warning.")
    email: str | None = None
    phone: str | None = None
    address: str | None = None

    def details(self) -> BuyerDetails:
        """Return the details, checked."""
        return unregistered_buyer(self.name, self.inn, self.email, self.phone, self.address)


@strawberry.input(one_of=True, description="Who buys.")
class BuyerInput:
    """One of: a partner, a firm of a linked company, an unregistered buyer."""

    partner: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        metadata=scoped(Capability.SELL_TO_PARTNERS),
        description="A partner; the licensor only sells to partners.",
    )
    firm: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="A firm of a company that is linked to the caller now.",
    )
    unregistered: UnregisteredBuyerInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="Somebody else; the codes are revealed and stay in the caller's list.",
    )

    def destination(self) -> sales.Destination:
        """Return what the use case knows it as."""
        if isinstance(self.partner, str):
            return sales.ToPartner(required_key("partner", self.partner, "buyer.partner"))
        if isinstance(self.firm, str):
            return sales.ToFirm(required_key("firm", self.firm, "buyer.firm"))
        if isinstance(self.unregistered, UnregisteredBuyerInput):
            return sales.ToUnregistered(self.unregistered.details())
        raise InvalidInputRefusal("buyer", russian="не указан", english="is not given")


@strawberry.input(description="What is sold to whom.")
class SellLicensesInput:
    """The input of `sellLicenses`."""

    idempotency_key: str = strawberry.field(
        description="Repeating the order under the same key answers with the same document."
    )
    buyer: BuyerInput
    take: TakeInput


SellLicensesResult = Annotated[
    DocumentSuccess
    | NotEnoughLicenses
    | LicensesNotAvailable
    | CabinetBlocked
    | NotFound
    | InvalidInput
    | IdempotencyKeyReused,
    strawberry.union("SellLicensesResult"),
]


@strawberry.type
class SaleMutations:
    """Orders to sell."""

    @strawberry.mutation(
        permission_classes=[MaySellLicenses],
        description="Sell licenses from the caller's stock: all of them, or none.",
    )
    async def sell_licenses(self, info: Info, input: SellLicensesInput) -> SellLicensesResult:
        """Sell licenses."""
        destination, take = input.buyer.destination(), input.take.take()
        key = await sales.sell_licenses(
            info.context, input.idempotency_key, order_of(input), destination, take
        )
        return await document_success(info, key, destination.warnings)
