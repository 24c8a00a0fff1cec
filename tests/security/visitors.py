"""Somebody of every role, to ask what his role may and may not."""

from __future__ import annotations

from domain.access import Right, Role
from tests.kits import KITS, Who
from tests.pos import device_of
from tests.world import World


async def visitors(world: World) -> dict[Who, str | None]:
    """Return a token for each role and kit; the anonymous one has none."""
    partner = await world.partner()
    company = await world.company(partner)
    mrc = await world.mrc()
    product = await world.product()
    cabinets = {Role.PARTNER_ADMIN: partner, Role.COMPANY_ADMIN: company}
    kits: dict[Who, str | None] = {
        kit: await world.api_token(
            cabinets[kit.role], *kit.scopes, products=[product] if kit.limited else None
        )
        for kit in KITS
    }
    device = await device_of(world, company)
    return {
        **kits,
        Role.ANONYMOUS: None,
        Role.LICENSOR_ADMIN: world.licensor.token,
        Role.LICENSOR_MANAGER: await world.user(world.licensor, Right.MANAGER),
        Role.LICENSOR_SUPPORT: await world.user(world.licensor, Right.SUPPORT),
        Role.PARTNER_ADMIN: partner.token,
        Role.PARTNER_MANAGER: await world.user(partner, Right.MANAGER),
        Role.COMPANY_ADMIN: company.token,
        Role.COMPANY_MANAGER: await world.user(company, Right.MANAGER),
        Role.MRC_ADMIN: mrc.token,
        Role.POS_OUTLET: device.outlet.sync_key,
        Role.POS_DEVICE: device.token,
    }
