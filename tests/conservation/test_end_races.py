"""Races with the end of a link: whoever waited for the old link must see what came of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from domain.links import LinkEnd
from persistence import links
from persistence.tables.links import partner_links
from tests.conservation.clients import at_once, order
from tests.conservation.holding import held_open, waiting
from tests.conservation.profiles import rounds
from tests.conservation.test_link_races import asked, decisions
from tests.conservation.verifying import verified

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from persistence.database import Unit
    from tests.client import Gateway
    from tests.world import Cabinet, World


@pytest.fixture
async def old(world: World) -> Cabinet:
    return await world.partner()


@pytest.fixture
async def new(world: World) -> Cabinet:
    return await world.partner()


def ending(world: World, company: Cabinet, old: Cabinet) -> AbstractAsyncContextManager[None]:
    """Hold the end of a link by the old partner open."""

    async def end(unit: Unit) -> None:
        assert await links.lock_link(unit, company.id, old.id) is not None
        await links.relink(unit, company.id, world.licensor.id, LinkEnd.ENDED_BY_PARTNER)

    return held_open(world.tools.database, end)


async def test_of_decisions_that_waited_for_the_end_one_wins(
    world: World, gateway: Gateway, other_gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    for _ in range(rounds(3, 50)):
        company = await world.company(old)
        request = await asked(gateway, company, new)
        async with ending(world, company, old):
            (deciding,) = await waiting(
                decisions((gateway, other_gateway), company, new, request)
            )
        won, told = await asyncio.wait_for(deciding, 20)
        assert len(won) == 1
        assert told == won * 2
    await verified(world.tools)


async def test_of_requests_that_waited_for_the_end_one_is_pending(
    world: World, gateway: Gateway, other_gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    for _ in range(rounds(3, 50)):
        company = await world.company(old)
        async with ending(world, company, old):
            asking = await waiting(
                *(
                    order(here.http, company, "requestPartnerLink", partner=new.node())
                    for here in (gateway, other_gateway, gateway, other_gateway)
                )
            )
        made, refused = await at_once(*asking)
        assert (len(made), len(refused), refused.names) == (1, 3, {"LinkRequestPending"})
    await verified(world.tools)


async def test_a_request_that_waited_for_the_end_knows_the_partner_of_now(
    world: World, gateway: Gateway, old: Cabinet
) -> None:
    company = await world.company(old)
    async with ending(world, company, old):
        asking = await waiting(
            order(
                gateway.http, company, "requestPartnerLink", partner=world.licensor.node()
            )
        )
    made, refused = await at_once(*asking)
    assert (len(made), refused.names) == (0, {"AlreadyLinked"})


async def test_a_link_that_began_while_its_successor_waited_ends_after_it_began(
    world: World, gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    company = await world.company(old)
    request = await asked(gateway, company, new)
    async with ending(world, company, old):
        approving = await waiting(order(gateway.http, new, "approveLink", request=request))
    await at_once(*approving)
    ended = await world.rows(
        select(partner_links.c.id).where(partner_links.c.ended_at < partner_links.c.started_at)
    )
    assert ended == []
