"""Products: the licensor adds them and changes their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals import NotFound, ProductExists
from persistence import products

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit
    from resolvers.context import Context


async def create_product(context: Context, name: str) -> UUID:
    """Add a product and return its key."""
    licensor = context.actor.tenant

    async def work(unit: Unit) -> UUID:
        await products.lock_products(unit, licensor)
        await _be_the_only_one(unit, name)
        key = await products.add_product(unit, name)
        await context.audit(unit, "createProduct", [(key, licensor)], after={"name": name})
        return key

    return await context.carry_out(work)


async def rename_product(context: Context, key: UUID, name: str) -> None:
    """Give a product another name, or another spelling of its own."""
    licensor = context.actor.tenant

    async def work(unit: Unit) -> None:
        await products.lock_products(unit, licensor)
        before = await products.product_name(unit, key)
        if before is None:
            raise NotFound("product")
        if before == name:
            return
        await _be_the_only_one(unit, name, but=key)
        await products.rename_product(unit, key, name)
        changes = {"before": {"name": before}, "after": {"name": name}}
        await context.audit(unit, "renameProduct", [(key, licensor)], **changes)

    await context.carry_out(work)


async def _be_the_only_one(unit: Unit, name: str, *, but: UUID | None = None) -> None:
    """Refuse a second product of one name [ruling]: people tell products by their names."""
    twin = await products.product_named(unit, name)
    if twin not in {None, but}:
        raise ProductExists(twin)
