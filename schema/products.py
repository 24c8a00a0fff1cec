"""Products: what a license is for."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from domain.access import Capabilities
from domain.text import title
from resolvers import products
from resolvers.reading.listings import Listing
from schema.access import MayManageProducts, MayReadLicenses
from schema.connections import Connection
from schema.fields import paged, stored
from schema.ids import required_key
from schema.nodes import Node, look_up
from schema.problems import InvalidInput, NotFound, ProductExists


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


@strawberry.input(description="A product to add.")
class CreateProductInput:
    """The input of `createProduct`."""

    name: str = strawberry.field(description="Up to 200 characters.")


@strawberry.input(description="What a product is to be called.")
class RenameProductInput:
    """The input of `renameProduct`."""

    product: strawberry.ID
    name: str = strawberry.field(description="Up to 200 characters.")


@strawberry.type(description="The product as it stands now.")
class ProductSuccess:
    """The success of `createProduct` and `renameProduct`."""

    product: Product


CreateProductResult = Annotated[
    ProductSuccess | ProductExists | InvalidInput, strawberry.union("CreateProductResult")
]
RenameProductResult = Annotated[
    ProductSuccess | ProductExists | InvalidInput | NotFound,
    strawberry.union("RenameProductResult"),
]


async def _success(info: Info, key: UUID) -> ProductSuccess:
    product = await look_up(info, Product, key)
    if product is None:
        raise LookupError(key)
    return ProductSuccess(product=product)


@strawberry.type
class ProductMutations:
    """Orders about products."""

    @strawberry.mutation(
        permission_classes=[MayManageProducts], description="Add a product to issue licenses for."
    )
    async def create_product(self, info: Info, input: CreateProductInput) -> CreateProductResult:
        """Add a product; a second one of the same name is refused."""
        name = title(input.name, "name")
        return await _success(info, await products.create_product(info.context, name))

    @strawberry.mutation(
        permission_classes=[MayManageProducts],
        description="Rename a product; documents keep the name they were written with.",
    )
    async def rename_product(self, info: Info, input: RenameProductInput) -> RenameProductResult:
        """Give a product another name."""
        key = required_key("product", input.product, "product")
        name = title(input.name, "name")
        await products.rename_product(info.context, key, name)
        return await _success(info, key)
