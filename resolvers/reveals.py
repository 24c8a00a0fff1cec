"""Reveals: documents that open codes for the holder's own use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.documents import BuyerDetails, DocumentKind
from resolvers.documents import once, record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.licenses import Take
    from persistence.database import Unit
    from resolvers.context import Context


async def reveal_to_self(
    context: Context, key: str, order: Mapping[str, object], take: Take, details: BuyerDetails
) -> UUID:
    """Reveal licenses of the caller's stock and return the document's key.

    The typed details are kept on the document and make nobody a holder [001].
    """

    async def work(unit: Unit, document: UUID) -> Mapping[str, object]:
        kind = DocumentKind.REVEAL_TO_SELF
        return await record(unit, document, kind, context.actor, take, details)

    return await once(context, "revealToSelf", key, order, work)
