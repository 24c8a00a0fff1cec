"""Links of every kind of past: approved, ended, rejected, withdrawn and waiting requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import Right
from gateway.demonstration.sellers import CTO, NEVA, OB
from resolvers.links import (
    approve_link,
    cancel_link_request,
    end_link,
    reject_link,
    request_partner_link,
)

if TYPE_CHECKING:
    from uuid import UUID

    from gateway.demonstration.making import World

MOVED = {"yolochka": CTO.key, "volga": NEVA.key}
REJECTED = {"crab": CTO.key, "garden": OB.key}
WITHDRAWN = {"fish": NEVA.key}
WAITING = {"garden": CTO.key, "svetlyachok": NEVA.key, "amber": OB.key}
ENDED = {"pier": NEVA.key}


async def _request(world: World, company: str, partner: str) -> UUID:
    return await request_partner_link(world.acting(company), world.tenants[partner])


async def change_links(world: World) -> None:
    """Let companies ask for other partners, and partners and companies decide."""
    for company, partner in MOVED.items():
        request = await _request(world, company, partner)
        await approve_link(world.acting(partner), request)
    for company, partner in REJECTED.items():
        request = await _request(world, company, partner)
        await reject_link(world.acting(partner, Right.MANAGER), request)
    for company, partner in WITHDRAWN.items():
        request = await _request(world, company, partner)
        await cancel_link_request(world.acting(company), request)
    for company, partner in ENDED.items():
        await end_link(world.acting(partner), world.tenants[company])
    for company, partner in WAITING.items():
        await _request(world, company, partner)
