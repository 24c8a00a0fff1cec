"""A session that ends closes what it opened, on every gateway, and nothing more is told."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.access import Right
from persistence.database import Unit
from persistence.tables.accounts import sessions, users
from persistence.tables.tenants import tenants
from resolvers.news import tell_ended
from resolvers.users import block_user, change_user, remove_user
from tests.client import Gateway
from tests.clock import Clock
from tests.subscriptions.serving import SOON, Served
from tests.subscriptions.talking import STOCK, Events, events, socket
from tests.world import Cabinet, World

OVER = (4401, "Unauthorized")
CHANGED = (4403, "Forbidden")


async def ended(stream: Events) -> None:
    assert await stream.take() == ("complete", None)
    assert await stream.take() == ("end", None)


async def test_signing_out_closes_everything_on_every_gateway(
    world: World, gateway: Gateway, served: Served, second: Served, database_url: str
) -> None:
    """Another session of the same user goes on."""
    patient = 15 if "postgresql" in database_url else 1.0
    for one in (served, second):
        one.audience._settings = one.settings.model_copy(update={"keep_alive_seconds": patient})
    partner = await world.partner()
    other = await world.token(partner.admin)
    async with (
        socket(served, partner.token) as here,
        socket(second, partner.token) as there,
        socket(second, other) as staying,
        events(second, partner.token, STOCK) as stream,
    ):
        await there.subscribe(STOCK)
        await staying.subscribe(STOCK)
        await second.follows(3)
        began = time.monotonic()
        await gateway.ask(partner.token, "mutation { signOut { signedOut } }")
        assert await here.closed() == OVER
        assert await there.closed() == OVER
        await ended(stream)
        assert time.monotonic() - began < 2
        await second.follows(1)
        assert served.audience.count("socket") == 0
        await staying.nothing()


async def test_who_signs_out_over_a_socket_is_told_so_before_it_closes(
    world: World, served: Served
) -> None:
    async with socket(served, (await world.partner()).token) as talk:
        await talk.subscribe("mutation { signOut { signedOut } }")
        assert (await talk.next())["data"] == {"signOut": {"signedOut": True}}
        assert await talk.take() == {"id": "1", "type": "complete"}
        assert await talk.closed() == OVER


async def test_time_ends_a_session(world: World, served: Served, clock: Clock) -> None:
    async with (
        socket(served, (await world.partner()).token) as talk,
        events(served, (await world.partner()).token, STOCK) as stream,
    ):
        await served.follows(1)
        clock.turn(timedelta(hours=12, seconds=1))
        assert await talk.closed() == OVER
        await ended(stream)


@pytest.mark.parametrize("what", ["user", "tenant", "session", "right"])
@pytest.mark.parametrize("told", [True, False])
async def test_whatever_ends_or_changes_a_session_closes_what_it_opened(
    world: World, served: Served, second: Served, what: str, told: bool
) -> None:
    """Told or not: not told, it is noticed with the next sign of life."""
    partner, other = await world.partner(), await world.partner()
    async with (
        socket(second, partner.token) as talk,
        events(served, partner.token, STOCK) as stream,
        socket(second, other.token) as staying,
    ):
        await served.follows(1)
        await _end(world, partner, what, told=told)
        assert await talk.closed() == (CHANGED if what == "right" else OVER)
        await ended(stream)
        await staying.nothing()
        await staying.subscribe("{ __typename }")
        await staying.next()


async def _end(world: World, partner: Cabinet, what: str, *, told: bool) -> None:
    now = world.tools.database.clock.now()
    statement = {
        "user": update(users).where(users.c.id == partner.admin).values(blocked_at=now),
        "tenant": update(tenants).where(tenants.c.id == partner.id).values(blocked_at=now),
        "session": update(sessions).where(sessions.c.user_id == partner.admin).values(ended_at=now),
        "right": update(users).where(users.c.id == partner.admin).values(right=Right.MANAGER),
    }[what]

    async def work(unit: Unit) -> None:
        await unit.connection.execute(statement)
        if told:
            tell_ended(unit, partner.id if what == "tenant" else partner.admin)

    await world.tools.database.carry_out(work)


@pytest.mark.parametrize("what", ["block", "remove", "change right", "change name"])
async def test_what_an_admin_does_to_a_colleague_holds_for_what_is_open(
    world: World, served: Served, what: str
) -> None:
    """At once: the signs of life are far apart here."""
    served.audience._settings = served.settings.model_copy(update={"keep_alive_seconds": 60})
    partner = await world.partner()
    token = await world.user(partner, Right.ADMIN)
    actor = await served.engine.identify(token)
    assert actor is not None
    context = world.context(partner)
    async with socket(served, token) as talk, socket(served, partner.token) as staying:
        if what == "block":
            await block_user(context, actor.user)
        elif what == "remove":
            await remove_user(context, actor.user)
        elif what == "change right":
            await change_user(context, actor.user, {"right": Right.MANAGER})
        else:
            await change_user(context, actor.user, {"name": "Другое"})
        if what == "change name":
            await talk.nothing()
        else:
            assert await talk.closed() == (CHANGED if what == "change right" else OVER)
        await staying.nothing()


async def test_nothing_is_told_after_the_end_even_if_nobody_noticed_it(
    world: World, served: Served
) -> None:
    """The caller is identified anew for each piece of news."""
    served.audience._settings = served.settings.model_copy(update={"keep_alive_seconds": 60})
    partner = await world.partner()
    async with socket(served, partner.token) as talk:
        await talk.subscribe(STOCK)
        await served.follows(1)
        await _end(world, partner, "session", told=False)
        product = await world.product()
        await world.issue(product, 5)
        await world.sell(world.licensor, partner, product, 5)
        assert await talk.closed() == OVER
    assert served.audience.told == 0


async def test_a_gateway_that_stops_lets_everybody_go_at_once(world: World, served: Served) -> None:
    partner = await world.partner()
    async with (
        socket(served, partner.token) as talk,
        socket(served, begin=False) as silent,
        events(served, partner.token, STOCK) as stream,
    ):
        await talk.subscribe(STOCK)
        await served.follows(2)
        began = time.monotonic()
        served.drain.begin()
        assert await talk.closed() == (1001, "Going away")
        assert await silent.closed() == (1001, "Going away")
        await ended(stream)
        assert await served.drain.finish(SOON) == 0
        assert time.monotonic() - began < 1
