"""Orders on licenses: what issuing, selling and revealing have in common."""

from __future__ import annotations

from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from domain.documents import OrderWarning
from domain.licenses import Take
from schema.documents import Document
from schema.ids import required_key, required_keys
from schema.nodes import look_up


@strawberry.input(description="So many licenses of one product, oldest first.")
class QuantityInput:
    """A quantity to take from stock."""

    product: strawberry.ID
    quantity: int = strawberry.field(description="From 1 to 10,000.")


@strawberry.input(one_of=True, description="Which licenses to take from the caller's stock.")
class TakeInput:
    """One of: a quantity, or licenses by id."""

    quantity: QuantityInput | None = strawberry.UNSET
    licenses: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Up to 1,000 licenses, each once."
    )

    def take(self) -> Take:
        """Return what the rules know it as."""
        if isinstance(self.licenses, list):
            return Take.exactly(required_keys("license", self.licenses, "licenses"))
        if isinstance(self.quantity, QuantityInput):
            product = required_key("product", self.quantity.product, "product")
            return Take.oldest(product, self.quantity.quantity)
        return Take.exactly([])


@strawberry.type(description="The document that was written, now or at the first try.")
class DocumentSuccess:
    """What issuing, selling and revealing answer with."""

    document: Document
    warnings: list[OrderWarning]


async def document_success(
    info: Info, key: UUID, warnings: list[OrderWarning] | None = None
) -> DocumentSuccess:
    """Return the written document as the caller sees it now."""
    document = await look_up(info, Document, key)
    if document is None:
        raise LookupError(key)
    return DocumentSuccess(document=document, warnings=warnings or [])


def order_of(input: Any) -> dict[str, object]:  # noqa: ANN401 - any input type
    """Return an input as plain values: what an idempotency key stands for."""

    def plain(value: Any) -> Any:  # noqa: ANN401 - any input value
        if value is strawberry.UNSET:
            return None
        if isinstance(value, Enum):
            return value.value
        if hasattr(value, "__strawberry_definition__") and hasattr(value, "__dict__"):
            return {name: plain(part) for name, part in vars(value).items()}
        return [plain(item) for item in value] if isinstance(value, list) else value

    order: dict[str, object] = plain(input)
    order.pop("idempotency_key", None)
    return order
