"""Sales: the seller's orders to move licenses to a buyer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from domain.access import Capability
from domain.documents import BuyerDetails, DocumentKind, OrderWarning
from domain.refusals import NotFound
from domain.sales import sellable
from persistence import firms, links, partners
from resolvers.documents import once, record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.access import Actor
    from domain.licenses import Take
    from persistence.database import Unit
    from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class ToPartner:
    """Sell to a partner; the licensor only [ruling on 000 and 001]."""

    partner: UUID
    warnings: ClassVar[list[OrderWarning]] = []


@dataclass(frozen=True, slots=True)
class ToFirm:
    """Sell to a firm of a company that is linked to the seller now."""

    firm: UUID
    warnings: ClassVar[list[OrderWarning]] = []


@dataclass(frozen=True, slots=True)
class ToUnregistered:
    """Sell to a buyer typed by hand; nothing looks whether his INN is registered."""

    details: BuyerDetails

    @property
    def warnings(self) -> list[OrderWarning]:
        """What the seller should know about the typed details."""
        return self.details.warnings


Destination = ToPartner | ToFirm | ToUnregistered


async def sell_licenses(
    context: Context,
    key: str,
    order: Mapping[str, object],
    destination: Destination,
    take: Take,
) -> UUID:
    """Sell licenses from the caller's stock and return the document's key."""

    async def work(unit: Unit, document: UUID) -> Mapping[str, object]:
        kind, buyer = await _buyer(unit, context.actor, destination)
        return await record(unit, document, kind, context.actor, take, buyer)

    return await once(context, "sellLicenses", key, order, work)


async def _buyer(
    unit: Unit, actor: Actor, destination: Destination
) -> tuple[DocumentKind, BuyerDetails]:
    """Find the buyer; a company's link is locked before anything of the seller's is."""
    if isinstance(destination, ToUnregistered):
        return DocumentKind.SALE_TO_UNREGISTERED_COMPANY, destination.details
    if isinstance(destination, ToPartner):
        partner = await partners.buying_partner(unit, destination.partner)
        if partner is None or not actor.may(Capability.SELL_TO_PARTNERS):
            raise NotFound("buyer.partner")
        return DocumentKind.SALE_TO_PARTNER, sellable(partner)
    company = await firms.firm_company(unit, destination.firm)
    if company is None or await links.lock_link(unit, company, actor.tenant) is None:
        raise NotFound("buyer.firm")
    firm = await firms.buying_firm(unit, destination.firm)
    if firm is None:
        raise NotFound("buyer.firm")
    return DocumentKind.SALE_TO_REGISTERED_COMPANY, sellable(firm)
