"""Races with the end of a link: whoever waited for the old link must see what came of it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.links import LinkEnd
from persistence import links
from persistence.tables.links import link_requests
from tests.conservation.clients import at_once, order
from tests.conservation.holding import held_open, waiting
from tests.conservation.profiles import rounds
from tests.conservation.test_link_races import asked
from tests.conservation.verifying import verified

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

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


def request_locked(world: World, request: str) -> AbstractAsyncContextManager[None]:
    """Let nobody write to the request, so that all who decide it have read it before."""
    key = UUID(hex=request.removeprefix("linkrequest_"))

    async def lock(unit: Unit) -> None:
        statement = select(link_requests.c.id).where(link_requests.c.id == key)
        await unit.connection.execute(statement.with_for_update())

    return beside(world, lock)


def request_begun(
    world: World, company: Cabinet, partner: Cabinet
) -> AbstractAsyncContextManager[None]:
    """Begin a request that comes to nothing, so that all who make one have looked before."""

    async def begin(unit: Unit) -> None:
        expires_at = unit.now + timedelta(days=1)
        await links.add_request(unit, company.id, partner.id, expires_at)

    return beside(world, begin)


def beside(
    world: World, work: Callable[[Unit], Awaitable[None]]
) -> AbstractAsyncContextManager[None]:
    """Hold more work open beside other work: SQLite has one writer, and no such races."""
    if world.tools.database.engine.dialect.name == "sqlite":
        return nullcontext()
    return held_open(world.tools.database, work, roll_back=True)


@pytest.mark.parametrize("decision", ["approveLink", "rejectLink"])
async def test_a_decision_that_waited_for_the_end_and_a_later_one_do_not_both_win(
    world: World,
    gateway: Gateway,
    other_gateway: Gateway,
    old: Cabinet,
    new: Cabinet,
    *,
    decision: str,
) -> None:
    for _ in range(rounds(2, 20)):
        company = await world.company(old)
        request = await asked(gateway, company, new)
        async with request_locked(world, request):
            async with ending(world, company, old):
                early = await waiting(order(gateway.http, new, decision, request=request))
            later = await waiting(
                order(other_gateway.http, company, "cancelLinkRequest", request=request)
            )
        done, told = await at_once(*early, *later)
        assert (len(done), told.names) == (1, {"AlreadyDecided"})
    await verified(world.tools)


async def test_a_request_that_waited_for_the_end_and_a_later_one_do_not_both_wait(
    world: World, gateway: Gateway, other_gateway: Gateway, old: Cabinet, new: Cabinet
) -> None:
    for _ in range(rounds(2, 20)):
        company, asking = await world.company(old), {"partner": new.node()}
        async with request_begun(world, company, new):
            async with ending(world, company, old):
                early = await waiting(order(gateway.http, company, "requestPartnerLink", **asking))
            later = await waiting(
                order(other_gateway.http, company, "requestPartnerLink", **asking)
            )
        made, refused = await at_once(*early, *later)
        assert (len(made), refused.names) == (1, {"LinkRequestPending"})
    await verified(world.tools)


async def test_a_request_that_waited_for_the_end_knows_the_partner_of_now(
    world: World, gateway: Gateway, old: Cabinet
) -> None:
    company = await world.company(old)
    async with ending(world, company, old):
        asking = await waiting(
            order(gateway.http, company, "requestPartnerLink", partner=world.licensor.node())
        )
    made, refused = await at_once(*asking)
    assert (len(made), refused.names) == (0, {"AlreadyLinked"})
