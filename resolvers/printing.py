"""Printing: an order makes a page's address, and whoever opens it first gets the page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from domain.printing import PAGE_LIFETIME, PrintedDocument, PrintedLicense, PrintedPage
from domain.showings import ShowingKind
from persistence import documents, hand_overs, printing
from resolvers.hand_overs import chosen, hand_over, paper_recipients

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from domain.documents import DocumentCard
    from domain.ports import CodeCipher
    from persistence.database import Unit
    from persistence.hand_overs import OpenLicense
    from resolvers.context import Context, Tools
    from resolvers.hand_overs import Choice


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Where a page waits to be opened: the token of its address, and until when it is good."""

    token: str
    expires_at: datetime
    quantity: int
    left_out: int


async def print_licenses(context: Context, choice: Choice, reason: str | None) -> PageAddress:
    """Write that codes are printed, and make the page that shows them."""
    actor = context.actor

    async def work(unit: Unit) -> PageAddress:
        what = await chosen(context, unit, choice)
        recipients = await paper_recipients(unit, what, actor.tenant)
        await hand_over(context, unit, ShowingKind.PRINTED, what, recipients, reason)
        await context.stand(unit)
        await context.audit(unit, "printLicenses", [(key, actor.tenant) for key in what.keys])
        document = None if what.document is None else what.document.id
        token = await printing.add_page(unit, actor, what.keys, document, PAGE_LIFETIME)
        return PageAddress(token, unit.now + PAGE_LIFETIME, len(what.licenses), what.left_out)

    return await context.carry_out(work)


async def open_page(tools: Tools, token: str, visitor: UUID | None) -> PrintedPage | None:
    """Open a page, once; `None` for one that nobody may open now, as for an unknown address.

    The codes are those its cabinet still holds open. `visitor` is the cabinet of whoever opens
    it, if he is signed in.
    """

    async def work(unit: Unit) -> PrintedPage | None:
        order = await printing.open_page(unit, token, visitor)
        if order is None:
            return None
        keys = await printing.page_licenses(unit, token)
        found = await hand_overs.open_licenses(unit, order.tenant, keys)
        if not found:
            return None
        named = None
        if order.document is not None:
            named = await documents.document_card(unit, order.document)
        itself = await hand_overs.holder_itself(unit, order.tenant)
        shown = tuple(_documents(tools.cipher, order.tenant, named, found))
        return PrintedPage(itself.name, shown, len(keys) - len(found))

    return await tools.database.carry_out(work)


def _documents(
    cipher: CodeCipher, holder: UUID, named: DocumentCard | None, licenses: list[OpenLicense]
) -> Iterator[PrintedDocument]:
    """Return the licenses by document, oldest first, those without one of the holder's last."""

    def own(license_: OpenLicense) -> DocumentCard | None:
        return license_.handed_over_by(holder, named)

    def place(license_: OpenLicense) -> tuple[bool, int]:
        document = own(license_)
        return document is None, 0 if document is None else document.number

    for _, group in groupby(sorted(licenses, key=place), key=place):
        together = list(group)
        document = own(together[0])
        codes = tuple(
            PrintedLicense(one.product, cipher.open(one.id, one.cipher, one.key_name))
            for one in together
        )
        if document is None:
            yield PrintedDocument(None, None, None, None, codes)
        else:
            buyer = document.buyer
            yield PrintedDocument(
                document.number, document.created_at, buyer.name, buyer.inn, codes
            )
