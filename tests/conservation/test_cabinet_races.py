"""One e-mail address opens no more cabinets than a sign-in verifies, however many at once."""

from __future__ import annotations

import asyncio

from domain.accounts import MOST_CABINETS
from domain.letters import TicketPurpose
from persistence.accounts import count_cabinets
from tests.client import Gateway
from tests.stories.orders import PROBLEM, order
from tests.world import World

CONFIRMED = PROBLEM + " ... on ConfirmAccountSuccess { login }"
MANY = "many@example.com"


async def test_no_fifth_cabinet_opens_beside_the_fourth(world: World, gateway: Gateway) -> None:
    tickets = []
    for _ in range(2 * MOST_CABINETS):
        user = await world.member(await world.partner(), invited=True)
        await world.readdress(user, MANY)
        tickets.append(await world.ticket(user, TicketPurpose.INVITATION))

    told = await asyncio.gather(
        *(
            order(gateway, None, "confirmAccount", CONFIRMED, ticket=ticket, password="a password")
            for ticket in tickets
        )
    )

    kinds = sorted(answer["__typename"] for answer in told)
    assert kinds == ["ConfirmAccountSuccess"] * MOST_CABINETS + ["TooManyCabinets"] * MOST_CABINETS
    opened = await world.tools.database.carry_out(lambda unit: count_cabinets(unit, MANY))
    assert opened == MOST_CABINETS
