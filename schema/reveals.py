"""Reveals: opening codes for one's own use, and showing them."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.documents import BuyerDetails, reveal_details
from resolvers import licenses, reveals
from schema.access import MayRevealLicenses, MayShowCodes
from schema.ids import node_id, required_keys
from schema.orders import DocumentSuccess, TakeInput, document_success, order_of
from schema.problems import (
    CodesNotShown,
    IdempotencyKeyReused,
    InvalidInput,
    LicensesNotAvailable,
    NotEnoughLicenses,
    NotFound,
)


@strawberry.input(description="Kept on the document; makes nobody a holder [001].")
class RevealDetailsInput:
    """The free details of a reveal."""

    firm_name: str | None = None
    inn: str | None = None
    email: str | None = None


@strawberry.input(description="What is revealed.")
class RevealToSelfInput:
    """The input of `revealToSelf`."""

    idempotency_key: str = strawberry.field(
        description="Repeating the order under the same key answers with the same document."
    )
    take: TakeInput
    details: RevealDetailsInput | None = None

    def buyer(self) -> BuyerDetails:
        """Return the typed details, checked."""
        typed = self.details or RevealDetailsInput()
        return reveal_details(typed.firm_name, typed.inn, typed.email)


@strawberry.input(description="Whose codes are shown.")
class ShowCodesInput:
    """The input of `showCodes`."""

    licenses: list[strawberry.ID] = strawberry.field(description="Up to 1,000, each once.")


@strawberry.type(description="A license and its full code.")
class ShownCode:
    """One code; showing it was audited."""

    license: strawberry.ID
    code: str


@strawberry.type(description="The codes asked for.")
class ShowCodesSuccess:
    """The success of `showCodes`."""

    codes: list[ShownCode]


RevealToSelfResult = Annotated[
    DocumentSuccess
    | NotEnoughLicenses
    | LicensesNotAvailable
    | NotFound
    | InvalidInput
    | IdempotencyKeyReused,
    strawberry.union("RevealToSelfResult"),
]
ShowCodesResult = Annotated[
    ShowCodesSuccess | CodesNotShown | NotFound | InvalidInput,
    strawberry.union("ShowCodesResult"),
]


@strawberry.type
class RevealMutations:
    """Orders to open codes."""

    @strawberry.mutation(
        permission_classes=[MayRevealLicenses],
        description="Open the codes of sealed licenses; sealing is one-way.",
    )
    async def reveal_to_self(self, info: Info, input: RevealToSelfInput) -> RevealToSelfResult:
        """Reveal licenses of the caller's stock."""
        buyer, take = input.buyer(), input.take.take()
        key = await reveals.reveal_to_self(
            info.context, input.idempotency_key, order_of(input), take, buyer
        )
        return await document_success(info, key, buyer.warnings)

    @strawberry.mutation(
        permission_classes=[MayShowCodes],
        description="Show the codes of revealed licenses the caller holds; each is audited.",
    )
    async def show_codes(self, info: Info, input: ShowCodesInput) -> ShowCodesResult:
        """Show codes."""
        keys = required_keys("license", input.licenses, "licenses")
        codes = await licenses.show_codes(info.context, keys)
        return ShowCodesSuccess(
            codes=[
                ShownCode(license=strawberry.ID(node_id("license", key)), code=code)
                for key, code in codes
            ]
        )
