"""Products: what a license is for."""

from __future__ import annotations

import strawberry
from strawberry.types import Info

from resolvers.reading.statements import Listing
from schema.access import MayReadLicenses
from schema.connections import Connection
from schema.fields import read, stored
from schema.nodes import Node


@strawberry.type(description="What a license is for.")
class Product(Node):
    """See `persistence.products`."""

    noun = "products"
    prefix = "product"

    name: str = stored("name", "The name of the product.")


@strawberry.type
class ProductQueries:
    """Questions about products."""

    @strawberry.field(permission_classes=[MayReadLicenses], description="All products, by name.")
    async def products(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Product]:
        """List the products."""
        window = info.context.window(first, after, last, before)
        return await read(info, Product, Listing("products", order="NAME"), window, {})
