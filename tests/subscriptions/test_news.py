"""News is told if and when its unit is committed, once, and never lost silently."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import event, text

from domain.news import News, Topic
from domain.refusals import NotFound
from persistence.database import Contended, Database, Unit, open_database
from persistence.listening import LONGEST_PAYLOAD, parse, payloads
from persistence.newsroom import Mailbox
from persistence.reader import DatabaseUnavailable
from resolvers.context import Tools
from resolvers.links import approve_link, end_link, reject_link, request_partner_link
from tests.clock import Clock
from tests.subscriptions.serving import SOON, Served
from tests.subscriptions.talking import LINKS, STOCK, socket
from tests.world import World

ONLY_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
TENANT, OTHER = UUID(int=1), UUID(int=2)


class Reader:
    """A subscriber that can wait."""

    def __init__(self, topic: Topic, tenant: UUID | None, most: int = 100) -> None:
        self.woken = asyncio.Event()
        self.mailbox = Mailbox(topic, tenant, self.woken.set, most)

    async def take(self) -> News:
        async with asyncio.timeout(SOON):
            while (news := self.mailbox.take()) is None:
                self.woken.clear()
                await self.woken.wait()
        return news

    async def nothing(self) -> None:
        await asyncio.sleep(0.2)
        assert self.mailbox.take() is None


@pytest.fixture
async def reader(tools: Tools) -> AsyncIterator[Reader]:
    reader = Reader(Topic.LINKS, TENANT)
    await tools.database.newsroom.subscribe(reader.mailbox)
    yield reader
    tools.database.newsroom.leave(reader.mailbox)
    assert tools.database.newsroom.subscribers == 0


async def tell(database: Database, *news: News) -> None:
    async def work(unit: Unit) -> None:
        unit.tell(*news)

    await database.carry_out(work)


async def test_news_is_for_who_waits_for_it(tools: Tools, reader: Reader) -> None:
    keys = [uuid4() for _ in range(3)]
    await tell(tools.database, *(News(Topic.LINKS, TENANT, key) for key in keys))
    assert [(await reader.take()).object for _ in keys] == keys
    await tell(tools.database, News(Topic.LINKS, OTHER, keys[0]), News(Topic.STOCK, TENANT))
    await reader.nothing()


async def test_who_reads_all_tenants_hears_of_a_thing_once(tools: Tools) -> None:
    everywhere = Reader(Topic.LINKS, None)
    await tools.database.newsroom.subscribe(everywhere.mailbox)
    key = uuid4()
    await tell(tools.database, News(Topic.LINKS, TENANT, key), News(Topic.LINKS, OTHER, key))
    assert (await everywhere.take()).object == key
    await everywhere.nothing()


async def test_what_is_not_committed_is_not_told(tools: Tools, reader: Reader) -> None:
    async def refused(unit: Unit) -> None:
        unit.tell(News(Topic.LINKS, TENANT, uuid4()))
        raise NotFound("partner")

    with pytest.raises(NotFound):
        await tools.database.carry_out(refused)
    await reader.nothing()


async def test_what_is_tried_again_is_told_once(tools: Tools, reader: Reader) -> None:
    tries, last = 0, uuid4()

    async def work(unit: Unit) -> None:
        nonlocal tries
        tries += 1
        unit.tell(News(Topic.LINKS, TENANT, uuid4() if tries < 3 else last))
        unit.tell(News(Topic.LINKS, TENANT, last))
        if tries < 3:
            raise Contended

    await tools.database.carry_out(work)
    assert tries == 3
    assert (await reader.take()).object == last
    await reader.nothing()


async def test_too_much_news_becomes_one_to_look_again(tools: Tools) -> None:
    slow = Reader(Topic.LINKS, TENANT, most=5)
    await tools.database.newsroom.subscribe(slow.mailbox)
    for _ in range(40):
        await tell(tools.database, News(Topic.LINKS, TENANT, uuid4()))
    await asyncio.sleep(0.2)
    assert len(slow.mailbox) == 1
    assert (await slow.take()).object is None
    await slow.nothing()
    await tell(tools.database, News(Topic.LINKS, TENANT, TENANT))
    assert (await slow.take()).object == TENANT


@ONLY_POSTGRESQL
async def test_a_unit_with_news_costs_one_statement_more(tools: Tools) -> None:
    seen: list[str] = []
    source: Any = tools.database.newsroom.source
    send = source.send

    async def counting(connection: Any, news: Any) -> None:
        before = len(seen)
        await send(connection, news)
        assert len(seen) - before == bool(news)

    engine = tools.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    source.send = counting
    await tell(tools.database, *(News(Topic.LINKS, TENANT, uuid4()) for _ in range(900)))
    await tell(tools.database)
    assert len([one for one in seen if "pg_notify" in one]) == 1


def test_payloads_are_short_and_say_everything() -> None:
    news = [News(Topic.LINKS, TENANT, uuid4()) for _ in range(1000)]
    told = list(payloads([*news, News(Topic.STOCK, OTHER)][1:]))
    assert all(len(payload) <= LONGEST_PAYLOAD for payload in told)
    assert [piece for payload in told for piece in parse(payload)] == [
        *news[1:],
        News(Topic.STOCK, OTHER),
    ]
    (crowd,) = payloads([*news, News(Topic.STOCK, OTHER)])
    assert list(parse(crowd)) == [News(Topic.LINKS, TENANT), News(Topic.STOCK, OTHER)]


@pytest.mark.parametrize(
    "payload", ["", "x", "LINKS", "LINKS:x:", f"NEWER:{TENANT.hex}:", "a:b:c:d", "LINKS::", ",,"]
)
def test_what_nobody_understands_is_left_out(payload: str) -> None:
    known = News(Topic.LINKS, TENANT)
    assert list(parse(payload)) == []
    assert list(parse(f"{payload},LINKS:{TENANT.hex}:")) == [known]


@ONLY_POSTGRESQL
async def test_a_lost_connection_is_opened_again_and_everybody_looks_again(
    world: World, served: Served, second: Served
) -> None:
    """What was told while nobody heard is not lost silently."""
    partner, asked = await world.partner(), await world.partner()
    company = await world.company(partner)
    async with socket(second, asked.token) as talk, socket(second, partner.token) as stock:
        await talk.subscribe(LINKS)
        await stock.subscribe(STOCK)
        await second.follows(2)
        assert await cut(world) >= 1
        key = await request_partner_link(world.context(company), asked.id)
        # Whether it was heard or not: he was told to look, or of the request itself, or both.
        told = [(await talk.next())["data"]["linkRequestChanged"]]
        if told[0] is not None:
            told.append((await talk.next())["data"]["linkRequestChanged"])
        assert None in told
        assert (await stock.next())["data"] == {"stockChanged": []}
        await reject_link(world.context(asked), key)
        while (answer := (await talk.next())["data"]["linkRequestChanged"]) is None or (
            answer["state"] != "REJECTED"
        ):
            pass
        await talk.nothing()


async def cut(world: World) -> int:
    """End the connections that listen; return how many."""

    async def work(unit: Unit) -> int:
        ended = await unit.connection.scalars(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'gateway news' AND datname = current_database()"
            )
        )
        return len(list(ended))

    return await world.tools.database.carry_out(work)


@ONLY_POSTGRESQL
async def test_nobody_is_let_in_while_nothing_is_heard(
    world: World, database_url: str, clock: Clock
) -> None:
    database = await open_database(database_url, clock)
    source: Any = database.newsroom.source
    connect, source._patience = source._connect, 0.2

    async def refuse() -> None:
        raise asyncpg.CannotConnectNowError("not now")

    source._connect = refuse
    reader = Reader(Topic.LINKS, TENANT)
    with pytest.raises(DatabaseUnavailable):
        await database.newsroom.subscribe(reader.mailbox)
    assert database.newsroom.subscribers == 0
    source._connect, source._patience = connect, SOON
    await database.newsroom.subscribe(reader.mailbox)
    await tell(world.tools.database, News(Topic.LINKS, TENANT, TENANT))
    assert (await reader.take()).object == TENANT
    await database.close()


@ONLY_POSTGRESQL
async def test_what_happens_at_one_gateway_is_told_at_the_other(
    world: World, served: Served, second: Served
) -> None:
    former, asked = await world.partner(), await world.partner()
    company = await world.company(former)
    async with (
        socket(served, asked.token) as here,
        socket(second, asked.token) as there,
        socket(second, former.token) as losing,
    ):
        for talk in (here, there, losing):
            await talk.subscribe(LINKS)
        await second.follows(2)
        await served.follows(1)
        query = """mutation ($in: RequestPartnerLinkInput!) {
          requestPartnerLink(input: $in) { __typename } }"""
        async with socket(served, company.token) as asking:
            await asking.subscribe(query, variables={"in": {"partner": asked.node()}})
            assert (await asking.next())["data"]["requestPartnerLink"]["__typename"] == (
                "LinkRequestSuccess"
            )
        for talk in (here, there):
            told = (await talk.next())["data"]["linkRequestChanged"]
            assert told["state"] == "PENDING"
        key = UUID(hex=told["id"].partition("_")[2])
        await approve_link(world.context(asked), key)
        assert (await there.next())["data"]["linkRequestChanged"]["state"] == "APPROVED"
        assert (await losing.next())["data"] == {"linkRequestChanged": None}
        await end_link(world.context(asked), company.id)
        assert (await there.next())["data"] == {"linkRequestChanged": None}
        await losing.nothing()
