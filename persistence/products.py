"""Products: what a license is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, insert, select

from domain.access import Actor, Capability
from domain.text import folded
from persistence.keys import new_key
from persistence.reads import TENANT, Reads, everything, nothing
from persistence.tables.documents import products

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit


def visible_products(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: products are known to everybody who reads licenses."""
    return everything() if actor.may(Capability.READ_LICENSES) else nothing()


READS = Reads(
    source=products,
    key=products.c.id,
    owner=TENANT,
    visible=visible_products,
    columns={"name": products.c.name},
    orders={"NAME": (products.c.name_key,)},
)


async def add_product(unit: Unit, name: str) -> UUID:
    """Add a product and return its key."""
    key = new_key()
    row = {"id": key, "name": name, "name_key": folded(name), "created_at": unit.now}
    await unit.connection.execute(insert(products).values(row))
    return key


async def product_exists(unit: Unit, key: UUID) -> bool:
    """Whether there is such a product."""
    found: Any = await unit.connection.scalar(select(products.c.id).where(products.c.id == key))
    return found is not None
