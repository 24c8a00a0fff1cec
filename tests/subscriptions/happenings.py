"""For each subscription, something that happens to a cabinet and that it is told of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from domain.documents import BuyerDetails
from domain.licenses import Take
from resolvers.activation import activate_license
from resolvers.links import cancel_link_request, request_partner_link
from resolvers.reveals import reveal_to_self
from tests.pos import code_of, device_of
from tests.world import Cabinet, World

Happening = Callable[[World, Cabinet, Cabinet], Awaitable[None]]


async def ask(world: World, cabinet: Cabinet, seller: Cabinet) -> None:
    """A company asks the cabinet for a link, or the cabinet asks a partner; it is withdrawn."""
    company, partner = cabinet, await world.partner()
    if cabinet.firm is None:
        company, partner = await world.company(partner), cabinet
    key = await request_partner_link(world.context(company), partner.id)
    await cancel_link_request(world.context(company), key)


async def gain(world: World, cabinet: Cabinet, seller: Cabinet) -> None:
    """The cabinet gets a license: issued, or sold by its seller."""
    product = await world.product()
    await world.issue(product, 1)
    if cabinet.id == world.licensor.id:
        return
    if seller.id != world.licensor.id:
        await world.sell(world.licensor, seller, product, 1)
    await world.sell(seller, cabinet, product, 1)


async def activate(world: World, cabinet: Cabinet, seller: Cabinet) -> None:
    """A license is activated on a device of the cabinet, or of a company of its."""
    company = cabinet
    if cabinet.firm is None:
        company, seller = await world.company(cabinet), cabinet
    await gain(world, company, seller)
    take = Take.exactly([(await world.held(company))[-1]])
    await reveal_to_self(world.context(company), world.key(), {}, take, BuyerDetails())
    device = await device_of(world, company)
    await activate_license(device.context(world), await code_of(world, take.licenses[0]))


HAPPENINGS: dict[str, Happening] = {
    "linkRequestChanged": ask,
    "stockChanged": gain,
    "licenseActivated": activate,
}
