"""Licenses: 12-digit protection codes, each for one product, held by exactly one tenant."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain.access import Capabilities, Capability
from domain.activation import LicenseActivation
from domain.licenses import LicenseState, masked, parse_tail
from domain.news import Topic
from resolvers.reading.listings import Listing
from schema.access import MayReadDevices, MayReadDocuments, MayReadLicenses, scoped
from schema.connections import Connection
from schema.devices import Device
from schema.fields import by_id, found, listed, paged, related, stored
from schema.firms import Firm
from schema.ids import NOBODY, key_of
from schema.news import changed
from schema.nodes import Node
from schema.products import Product
from schema.showings import CodeShowing
from schema.tenants import Tenant
from schema.users import User

if TYPE_CHECKING:
    from schema.documents import Document

strawberry.enum(LicenseState, description="Whether the code is hidden or open to its holder.")
strawberry.enum(LicenseActivation, description="Whether a license is on a device.")


@strawberry.enum(description="The order of licenses.")
class LicenseOrder(StrEnum):
    """Licenses sort by when they were issued."""

    NEWEST_FIRST = "NEWEST_FIRST"
    OLDEST_FIRST = "OLDEST_FIRST"


@strawberry.type(description="A license: a 12-digit protection code for one product.")
class License(Node):
    """See `persistence.licenses`."""

    noun = "licenses"
    prefix = "license"

    masked_code: str = stored(
        "code_tail", "The code as lists show it: ••••••••1234.", through=masked
    )
    state: LicenseState = stored("state", "Whether the code is sealed or revealed.")
    issued_at: datetime = stored("issued_at", "When the licensor issued it.")
    held_since: datetime = stored("held_since", "Since when its holder has it.")
    sold: bool = stored(
        "sold", "Whether it was sold to an unregistered company: it is out of available stock."
    )
    activation: LicenseActivation = stored("activation", "Whether it is on a device.")
    activated_at: datetime | None = stored(
        "activated_at", "When it was put on its device; null when it is free."
    )
    first_activated_at: datetime | None = stored(
        "first_activated_at", "When it was activated for the first time."
    )
    product: Product = related("product", "What it is for.")
    holder: Tenant | None = related("holder", "Who holds it.")
    firm: Firm | None = related("firm", "The firm it was sold to.")
    document: Annotated[Document, strawberry.lazy("schema.documents")] | None = related(
        "document",
        "The last document that moved or revealed it, if the caller sees it.",
        needs=[MayReadDocuments],
    )
    device: Device | None = related(
        "device", "The device it is activated on.", needs=[MayReadDevices]
    )
    printed_at: datetime | None = stored("printed_at", "When its code was printed last.")
    printed_by: User | None = related("printed_by", "Who printed it, if the caller sees him.")
    sent_at: datetime | None = stored("sent_at", "When its code was sent by e-mail last.")
    sent_by: User | None = related("sent_by", "Who sent it, if the caller sees him.")
    showings: Connection[CodeShowing] = listed(
        "showings", "Who of the caller's cabinet has shown, printed or sent its code."
    )


@strawberry.input(description="Which licenses; all conditions must hold.")
class LicenseFilter:
    """The filter of the license list."""

    state: LicenseState | None = None
    product: strawberry.ID | None = None
    document: strawberry.ID | None = strawberry.field(
        default=None,
        metadata=scoped(Capability.READ_DOCUMENTS),
        description="Licenses that this document issued, revealed or sold.",
    )
    sold: bool | None = strawberry.field(
        default=None, description="Sold to an unregistered company, or not."
    )
    activation: LicenseActivation | None = None
    printed: bool | None = strawberry.field(
        default=None, description="Its code was printed, or never [000]."
    )
    sent: bool | None = strawberry.field(
        default=None, description="Its code was sent by e-mail, or never [000]."
    )
    code_ends_with: str | None = strawberry.field(
        default=None, description="The last four digits of the code, as lists show them."
    )
    holder: strawberry.ID | None = strawberry.field(
        default=None,
        metadata=scoped(Capability.READ_COMPANIES),
        description="A partner or company that holds them; the caller's own cabinet if left out.",
    )


def _licenses(
    capabilities: Capabilities,
    filter: LicenseFilter | None = None,
    order: LicenseOrder = LicenseOrder.NEWEST_FIRST,
) -> tuple[Listing, dict[str, Any]]:
    """Choose licenses; an id that can name nothing matches nothing."""
    asked = filter or LicenseFilter()
    names: list[str] = []
    values: dict[str, Any] = {}
    for name, text in (("product", asked.product), ("document", asked.document)):
        if text is not None:
            names.append(name)
            values[name] = key_of(name, text) or NOBODY
    if asked.holder is not None:
        partner, company = key_of("partner", asked.holder), key_of("company", asked.holder)
        names.append("partner" if partner else "company")
        values["holder"] = partner or company or NOBODY
    elif Capability.READ_ALL_TENANTS not in capabilities:
        names.append("own")
    if asked.state is not None:
        names.append("state")
        values["state"] = asked.state
    for fact in ("sold", "printed", "sent"):
        wanted = getattr(asked, fact)
        if wanted is not None:
            names.append(fact if wanted else f"un{fact}")
    if asked.activation is not None:
        names.append("free" if asked.activation is LicenseActivation.FREE else "activated")
    if asked.code_ends_with is not None:
        names.append("code_tail")
        values["code_tail"] = parse_tail(asked.code_ends_with, "filter.codeEndsWith")
    newest = order is LicenseOrder.NEWEST_FIRST
    return Listing("licenses", "ISSUED", newest, tuple(names)), values


@strawberry.type
class LicenseQueries:
    """Questions about licenses."""

    licenses: Connection[License] = paged(
        _licenses,
        "Licenses, by default those that the caller's cabinet holds.",
        needs=[MayReadLicenses],
    )

    license: License | None = found(
        by_id("license"), "A license by its id.", needs=[MayReadLicenses]
    )


@strawberry.type
class LicenseSubscriptions:
    """News of licenses."""

    license_activated: License | None = changed(
        Topic.ACTIVATIONS,
        "A license that was activated. Null: news may have been missed; read the list anew.",
        needs=[MayReadLicenses],
    )
