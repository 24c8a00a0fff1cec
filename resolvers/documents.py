"""Documents: the one way a document is written, whatever it does with licenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.documents import DocumentKind
from domain.idempotency import fingerprint, parse_key
from domain.refusals import IdempotencyKeyReused, LicensesNotAvailable, NotFound
from domain.sales import EVENTS, enough, fit, new_holder, takes_revealed
from persistence import documents, idempotency, licenses, products
from persistence.keys import new_key
from resolvers.news import tell_stock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from uuid import UUID

    from domain.access import Actor
    from domain.documents import BuyerDetails
    from domain.licenses import Take
    from persistence.database import Unit
    from resolvers.context import Context


async def once(
    context: Context,
    operation: str,
    key: str,
    order: Mapping[str, object],
    work: Callable[[Unit, UUID], Awaitable[Mapping[str, object] | None]],
) -> UUID:
    """Carry out an order that makes one document, and return the document's key.

    The idempotency key is claimed first. The same key with the same order returns the first
    document without doing the work; with another order it is refused. A refusal rolls the
    claim back and so uses up no key. `work` returns what the audit says of the document.
    """
    parsed, print_, actor = parse_key(key), fingerprint(operation, order), context.actor

    async def carry_out(unit: Unit) -> UUID:
        document = new_key()
        known, result = await idempotency.claim(unit, actor.tenant, parsed, print_, document)
        if known != print_:
            raise IdempotencyKeyReused
        if result == document:
            facts = await work(unit, document)
            await context.stand(unit)
            await context.audit(unit, operation, [(document, actor.tenant)], after=facts)
        elif await documents.is_hidden(unit, actor, result):
            # An API token repeats an order of somebody who sees more products: to it the order
            # names what does not exist, and is refused for that.
            await work(unit, document)
            raise AssertionError(result)
        return result

    return await context.carry_out(carry_out)


async def record(
    unit: Unit,
    document: UUID,
    kind: DocumentKind,
    actor: Actor,
    take: Take,
    buyer: BuyerDetails,
) -> Mapping[str, object]:
    """Write a document and move the licenses it takes: all of them, or a refusal.

    Locks the issuer's counter and then the licenses, in this order. Returns what the audit says
    of the document.
    """
    number = await documents.next_number(unit, actor.tenant)
    revealed_too = takes_revealed(kind, take)
    if take.licenses and kind is not DocumentKind.ISSUE:
        await _check_named(unit, actor, take, revealed_too=revealed_too)
    await documents.add_document(
        unit,
        document,
        kind,
        issuer=actor.tenant,
        user=actor.user,
        number=number,
        quantity=take.quantity,
        buyer=buyer,
    )
    holder = new_holder(buyer)
    taken = await licenses.log_events(
        unit,
        EVENTS[kind],
        document,
        actor=actor,
        take=take,
        revealed_too=revealed_too,
        holder=holder,
        firm=buyer.firm,
    )
    if taken < take.quantity:
        if not await _product_known(unit, actor, take):
            raise NotFound("product")
        # A device may have activated one of them meanwhile: then it is somebody else's.
        await _check_named(unit, actor, take, revealed_too=revealed_too)
    enough(taken, take)
    await documents.add_lines(unit, document, await licenses.quantities(unit, document))
    tell_stock(unit, actor.tenant, *(() if holder is None else (holder,)))
    facts: dict[str, object] = {"number": number, "kind": kind, "quantity": take.quantity}
    return facts if buyer.name is None else {**facts, "buyer": buyer.name}


async def _product_known(unit: Unit, actor: Actor, take: Take) -> bool:
    if take.product is None:
        return True
    return bool(await products.known_products(unit, actor, [take.product]))


async def _check_named(unit: Unit, actor: Actor, take: Take, *, revealed_too: bool) -> None:
    """Refuse licenses named one by one: foreign ones do not exist, others are in no fit state.

    The issuer's counter is locked: between this look and the document nothing changes but by an
    activation.
    """
    held = await licenses.held_among(unit, actor, take.licenses)
    if len(held) < len(take.licenses):
        raise NotFound("licenses")
    unfit = [key for key, state in held.items() if not fit(state, revealed_too=revealed_too)]
    if unfit:
        raise LicensesNotAvailable(sorted(unfit))
