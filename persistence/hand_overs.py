"""Hand-overs: the licenses whose codes leave, locked, their marks, and what orders answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from domain.licenses import MOST_EXPLICIT_LICENSES, LicenseState
from domain.showings import Recipient, ShowingKind, itself
from persistence.dialects import among_keys
from persistence.documents import card_of
from persistence.tables.documents import documents, products
from persistence.tables.licenses import license_events, licenses
from persistence.tables.showings import hand_overs
from persistence.tables.tenants import tenants

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from domain.documents import DocumentCard
    from persistence.database import Unit


@dataclass(frozen=True, slots=True)
class OpenLicense:
    """A license whose code its holder may show: the code as stored, and what it belongs to.

    `document` is the last one that moved or revealed it, whoever wrote that.
    """

    id: UUID
    product: str
    cipher: bytes
    key_name: str
    document: DocumentCard | None

    def handed_over_by(self, holder: UUID, named: DocumentCard | None) -> DocumentCard | None:
        """Return the document that the code is handed over by, if the holder wrote it.

        That is the one `named`, else its own. Of somebody else's document the holder is the
        buyer at most: what it says of the buyer is no recipient of his.
        """
        document = named or self.document
        return document if document is not None and document.issuer == holder else None


async def lock_open_of_document(unit: Unit, holder: UUID, document: UUID) -> list[UUID]:
    """Lock what the tenant holds revealed of a document's licenses; return their keys.

    One more than a hand-over takes is enough to refuse it.
    """
    taken = select(license_events.c.license_id).where(license_events.c.document_id == document)
    found = await unit.connection.scalars(
        select(licenses.c.id)
        .where(
            licenses.c.id.in_(taken),
            licenses.c.holder_id == holder,
            licenses.c.state == LicenseState.REVEALED,
        )
        .order_by(licenses.c.id)
        .limit(MOST_EXPLICIT_LICENSES + 1)
        .with_for_update()
    )
    return list(found)


async def lock_held(unit: Unit, holder: UUID, keys: Iterable[UUID]) -> dict[UUID, LicenseState]:
    """Lock those of the licenses that the tenant holds; return how they stand."""
    rows = await unit.connection.execute(
        select(licenses.c.id, licenses.c.state)
        .where(licenses.c.holder_id == holder, among_keys(licenses.c.id, "ids"))
        .order_by(licenses.c.id)
        .with_for_update(),
        {"ids": list(keys)},
    )
    return {row.id: row.state for row in rows}


async def open_licenses(unit: Unit, holder: UUID, keys: Iterable[UUID]) -> list[OpenLicense]:
    """Return those of the licenses that the tenant holds revealed, in the order of their keys."""
    rows = await unit.connection.execute(
        select(
            licenses.c.id.label("license"),
            licenses.c.code_cipher,
            licenses.c.code_key,
            products.c.name.label("product"),
            documents,
        )
        .join_from(licenses, products, products.c.id == licenses.c.product_id)
        .outerjoin(documents, documents.c.id == licenses.c.document_id)
        .where(
            licenses.c.holder_id == holder,
            licenses.c.state == LicenseState.REVEALED,
            among_keys(licenses.c.id, "ids"),
        )
        .order_by(licenses.c.id),
        {"ids": list(keys)},
    )
    return [
        OpenLicense(
            id=row.license,
            product=row.product,
            cipher=row.code_cipher,
            key_name=row.code_key,
            document=None if row.id is None else card_of(row),
        )
        for row in rows
    ]


async def holder_itself(unit: Unit, holder: UUID) -> Recipient:
    """Return a cabinet as the recipient of its own codes."""
    name = await unit.connection.scalar(select(tenants.c.name).where(tenants.c.id == holder))
    if name is None:
        raise LookupError(holder)
    return itself(holder, name)


async def mark(unit: Unit, kind: ShowingKind, keys: Iterable[UUID], user: UUID) -> None:
    """Mark licenses as printed or sent just now; the latest time counts [ruling]."""
    values = (
        {licenses.c.printed_at: unit.now, licenses.c.printed_by: user}
        if kind is ShowingKind.PRINTED
        else {licenses.c.sent_at: unit.now, licenses.c.sent_by: user}
    )
    await unit.connection.execute(
        update(licenses).where(among_keys(licenses.c.id, "ids")).values(values),
        {"ids": list(keys)},
    )


@dataclass(frozen=True, slots=True)
class HandOverAnswer:
    """What a hand-over answered: to whom, how many codes, and how many were left out."""

    recipient: str
    quantity: int
    left_out: int


async def add_answer(unit: Unit, key: UUID, tenant: UUID, answer: HandOverAnswer) -> None:
    """Keep the answer of an order, for whoever repeats it under its key."""
    await unit.connection.execute(
        insert(hand_overs).values(
            id=key,
            tenant_id=tenant,
            recipient=answer.recipient,
            quantity=answer.quantity,
            left_out=answer.left_out,
        )
    )


async def find_answer(unit: Unit, key: UUID, tenant: UUID) -> HandOverAnswer | None:
    """Return what an order of the tenant answered; `None` when it was another kind of order."""
    row = (
        await unit.connection.execute(
            select(hand_overs).where(hand_overs.c.id == key, hand_overs.c.tenant_id == tenant)
        )
    ).one_or_none()
    if row is None:
        return None
    return HandOverAnswer(row.recipient, row.quantity, row.left_out)
