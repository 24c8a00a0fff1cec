"""What happens elsewhere is told to nobody, by any subscription and over any transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
from graphql import get_named_type

from domain.access import Role
from domain.news import News, Topic
from gateway.audience import Member
from persistence.database import Unit
from schema.news import topic_of
from schema.nodes import node_types
from tests.security.atlas import SIGNED_IN, declared, roots, seen_by, whole
from tests.security.estate import Estate, Viewer
from tests.security.facts import RULES, Facts, dump
from tests.security.walking import objects, selection
from tests.subscriptions.happenings import HAPPENINGS
from tests.subscriptions.serving import Served
from tests.subscriptions.talking import QUIET, events, socket
from tests.world import Cabinet, World

EVERYWHERE = {Role.LICENSOR_SUPPORT}
"""Who hears of every tenant."""


class Ear(Protocol):
    async def take(self) -> Any:
        """Return the next answer."""

    async def nothing(self, seconds: float = QUIET) -> None:
        """Make sure that there is none."""


@asynccontextmanager
async def by_socket(served: Served, token: str, query: str) -> AsyncIterator[Ear]:
    class Heard:
        async def take(self) -> Any:
            return await talk.next()

        async def nothing(self, seconds: float = QUIET) -> None:
            await talk.nothing(seconds)

    async with socket(served, token) as talk:
        await talk.subscribe(query)
        yield Heard()


@asynccontextmanager
async def by_stream(served: Served, token: str, query: str) -> AsyncIterator[Ear]:
    class Heard:
        async def take(self) -> Any:
            return (await stream.take())[1]

        async def nothing(self, seconds: float = QUIET) -> None:
            await stream.nothing(seconds)

    async with events(served, token, query) as stream:
        yield Heard()


TRANSPORTS: dict[str, Callable[[Served, str, str], AbstractAsyncContextManager[Ear]]] = {
    "socket": by_socket,
    "stream": by_stream,
}


def subscriptions(role: Role | None = None) -> dict[str, Any]:
    """Return the subscriptions of a role, or all there are."""
    schema = whole() if role is None else seen_by(role)
    root = dict(roots(schema)).get("subscription")
    return dict(root.fields) if root else {}


def question(role: Role, name: str) -> str:
    """Return a subscription to all that the field shows."""
    schema = seen_by(role)
    kind = get_named_type(subscriptions(role)[name].type)
    return f"subscription {{ {name} {{ {selection(schema, kind, 1)} }} }}"


def topic(name: str) -> Topic:
    root: Any = declared().subscription_type
    return topic_of(root.fields[name])


def test_every_subscription_has_something_that_happens() -> None:
    assert subscriptions().keys() == HAPPENINGS.keys()


def test_every_transport_is_tried() -> None:
    assert {kind.kind for kind in Member.__subclasses__()} == TRANSPORTS.keys()


def test_every_role_but_those_with_nothing_to_wait_for_has_a_subscription() -> None:
    without = {role for role in Role if not subscriptions(role)}
    assert without == {Role.ANONYMOUS, Role.MRC_ADMIN, Role.POS_OUTLET, Role.POS_DEVICE}


@pytest.fixture
async def cast(world: World) -> tuple[Cabinet, list[tuple[Cabinet, Cabinet]]]:
    """A seller, and cabinets nobody of the estate has to do with, each with its own."""
    seller = await world.partner("Чужой")
    return seller, [(seller, world.licensor), (await world.company(seller, "Чужая"), seller)]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_happens_to_others_is_not_told(
    estate: Estate,
    served: Served,
    cast: tuple[Cabinet, list[tuple[Cabinet, Cabinet]]],
    transport: str,
) -> None:
    """And what happens to oneself is: the silence before it says something."""
    world = estate.world
    for role in SIGNED_IN:
        viewer = estate.viewers[role]
        assert viewer.cabinet is not None
        assert viewer.token is not None
        for name in subscriptions(role):
            asked = question(role, name)
            async with TRANSPORTS[transport](served, viewer.token, asked) as ear:
                await served.follows(1)
                await _elsewhere(world, viewer, name, cast[1])
                if role not in EVERYWHERE:
                    await asyncio.sleep(QUIET)
                    assert served.audience.told == 0, (role, name)
                    await _here(world, viewer, name)
                    await _own(await ear.take(), viewer, world)
                else:
                    assert name in (await ear.take())["data"]
            await served.follows(0)
            served.audience.told = 0


async def _elsewhere(
    world: World, viewer: Viewer, name: str, cast: list[tuple[Cabinet, Cabinet]]
) -> None:
    """Let it happen to others."""
    for cabinet, seller in cast:
        if topic(name) is Topic.STOCK and viewer.tenant == world.licensor.id:
            # What the licensor sells is its own news as well: the others' is told alone.
            await _tell(world, News(Topic.STOCK, cabinet.id))
        else:
            await HAPPENINGS[name](world, cabinet, seller)


async def _tell(world: World, *news: News) -> None:
    async def work(unit: Unit) -> None:
        unit.tell(*news)

    await world.tools.database.carry_out(work)


async def _here(world: World, viewer: Viewer, name: str) -> None:
    assert viewer.cabinet is not None
    await _tell(world, News(topic(name), viewer.cabinet.id))


async def _own(answer: Any, viewer: Viewer, world: World) -> None:
    assert "errors" not in answer
    facts = Facts(await dump(world.tools.database))
    for found in objects(answer):
        if found.get("__typename") in RULES:
            prefix, _, digits = found["id"].partition("_")
            kind = node_types()[prefix].__name__
            assert facts.sees(viewer, kind, UUID(hex=digits)), found


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_news_of_what_one_may_not_see_says_nothing(
    estate: Estate, served: Served, transport: str
) -> None:
    """Even if it comes by one's own address: the rows decide, not the news."""
    world = estate.world
    facts = Facts(await dump(world.tools.database))
    for role in SIGNED_IN:
        viewer = estate.viewers[role]
        assert viewer.cabinet is not None
        assert viewer.token is not None
        for name, field in subscriptions(role).items():
            kind = get_named_type(field.type).name
            if kind not in RULES:
                continue
            keys = [key for key in facts.rows(kind) if not facts.sees(viewer, kind, key)]
            assert keys or role in EVERYWHERE
            async with AsyncExitStack() as stack:
                asked = question(role, name)
                ear = await stack.enter_async_context(
                    TRANSPORTS[transport](served, viewer.token, asked)
                )
                await served.follows(1)
                hidden = [News(topic(name), viewer.cabinet.id, key) for key in keys[:60]]
                await _tell(world, *hidden, News(topic(name), viewer.cabinet.id, uuid4()))
                await ear.nothing()
                assert served.audience.told == 0, (role, name)
            await served.follows(0)
