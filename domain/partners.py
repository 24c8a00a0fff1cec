"""Partners: what they may change of themselves; name and INN are the licensor's [ruling]."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.phones import parse_phone
from domain.text import line, title

if TYPE_CHECKING:
    from domain.accounts import PartnerDetails


@dataclass(frozen=True, slots=True)
class PartnerContact:
    """Where a partner is, who heads it, and its phone."""

    address: str
    head: str
    phone: str

    @classmethod
    def parse(cls, address: str, head: str, phone: str) -> PartnerContact:
        """Return the contact, or raise `InvalidInput`."""
        return cls(
            address=line(address, "address"),
            head=title(head, "head"),
            phone=parse_phone(phone, "phone"),
        )

    def of(self, details: PartnerDetails) -> PartnerDetails:
        """Return the details with this contact in place of theirs."""
        return replace(details, address=self.address, head=self.head, phone=self.phone)
