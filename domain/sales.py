"""Sales: documents that move licenses to a buyer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.documents import BuyerDetails, DocumentKind
from domain.licenses import LicenseEventKind
from domain.refusals import CabinetBlocked, NotEnoughLicenses

if TYPE_CHECKING:
    from uuid import UUID

    from domain.licenses import Standing, Take

EVENTS: dict[DocumentKind, LicenseEventKind] = {
    DocumentKind.ISSUE: LicenseEventKind.ISSUED,
    DocumentKind.REVEAL_TO_SELF: LicenseEventKind.REVEALED,
    DocumentKind.SALE_TO_REGISTERED_COMPANY: LicenseEventKind.SOLD_TO_COMPANY,
    DocumentKind.SALE_TO_UNREGISTERED_COMPANY: LicenseEventKind.SOLD_OUTSIDE,
    DocumentKind.SALE_TO_PARTNER: LicenseEventKind.SOLD_TO_PARTNER,
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """A registered buyer, as found for the seller: his details and whether he is blocked."""

    details: BuyerDetails
    blocked: bool


def sellable(buyer: Buyer) -> BuyerDetails:
    """Return the details of a buyer one may sell to; a blocked cabinet buys nothing."""
    if buyer.blocked:
        raise CabinetBlocked
    return buyer.details


def takes_revealed(kind: DocumentKind, take: Take) -> bool:
    """Whether the document may take licenses that are already revealed and not yet sold.

    Only a sale to an unregistered company may, and only those named one by one: "or reveal to
    himself and sell to anyone" [001].
    """
    return kind is DocumentKind.SALE_TO_UNREGISTERED_COMPANY and bool(take.licenses)


def fit(license_: Standing, *, revealed_too: bool) -> bool:
    """Whether a document may take a license that stands so in its issuer's stock."""
    return not license_.sold and (revealed_too or not license_.revealed)


def new_holder(buyer: BuyerDetails) -> UUID | None:
    """Return who holds the licenses after the document, `None` for "as before".

    A buyer typed by hand never becomes a holder: after a sale to an unregistered company the
    license stays in the seller's revealed list until a device activates it [ruling].
    """
    return buyer.tenant


def enough(taken: int, take: Take) -> None:
    """Raise `NotEnoughLicenses` when the stock gave fewer than asked: all or nothing."""
    if taken < take.quantity:
        raise NotEnoughLicenses(requested=take.quantity, available=taken)
