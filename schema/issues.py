"""Issues: the licensor creates licenses."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.licenses import Take
from resolvers import licenses
from schema.access import MayIssueLicenses
from schema.ids import required_key
from schema.orders import DocumentSuccess, document_success, order_of
from schema.problems import IdempotencyKeyReused, InvalidInput, NotFound


@strawberry.input(description="What is issued.")
class IssueLicensesInput:
    """The input of `issueLicenses`."""

    idempotency_key: str = strawberry.field(
        description="Repeating the order under the same key answers with the same document."
    )
    product: strawberry.ID
    quantity: int = strawberry.field(description="From 1 to 10,000.")


IssueLicensesResult = Annotated[
    DocumentSuccess | NotFound | InvalidInput | IdempotencyKeyReused,
    strawberry.union("IssueLicensesResult"),
]


@strawberry.type
class IssueMutations:
    """Orders to issue."""

    @strawberry.mutation(
        permission_classes=[MayIssueLicenses],
        description="Create licenses, sealed and free, in the licensor's stock.",
    )
    async def issue_licenses(self, info: Info, input: IssueLicensesInput) -> IssueLicensesResult:
        """Issue licenses."""
        product = required_key("product", input.product, "product")
        take = Take.oldest(product, input.quantity)
        key = await licenses.issue_licenses(
            info.context, input.idempotency_key, order_of(input), take
        )
        return await document_success(info, key)
