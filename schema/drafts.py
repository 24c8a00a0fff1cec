"""Drafts of sales: the form of a sale, filled in before anything is sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.access import Capability
from resolvers.reading.kinds.rows import Target
from schema.access import MayReadCompanies, MaySellLicenses, MaySellToPartners, scoped
from schema.fields import found, related, stored
from schema.firms import Firm
from schema.ids import key_of
from schema.nodes import Row
from schema.partners import Partner

if TYPE_CHECKING:
    from schema.companies import Company

NOUNS = {"firm": "firm_drafts", "partner": "partner_drafts"}


@strawberry.type(description="A buyer's details as the document of a sale would record them [000].")
class SaleDraft(Row):
    """See `persistence.drafts`: a firm, or a partner."""

    noun = "firm_drafts"

    name: str = stored("name", "The buyer's name.")
    inn: str = stored("inn", "The buyer's INN.")
    email: str | None = stored("email", "The buyer's e-mail address.")
    phone: str | None = stored("phone", "The buyer's phone number.")
    address: str | None = stored("address", "The buyer's address.")
    sellable: bool = stored("sellable", "Whether it can be sold to now: its cabinet is open.")
    firm: Firm | None = related("firm", "The firm that would buy.")
    company: Annotated[Company, strawberry.lazy("schema.companies")] | None = related(
        "company",
        "The company of the firm; its firms are what else to choose from.",
        needs=[MayReadCompanies],
    )
    partner: Partner | None = related(
        "partner", "The partner that would buy.", needs=[MaySellToPartners]
    )


@strawberry.input(one_of=True, description="Who would buy.")
class SaleDraftBuyer:
    """One of: a firm of a linked company, a partner."""

    firm: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="A firm of a company that is linked to the caller now.",
    )
    partner: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        metadata=scoped(Capability.SELL_TO_PARTNERS),
        description="A partner; the licensor only sells to partners.",
    )


def _draft(buyer: SaleDraftBuyer) -> Target | None:
    for prefix in NOUNS:
        text = getattr(buyer, prefix)
        if isinstance(text, str):
            key = key_of(prefix, text)
            return None if key is None else (prefix, key)
    return None


@strawberry.type
class DraftQueries:
    """Questions before a sale."""

    sale_draft: SaleDraft | None = found(
        _draft,
        "The form of a sale with the buyer's details; null for whom the caller cannot sell to.",
        nouns=NOUNS,
        needs=[MaySellLicenses],
    )
