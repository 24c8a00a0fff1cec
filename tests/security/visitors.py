"""Somebody of every role, to ask what his role may and may not."""

from __future__ import annotations

from domain.access import Right, Role
from tests.world import World


async def visitors(world: World) -> dict[Role, str | None]:
    """Return a token for each role; the anonymous one has none."""
    partner = await world.partner()
    company = await world.company(partner)
    mrc = await world.mrc()
    return {
        Role.ANONYMOUS: None,
        Role.LICENSOR_ADMIN: world.licensor.token,
        Role.LICENSOR_MANAGER: await world.user(world.licensor, Right.MANAGER),
        Role.LICENSOR_SUPPORT: await world.user(world.licensor, Right.SUPPORT),
        Role.PARTNER_ADMIN: partner.token,
        Role.PARTNER_MANAGER: await world.user(partner, Right.MANAGER),
        Role.COMPANY_ADMIN: company.token,
        Role.COMPANY_MANAGER: await world.user(company, Right.MANAGER),
        Role.MRC_ADMIN: mrc.token,
    }
