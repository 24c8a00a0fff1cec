"""Carrying orders out through the use cases, and reading what came of them by SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from domain.documents import BuyerDetails
from domain.licenses import Take
from domain.refusals import Refusal
from persistence.tables.documents import documents
from persistence.tables.licenses import license_events
from resolvers.activation import activate_license, deactivate_license, release_license
from resolvers.licenses import issue_licenses
from resolvers.links import (
    approve_link,
    cancel_link_request,
    end_link,
    reject_link,
    request_partner_link,
)
from resolvers.reveals import reveal_to_self
from resolvers.sales import Destination, ToFirm, ToPartner, ToUnregistered, sell_licenses
from tests.conservation.orders import (
    AnyPartner,
    Approve,
    Ask,
    Documented,
    Enter,
    FirmOf,
    Issue,
    Linked,
    Oldest,
    Order,
    Outcome,
    Part,
    Placed,
    Refused,
    Reject,
    Release,
    Reveal,
    Sell,
    Taking,
    Written,
)
from tests.pos import code_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.access import Actor
    from persistence.database import Database, Unit
    from resolvers.context import Context
    from tests.pos import Device
    from tests.world import Cabinet, World

FACTS = {
    "requested",
    "available",
    "field",
    "licenses",
    "pending_request",
    "decision",
    "device_name",
}
OUTSIDER = BuyerDetails(name="ИП Прохожий", inn="7707083893")


async def carry_out(
    world: World,
    cabinets: Mapping[UUID, Cabinet],
    order: Order,
    devices: Mapping[UUID, Device] | None = None,
    programs: Mapping[UUID, Actor] | None = None,
) -> Outcome:
    context = world.context(cabinets[order.by])
    if isinstance(order, Sell | Reveal) and order.only is not None:
        context = world.acting((programs or {})[order.by])
    try:
        if isinstance(order, Enter):
            return Placed(await _enter(world, (devices or {})[order.device], order))
        if isinstance(order, Release):
            await release_license(context, order.license, "Сломалось")
            return Placed(order.license)
        if isinstance(order, Issue | Sell | Reveal):
            document = await _write(context, order)
            return await written(world.tools.database, document)
        return Linked(await _link(context, order))
    except Refusal as refusal:
        facts = {name: value for name, value in vars(refusal).items() if name in FACTS}
        if "licenses" in facts:
            facts["licenses"] = tuple(facts["licenses"])
        return Refused.because(type(refusal).__name__, **facts)


async def _enter(world: World, device: Device, order: Enter) -> UUID:
    enter = deactivate_license if order.off else activate_license
    return await enter(device.context(world), await code_of(world, order.license))


async def _write(context: Context, order: Documented) -> UUID:
    plain: dict[str, object] = {"order": repr(order)}
    if isinstance(order, Issue):
        return await issue_licenses(context, order.key, plain, take_of(order.take))
    if isinstance(order, Reveal):
        return await reveal_to_self(context, order.key, plain, take_of(order.take), BuyerDetails())
    return await sell_licenses(
        context, order.key, plain, destination_of(order), take_of(order.take)
    )


def take_of(take: Taking) -> Take:
    if isinstance(take, Oldest):
        return Take.oldest(take.product, take.quantity)
    return Take.exactly(list(take.licenses))


def destination_of(order: Sell) -> Destination:
    if isinstance(order.buyer, AnyPartner):
        return ToPartner(order.buyer.id)
    if isinstance(order.buyer, FirmOf):
        return ToFirm(order.buyer.id)
    return ToUnregistered(OUTSIDER)


async def _link(context: Context, order: Any) -> UUID | None:
    if isinstance(order, Ask):
        return await request_partner_link(context, order.partner)
    if isinstance(order, Part):
        await end_link(context, order.company)
        return None
    if isinstance(order, Approve):
        return await approve_link(context, order.request)
    close = reject_link if isinstance(order, Reject) else cancel_link_request
    return await close(context, order.request)


async def written(database: Database, document: UUID) -> Written:
    async def work(unit: Unit) -> Written:
        row = (
            await unit.connection.execute(select(documents).where(documents.c.id == document))
        ).one()
        taken = await unit.connection.scalars(
            select(license_events.c.license_id).where(license_events.c.document_id == document)
        )
        return Written(document, row.number, row.kind.value, row.buyer_id, frozenset(taken))

    return await database.carry_out(work)
