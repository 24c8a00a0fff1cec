"""Carrying the orders out through the use cases of real work."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.documents import BuyerDetails, reveal_details, unregistered_buyer
from domain.licenses import Take
from gateway.demonstration.orders import (
    Chosen,
    Issue,
    Oldest,
    Order,
    Outsider,
    Reveal,
    SellOutside,
    SellToFirm,
    SellToPartner,
    What,
)
from gateway.demonstration.sellers import LICENSOR
from persistence.tables.licenses import license_events
from resolvers.licenses import issue_licenses
from resolvers.reveals import reveal_to_self
from resolvers.sales import ToFirm, ToPartner, ToUnregistered, sell_licenses

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from gateway.demonstration.making import World
    from persistence.database import Unit
    from resolvers.sales import Destination


class Trade:
    """Carries out orders one after the other and remembers the documents that have names."""

    def __init__(self, world: World, unit: Unit) -> None:
        """Trade in `world`, looking documents up in `unit`."""
        self._world = world
        self._unit = unit
        self._documents: dict[str, UUID] = {}
        self._count = 0

    async def carry_out(self, orders: Iterable[Order]) -> None:
        """Carry out the orders in their sequence."""
        for order in orders:
            self._count += 1
            document = await self._document(order, f"demonstration-{self._count}")
            if not isinstance(order, Issue | SellOutside) and order.name:
                self._documents[order.name] = document

    async def _document(self, order: Order, key: str) -> UUID:
        if isinstance(order, Issue):
            context = self._world.acting(LICENSOR.key)
            take = await self._take(Oldest(order.product, order.quantity))
            return await issue_licenses(context, key, asdict(order), take)
        take = await self._take(order.what)
        if isinstance(order, Reveal):
            context = self._world.acting(order.holder, order.right)
            details = _details(order.details)
            return await reveal_to_self(context, key, asdict(order), take, details)
        seller = LICENSOR.key if isinstance(order, SellToPartner) else order.seller
        context = self._world.acting(seller, order.right)
        destination = self._destination(order)
        return await sell_licenses(context, key, asdict(order), destination, take)

    def _destination(self, order: SellToPartner | SellToFirm | SellOutside) -> Destination:
        if isinstance(order, SellToPartner):
            return ToPartner(self._world.tenants[order.partner])
        if isinstance(order, SellToFirm):
            return ToFirm(self._world.firm(order.company, order.firm))
        buyer = order.buyer
        return ToUnregistered(
            unregistered_buyer(buyer.name, buyer.inn, buyer.email, buyer.phone, buyer.address)
        )

    async def _take(self, what: What) -> Take:
        if isinstance(what, Chosen):
            return Take.exactly(await self._last_of(what))
        return Take.oldest(self._world.products[what.product], what.quantity)

    async def _last_of(self, what: Chosen) -> list[UUID]:
        keys = await self._unit.connection.scalars(
            select(license_events.c.license_id)
            .where(license_events.c.document_id == self._documents[what.document])
            .order_by(license_events.c.license_id.desc())
            .limit(what.quantity)
        )
        return list(keys)


def _details(typed: Outsider | None) -> BuyerDetails:
    if typed is None:
        return BuyerDetails()
    return reveal_details(typed.name, typed.inn, typed.email)
