"""Licenses: issuing them, and showing the codes of revealed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.documents import BuyerDetails, DocumentKind
from domain.licenses import Take, new_code
from domain.refusals import CodesNotShown, NotFound
from domain.showings import ShowingKind
from persistence import licenses, products, showings
from persistence.keys import new_key
from resolvers.documents import once, record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.ports import SealedCode
    from persistence.database import Unit
    from resolvers.context import Context


async def issue_licenses(
    context: Context, key: str, order: Mapping[str, object], take: Take
) -> UUID:
    """Create licenses in the licensor's stock and return the document's key."""
    product = take.product
    if product is None:
        raise NotFound("product")

    async def work(unit: Unit, document: UUID) -> Mapping[str, object]:
        if not await products.known_products(unit, context.actor, [product]):
            raise NotFound("product")
        fresh = await _fresh_codes(context, unit, take.quantity)
        await licenses.add_licenses(unit, product, context.actor.tenant, fresh)
        issued = Take(quantity=take.quantity, licenses=tuple(sorted(key for key, _, _ in fresh)))
        return await record(
            unit, document, DocumentKind.ISSUE, context.actor, issued, BuyerDetails()
        )

    return await once(context, "issueLicenses", key, order, work)


async def _fresh_codes(
    context: Context, unit: Unit, quantity: int
) -> list[tuple[UUID, str, SealedCode]]:
    """Return new codes that no license has yet, under any key of the cipher."""
    cipher = context.tools.cipher
    fresh: dict[bytes, tuple[UUID, str, SealedCode]] = {}
    while len(fresh) < quantity:
        batch = {}
        for _ in range(quantity - len(fresh)):
            key, code = new_key(), new_code()
            batch[code] = (key, code, cipher.seal(key, code))
        lookups = {code: cipher.lookups(code) for code in batch}
        known = await licenses.known_codes(
            unit, [lookup for named in lookups.values() for lookup in named.values()]
        )
        for code, sealed in batch.items():
            if known.isdisjoint(lookups[code].values()):
                fresh.setdefault(sealed[2].lookup, sealed)
    return list(fresh.values())


async def show_codes(context: Context, keys: list[UUID]) -> list[tuple[UUID, str]]:
    """Return the codes of revealed licenses the caller holds; every one shown is audited."""
    wanted = Take.exactly(keys).licenses
    actor = context.actor

    async def work(unit: Unit) -> list[tuple[UUID, str]]:
        held = await licenses.held_among(unit, actor, wanted)
        if len(held) < len(wanted):
            raise NotFound("licenses")
        sealed = [key for key, standing in held.items() if not standing.revealed]
        if sealed:
            raise CodesNotShown(sorted(sealed))
        ciphers = await licenses.open_codes(unit, actor, wanted)
        if len(ciphers) < len(wanted):
            # A device has activated one of them since: it is somebody else's.
            raise NotFound("licenses")
        await showings.add_showings(unit, actor, ShowingKind.SHOWN, wanted)
        await context.stand(unit)
        await context.audit(unit, "showCodes", [(key, actor.tenant) for key in wanted])
        return [
            (key, context.tools.cipher.open(key, cipher, name)) for key, cipher, name in ciphers
        ]

    return await context.carry_out(work)
