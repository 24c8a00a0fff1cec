"""Stock: how many licenses of each product a cabinet holds, by what can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, case, func, select

from domain.access import Capability
from domain.licenses import LicenseState
from persistence.reads import TENANT, Reads, ToOne, nothing, of_allowed_product
from persistence.tables.documents import products
from persistence.tables.licenses import licenses

if TYPE_CHECKING:
    from domain.access import Actor


def visible_stock(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: the rows are the cabinet's own, for those who read its stock."""
    if not actor.may(Capability.READ_STOCK):
        return nothing()
    return of_allowed_product(actor, products.c.id)


def _number(condition: Any) -> Any:  # noqa: ANN401 - SQL expressions in and out
    return func.sum(case((condition, 1), else_=0)).cast(Integer)


_REVEALED = licenses.c.state == LicenseState.REVEALED
_SOLD = licenses.c.sold_document_id.is_not(None)
_FREE = licenses.c.device_id.is_(None)
_COUNTS = (
    select(
        licenses.c.product_id,
        _number(~_REVEALED).label("sealed"),
        _number(_REVEALED & ~_SOLD & _FREE).label("revealed"),
        _number(_SOLD).label("sold"),
        _number(~_FREE).label("activated"),
    )
    .where(licenses.c.holder_id == TENANT)
    .group_by(licenses.c.product_id)
    .subquery("counts")
)

READS = Reads(
    source=_COUNTS.join(products, products.c.id == _COUNTS.c.product_id),
    key=products.c.id,
    owner=TENANT,
    visible=visible_stock,
    columns={
        "sealed": _COUNTS.c.sealed,
        "revealed": _COUNTS.c.revealed,
        "sold": _COUNTS.c.sold,
        "activated": _COUNTS.c.activated,
    },
    ones={"product": ToOne("products", products.c.id)},
    orders={"NAME": (products.c.name_key,)},
)
