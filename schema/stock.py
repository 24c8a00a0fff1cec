"""Stock: what the caller's cabinet holds, counted by product."""

from __future__ import annotations

import strawberry

from domain.news import Topic
from schema.access import MayReadStock
from schema.fields import every, related, stored
from schema.news import every_changed
from schema.nodes import Row
from schema.products import Product


@strawberry.type(description="How many licenses of a product the caller's cabinet holds.")
class ProductStock(Row):
    """See `persistence.stock`."""

    noun = "stock"

    product: Product = related("product", "The product.")
    sealed: int = stored("sealed", "Sealed: for sale to partners and companies.")
    revealed: int = stored("revealed", "Revealed, not sold and on no device.")
    sold: int = stored("sold", "Sold to unregistered companies, not yet activated.")
    activated: int = stored("activated", "Activated on devices.")


@strawberry.type
class StockQueries:
    """Questions about stock."""

    stock: list[ProductStock] = every(
        "NAME", "What the caller's cabinet holds, by product name.", needs=[MayReadStock]
    )


@strawberry.type
class StockSubscriptions:
    """News of stock."""

    stock_changed: list[ProductStock] = every_changed(
        Topic.STOCK,
        "NAME",
        "What the caller's cabinet holds, by product name, whenever that has changed.",
        needs=[MayReadStock],
    )
