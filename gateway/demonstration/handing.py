"""Handing codes over: a partner's staff looked at some, printed some and sent some by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.licenses import LicenseState
from gateway.demonstration.sellers import CTO
from persistence.tables.licenses import licenses
from resolvers.hand_overs import Named, email_licenses
from resolvers.licenses import show_codes
from resolvers.printing import print_licenses

if TYPE_CHECKING:
    from gateway.demonstration.making import World
    from persistence.database import Unit

LOOKED_AT, PRINTED, SENT = 2, 6, 3
BUYER = "buyer@example.com"


async def hand_over(world: World, unit: Unit) -> None:
    """Leave a partner with codes in each state of marks, the earliest printed."""
    found = await unit.connection.scalars(
        select(licenses.c.id)
        .where(
            licenses.c.holder_id == world.tenants[CTO.key],
            licenses.c.state == LicenseState.REVEALED,
        )
        .order_by(licenses.c.id)
        .limit(PRINTED + SENT)
    )
    codes, context = list(found), world.acting(CTO.key)
    await show_codes(context, codes[:LOOKED_AT])
    await print_licenses(context, Named.of(codes[:PRINTED]), None)
    sent = Named.of(codes[PRINTED:])
    await email_licenses(context, "demonstration-letter", {}, sent, BUYER, None)
