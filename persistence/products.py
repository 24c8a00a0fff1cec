"""Products: what a license is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert, select, update

from domain.access import Actor, Capability
from domain.text import folded
from persistence.keys import new_key
from persistence.reads import TENANT, Reads, nothing, of_allowed_product
from persistence.tables.documents import products
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from persistence.database import Unit


def visible_products(actor: Actor) -> ColumnElement[bool]:
    """Return the gate: products are known to who reads licenses; to a token perhaps only some."""
    if not actor.may(Capability.READ_LICENSES):
        return nothing()
    return of_allowed_product(actor, products.c.id)


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


async def known_products(unit: Unit, actor: Actor, keys: Collection[UUID]) -> set[UUID]:
    """Return those of the products that the actor may know of."""
    found = await unit.connection.scalars(
        select(products.c.id).where(
            products.c.id.in_(keys), of_allowed_product(actor, products.c.id)
        ),
        {"_session": actor.session},
    )
    return set(found)


async def lock_products(unit: Unit, licensor: UUID) -> None:
    """Lock the licensor's list of products: names are compared and given by one at a time."""
    await unit.connection.execute(
        select(tenants.c.id).where(tenants.c.id == licensor).with_for_update(key_share=True)
    )


async def product_named(unit: Unit, name: str) -> UUID | None:
    """Return the product with this name, letter case aside."""
    found: UUID | None = await unit.connection.scalar(
        select(products.c.id)
        .where(products.c.name_key == folded(name))
        .order_by(products.c.id)
        .limit(1)
    )
    return found


async def product_name(unit: Unit, key: UUID) -> str | None:
    """Return the name of a product."""
    name: str | None = await unit.connection.scalar(
        select(products.c.name).where(products.c.id == key)
    )
    return name


async def rename_product(unit: Unit, key: UUID, name: str) -> None:
    """Give a product another name; documents keep the one they were written with."""
    await unit.connection.execute(
        update(products).where(products.c.id == key).values(name=name, name_key=folded(name))
    )
