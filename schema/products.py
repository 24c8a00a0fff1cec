"""Products: what a license is for."""

from __future__ import annotations

from typing import Any

import strawberry

from domain.access import Capabilities
from resolvers.reading.listings import Listing
from schema.access import MayReadLicenses
from schema.connections import Connection
from schema.fields import paged, stored
from schema.nodes import Node


@strawberry.type(description="What a license is for.")
class Product(Node):
    """See `persistence.products`."""

    noun = "products"
    prefix = "product"

    name: str = stored("name", "The name of the product.")


def _products(capabilities: Capabilities) -> tuple[Listing, dict[str, Any]]:  # noqa: ARG001 - all see the same
    return Listing("products", order="NAME"), {}


@strawberry.type
class ProductQueries:
    """Questions about products."""

    products: Connection[Product] = paged(
        _products, "All products, by name.", needs=[MayReadLicenses]
    )
