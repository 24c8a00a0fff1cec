"""Stock: how many licenses of each product a cabinet holds, by what can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Select, case, func, select

from domain.licenses import LicenseState
from persistence.licenses import visible_licenses
from persistence.reads import TENANT
from persistence.tables.documents import products
from persistence.tables.licenses import licenses

if TYPE_CHECKING:
    from domain.access import Actor


def stock_summary(actor: Actor) -> Select[Any]:
    """Return the statement that counts the actor's own licenses by product, in name order."""
    revealed = licenses.c.state == LicenseState.REVEALED
    sold = licenses.c.sold_document_id.is_not(None)

    def number(condition: Any) -> Any:  # noqa: ANN401 - SQL expressions in and out
        return func.sum(case((condition, 1), else_=0)).cast(Integer)

    counts = (
        select(
            licenses.c.product_id,
            number(~revealed).label("sealed"),
            number(revealed & ~sold).label("revealed"),
            number(sold).label("sold"),
        )
        .where(licenses.c.holder_id == TENANT, visible_licenses(actor))
        .group_by(licenses.c.product_id)
        .subquery()
    )
    return (
        select(
            products.c.id.label("product_key"), counts.c.sealed, counts.c.revealed, counts.c.sold
        )
        .join_from(counts, products, products.c.id == counts.c.product_id)
        .order_by(products.c.name_key, products.c.id)
    )
