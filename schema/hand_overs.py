"""Hand-overs: sending codes by e-mail, and printing them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.emails import parse_email
from domain.refusals import InvalidInput as InvalidInputRefusal
from domain.text import optional_line
from resolvers import hand_overs, printing
from schema.access import MayHandOverCodes
from schema.ids import required_key, required_keys
from schema.orders import order_of
from schema.problems import (
    CodesHandedOver,
    CodesNotShown,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    NothingToHandOver,
    TooManyLicenses,
    TryAgainLater,
)

PRINTED_PAGES = "/print/"
_REASON = (
    "Why codes that somebody else got before are handed over again; recorded. "
    "Without it such an order is refused."
)


@strawberry.input(one_of=True, description="Whose codes are handed over, up to 1,000.")
class HandOverInput:
    """One of: a document, or licenses by id."""

    document: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="All its licenses whose open code the caller holds; others are left out.",
    )
    licenses: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Revealed licenses that the caller holds, each once; all of them, or none.",
    )

    def choice(self) -> hand_overs.Choice:
        """Return what the use case knows it as."""
        if isinstance(self.document, str):
            return hand_overs.OfDocument(required_key("document", self.document, "document"))
        if isinstance(self.licenses, list):
            return hand_overs.Named.of(required_keys("license", self.licenses, "licenses"))
        raise InvalidInputRefusal("take", russian="не указано", english="is not given")


@strawberry.input(description="Whose codes are sent to which address.")
class EmailLicensesInput:
    """The input of `emailLicenses`."""

    idempotency_key: str = strawberry.field(
        description="Repeating the order under the same key sends nothing again."
    )
    take: HandOverInput
    to: str = strawberry.field(description="One e-mail address.")
    reason: str | None = strawberry.field(default=None, description=_REASON)


@strawberry.input(description="Whose codes are printed.")
class PrintLicensesInput:
    """The input of `printLicenses`."""

    take: HandOverInput
    reason: str | None = strawberry.field(default=None, description=_REASON)


@strawberry.type(description="The letter with the codes is on its way.")
class EmailLicensesSuccess:
    """The success of `emailLicenses`."""

    recipient: str = strawberry.field(description="The address it goes to.")
    quantity: int = strawberry.field(description="How many codes it holds.")
    left_out: int = strawberry.field(
        description="Of how many licenses of the document the caller holds no open code."
    )


@strawberry.type(description="A page to print waits to be opened.")
class PrintLicensesSuccess:
    """The success of `printLicenses`."""

    address: str = strawberry.field(
        description="The path of the page on this gateway. It opens once: it is a secret."
    )
    expires_at: datetime = strawberry.field(description="Until when it opens.")
    quantity: int = strawberry.field(description="How many codes it holds.")
    left_out: int = strawberry.field(
        description="Of how many licenses of the document the caller holds no open code."
    )


EmailLicensesResult = Annotated[
    EmailLicensesSuccess
    | CodesHandedOver
    | CodesNotShown
    | NothingToHandOver
    | TooManyLicenses
    | NotFound
    | InvalidInput
    | IdempotencyKeyReused
    | TryAgainLater,
    strawberry.union("EmailLicensesResult"),
]
PrintLicensesResult = Annotated[
    PrintLicensesSuccess
    | CodesHandedOver
    | CodesNotShown
    | NothingToHandOver
    | TooManyLicenses
    | NotFound
    | InvalidInput,
    strawberry.union("PrintLicensesResult"),
]


@strawberry.type
class HandOverMutations:
    """Orders that let codes leave."""

    @strawberry.mutation(
        permission_classes=[MayHandOverCodes],
        description="Send the codes of revealed licenses by e-mail [000].",
    )
    async def email_licenses(self, info: Info, input: EmailLicensesInput) -> EmailLicensesResult:
        """Send codes; each is marked, recorded and audited."""
        choice, to = input.take.choice(), parse_email(input.to, "to")
        reason = optional_line(input.reason, "reason")
        answer = await hand_overs.email_licenses(
            info.context, input.idempotency_key, order_of(input), choice, to, reason
        )
        return EmailLicensesSuccess(
            recipient=answer.recipient, quantity=answer.quantity, left_out=answer.left_out
        )

    @strawberry.mutation(
        permission_classes=[MayHandOverCodes],
        description="Make a page with the codes of revealed licenses, to be printed [000].",
    )
    async def print_licenses(self, info: Info, input: PrintLicensesInput) -> PrintLicensesResult:
        """Make a page; each code is marked, recorded and audited."""
        choice, reason = input.take.choice(), optional_line(input.reason, "reason")
        page = await printing.print_licenses(info.context, choice, reason)
        return PrintLicensesSuccess(
            address=PRINTED_PAGES + page.token,
            expires_at=page.expires_at,
            quantity=page.quantity,
            left_out=page.left_out,
        )
