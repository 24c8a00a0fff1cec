"""What happened is told to those whom it concerns, on whatever gateway they listen."""

from __future__ import annotations

from resolvers.links import (
    approve_link,
    request_partner_link,
)
from tests.subscriptions.serving import Served
from tests.subscriptions.talking import LINKS, events, socket
from tests.world import World


async def test_both_sides_hear_of_a_request_and_of_its_decision(
    world: World, served: Served
) -> None:
    former, asked = await world.partner(), await world.partner()
    company = await world.company(former)
    async with (
        socket(served, company.token) as asking,
        socket(served, asked.token) as deciding,
        events(served, former.token, LINKS) as losing,
    ):
        await asking.subscribe(LINKS)
        await deciding.subscribe(LINKS)
        await served.follows(3)

        key = await request_partner_link(world.context(company), asked.id)
        pending = {"linkRequestChanged": {"id": f"linkrequest_{key.hex}", "state": "PENDING"}}
        for talk in (asking, deciding):
            answer = await talk.next()
            assert answer["data"] == pending
            assert answer["extensions"]["cost"]["requested"] == 3
        await approve_link(world.context(asked), key)
        for talk in (asking, deciding):
            answer = await talk.next()
            assert answer["data"]["linkRequestChanged"]["state"] == "APPROVED"

        # The former partner is no side of the request, but his links have changed.
        assert (await losing.take()) == (
            "next",
            {
                "data": {"linkRequestChanged": None},
                "extensions": {"cost": {"requested": 3, "limit": 50000}},
            },
        )
        await losing.nothing()
