"""Documents: numbered, immutable records of one action on licenses [000]."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.emails import parse_email
from domain.inn import checksum_holds, parse_inn
from domain.phones import parse_phone
from domain.text import optional_line, title, typed

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


LARGEST_NUMBER = 2**31 - 1
"""What both databases can compare a number with."""


class DocumentKind(StrEnum):
    """What a document does with licenses."""

    ISSUE = "ISSUE"
    REVEAL_TO_SELF = "REVEAL_TO_SELF"
    SALE_TO_REGISTERED_COMPANY = "SALE_TO_REGISTERED_COMPANY"
    SALE_TO_UNREGISTERED_COMPANY = "SALE_TO_UNREGISTERED_COMPANY"
    SALE_TO_PARTNER = "SALE_TO_PARTNER"


class OrderWarning(StrEnum):
    """What the caller should know although the order was carried out."""

    INN_CHECKSUM = "INN_CHECKSUM"


def inn_warnings(inn: str | None) -> list[OrderWarning]:
    """Return the warning about an INN whose check digits do not fit."""
    fits = inn is None or checksum_holds(inn)
    return [] if fits else [OrderWarning.INN_CHECKSUM]


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """The buyer as the document records him: a snapshot that never changes."""

    name: str | None = None
    inn: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    partner: UUID | None = None
    company: UUID | None = None
    firm: UUID | None = None

    @property
    def tenant(self) -> UUID | None:
        """The tenant that buys, when it is a registered one."""
        return self.partner or self.company

    @property
    def warnings(self) -> list[OrderWarning]:
        """The warnings about these details."""
        return inn_warnings(self.inn)


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """What a document says of itself, its lines left out."""

    id: UUID
    issuer: UUID
    number: int
    created_at: datetime
    quantity: int
    buyer: BuyerDetails


def document_number(text: str) -> int | None:
    """Return the number that a search may mean; `None` for a text that is none."""
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) < len(str(LARGEST_NUMBER)):
        return int(digits)
    return None


def unregistered_buyer(
    name: str, inn: str, email: str | None, phone: str | None, address: str | None
) -> BuyerDetails:
    """Return the details of a buyer typed by hand for a sale; name and INN are required."""
    return BuyerDetails(
        name=title(name, "buyer.unregistered.name"),
        inn=parse_inn(inn, "buyer.unregistered.inn"),
        email=parse_email(email, "buyer.unregistered.email") if typed(email) else None,
        phone=parse_phone(phone, "buyer.unregistered.phone") if typed(phone) else None,
        address=optional_line(address, "buyer.unregistered.address"),
    )


def reveal_details(name: str | None, inn: str | None, email: str | None) -> BuyerDetails:
    """Return what was typed on a reveal; it confers no ownership on anybody [001]."""
    return BuyerDetails(
        name=title(name, "details.firmName") if typed(name) else None,
        inn=parse_inn(inn, "details.inn") if typed(inn) else None,
        email=parse_email(email, "details.email") if typed(email) else None,
    )
