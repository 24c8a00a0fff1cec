"""Documents: numbered, immutable records of one action on licenses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain.access import Capabilities, Capability
from domain.documents import DocumentKind, document_number
from domain.text import folded
from resolvers.reading.listings import Listing
from schema.access import (
    MayHandOverCodes,
    MayReadCompanies,
    MayReadDocuments,
    scope_values,
    scoped,
)
from schema.connections import Connection
from schema.fields import by_id, counted, found, listed, paged, related, stored
from schema.firms import Firm
from schema.ids import NOBODY, key_of
from schema.licenses import License
from schema.nodes import Node, Row
from schema.partners import Partner
from schema.products import Product
from schema.tenants import Tenant
from schema.users import User

if TYPE_CHECKING:
    from schema.companies import Company

strawberry.enum(DocumentKind, description="What a document does with licenses.")
scope_values(
    DocumentKind,
    {
        DocumentKind.ISSUE: Capability.READ_ISSUES,
        DocumentKind.SALE_TO_PARTNER: Capability.READ_SALES,
        DocumentKind.SALE_TO_UNREGISTERED_COMPANY: Capability.READ_SALES,
    },
)


@strawberry.type(description="How many licenses of one product a document took.")
class DocumentLine(Row):
    """See `persistence.documents`."""

    noun = "document_lines"

    product_name: str = stored("product_name", "The product's name when it was written.")
    quantity: int = stored("quantity", "How many licenses.")
    product: Product | None = related("product", "The product as it is today.")


@strawberry.type(description="A numbered, immutable record of one action on licenses.")
class Document(Node):
    """See `persistence.documents`; its text stays, live objects behind it may be null."""

    noun = "documents"
    prefix = "document"

    number: int = stored("number", "Consecutive without gaps for each issuer.")
    kind: DocumentKind = stored("kind", "What it does.")
    created_at: datetime = stored("created_at", "When it was written.")
    issuer_name: str = stored("issuer_name", "The issuer's name when it was written.")
    buyer_name: str | None = stored("buyer_name", "The buyer, or what was typed on a reveal.")
    buyer_inn: str | None = stored("buyer_inn", "The buyer's INN.")
    buyer_email: str | None = stored("buyer_email", "The buyer's e-mail address.")
    buyer_phone: str | None = stored("buyer_phone", "The buyer's phone number.")
    buyer_address: str | None = stored("buyer_address", "The buyer's address.")
    quantity: int = stored("quantity", "How many licenses in all.")
    issuer: Tenant | None = related("issuer", "Who wrote it.")
    user: User | None = related("user", "Who of the issuer's users wrote it; hidden from buyers.")
    partner: Partner | None = related("partner", "The partner that bought.")
    company: Annotated[Company, strawberry.lazy("schema.companies")] | None = related(
        "company", "The company that bought, while the caller sees it.", needs=[MayReadCompanies]
    )
    firm: Firm | None = related("firm", "The firm that bought, while the caller sees it.")
    lines: Connection[DocumentLine] = listed("lines", "The quantities by product.")
    licenses: Connection[License] = listed("licenses", "Its licenses that the caller sees now.")
    open_code_count: int = counted(
        "open_code_count",
        "Of how many of its licenses the caller holds the open code, to print or send it now.",
        needs=[MayHandOverCodes],
    )


@strawberry.input(description="Which documents; all conditions must hold.")
class DocumentFilter:
    """The filters of the guide: company, partner, user, kind, period [000]."""

    company: strawberry.ID | None = strawberry.field(
        default=None,
        metadata=scoped(Capability.READ_COMPANIES),
        description="The company that bought, among those the caller sees now.",
    )
    partner: strawberry.ID | None = strawberry.field(
        default=None, description="The partner that bought or, for a buyer, that sold."
    )
    user: strawberry.ID | None = strawberry.field(default=None, description="Who wrote them.")
    kinds: list[DocumentKind] | None = strawberry.field(
        default=None, description="Documents of any of these kinds."
    )
    since: datetime | None = strawberry.field(default=None, description="Written then or later.")
    until: datetime | None = strawberry.field(default=None, description="Written before then.")
    search: str | None = strawberry.field(
        default=None,
        description="The number, or any part of the buyer's name or INN, without letter case.",
    )


def _documents(
    capabilities: Capabilities,  # noqa: ARG001 - the gate of the noun knows them
    filter: DocumentFilter | None = None,
) -> tuple[Listing, dict[str, Any]]:
    """Choose documents; an id that can name nothing matches nothing."""
    asked = filter or DocumentFilter()
    values: dict[str, Any] = {}
    for name in ("company", "partner", "user"):
        text = getattr(asked, name)
        if text is not None:
            values[name] = key_of(name, text) or NOBODY
    if asked.kinds is not None:
        values["kinds"] = [kind.value for kind in asked.kinds]
    for name in ("since", "until"):
        moment = getattr(asked, name)
        if moment is not None:
            values[name] = moment
    if asked.search:
        number = document_number(asked.search)
        values["search"] = folded(asked.search)
        if number is not None:
            filters = (*(name for name in values if name != "search"), "search_number")
            values["number"] = number
            return Listing("documents", "CREATED", descending=True, filters=filters), values
    return Listing("documents", "CREATED", descending=True, filters=tuple(values)), values


@strawberry.type
class DocumentQueries:
    """Questions about documents."""

    documents: Connection[Document] = paged(
        _documents,
        "Documents the caller's cabinet wrote or bought by, newest first.",
        needs=[MayReadDocuments],
    )

    document: Document | None = found(
        by_id("document"), "A document by its id.", needs=[MayReadDocuments]
    )
