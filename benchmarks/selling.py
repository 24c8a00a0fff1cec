"""`sellLicenses` beside one hand-written transaction, and what selling much takes of memory."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg

from benchmarks import servers
from benchmarks.handwritten_sale import sell
from benchmarks.measuring import Spread
from benchmarks.tables import heading, number, paragraph, spread, table
from benchmarks.talking import Talk
from benchmarks.world import COMPANIES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from benchmarks.bench import Bench, Stock
    from benchmarks.servers import Server

SELL = """mutation Sell($key: String!, $firm: ID!, $product: ID!, $quantity: Int!) {
  sellLicenses(input: {idempotencyKey: $key, buyer: {firm: $firm},
                       take: {quantity: {product: $product, quantity: $quantity}}}) {
    __typename ... on DocumentSuccess { document { id number quantity } } } }"""
REPEATED = {1: 30, 100: 10, 10_000: 1}
"""How many sales of a quantity make one measurement, their median."""
WAYS = ("gateway", "hand-written")
ROUNDS = 7
ONES = 20
"""How many sales of one license tell what selling costs at a moment."""
SOLD = "SELECT sum(quantity) FROM documents WHERE user_id = $1 AND number > $2"
"""What was sold since the stock was filled."""
GREAT, GREAT_SALES = 10_000, 10
SHARE = 0.5
"""At least this share of a stock are sealed licenses of the product that is sold."""
MEGABYTE = 2**20


def report(bench: Bench) -> None:
    """Print times and ratios, then memory, then whether selling much makes selling dearer."""
    count = bench.options.rounds or ROUNDS
    a_round = sum(quantity * times for quantity, times in REPEATED.items())
    needed = int((2 * (count + 1) * a_round + GREAT * GREAT_SALES) / SHARE)
    stock = bench.stock(needed, purpose="selling")
    bench.say("selling …")
    with bench.running(servers.gateway(stock.url)) as [server]:
        fresh = asyncio.run(_report(server, stock, count))
    # New connections know nothing yet of the statements that were run before.
    with bench.running(servers.gateway(stock.url)) as [server]:
        asyncio.run(_report_later(server, stock, fresh))


async def _report(server: Server, stock: Stock, count: int) -> dict[str, float]:
    """Return the milliseconds of the sale of one license while the stock was fresh."""
    async with _connected(stock) as connection, Talk(server.port, stock.world.token) as talk:
        fresh = await _one(talk, connection, stock)
        _print(await _times(talk, connection, stock, count), count, stock)
        await _print_memory(talk, server, stock)
    return fresh


async def _report_later(server: Server, stock: Stock, fresh: dict[str, float]) -> None:
    async with _connected(stock) as connection, Talk(server.port, stock.world.token) as talk:
        later = await _one(talk, connection, stock)
        sold = await connection.fetchval(SOLD, stock.world.user, COMPANIES + 2)
    paragraph(f"The sale of one license, before and after {sold:,} licenses were sold:")
    columns = ("seller", "fresh stock, ms", "later, ms", "× fresh")
    rows = [(way, fresh[way], later[way], later[way] / fresh[way]) for way in WAYS]
    table(columns, [(way, *map(number, figures)) for way, *figures in rows])


@asynccontextmanager
async def _connected(stock: Stock) -> AsyncIterator[asyncpg.Connection[Any]]:
    # Else PostgreSQL takes the oldest licenses for the likeliest to be in stock, and reads through
    # all that were sold before.
    generic = {"plan_cache_mode": "force_generic_plan"}
    connection = await asyncpg.connect(stock.url, server_settings=generic)
    try:
        yield connection
    finally:
        await connection.close()


async def _one(talk: Talk, connection: asyncpg.Connection[Any], stock: Stock) -> dict[str, float]:
    """Return the milliseconds of the sale of one license, either way."""
    found = {}
    for way in WAYS:
        measured = [await _timed(way, talk, connection, stock, 1) for _ in range(ONES)]
        found[way] = statistics.median(measured)
    return found


async def _timed(
    way: str, talk: Talk, connection: asyncpg.Connection[Any], stock: Stock, quantity: int
) -> float:
    """Return the milliseconds of one sale."""
    began = time.perf_counter()
    if way == "gateway":
        await _sell(talk, stock, quantity)
    else:
        firm = stock.world.companies[0].firm
        await sell(connection, stock.world, firm, quantity, uuid4().hex)
    return (time.perf_counter() - began) * 1e3


async def _times(
    talk: Talk, connection: asyncpg.Connection[Any], stock: Stock, count: int
) -> dict[tuple[str, int], list[float]]:
    """Return the milliseconds of a sale by (who, quantity), one a round, in turns."""
    times: dict[tuple[str, int], list[float]] = {}
    for turn in range(count + 1):
        for quantity, repeated in REPEATED.items():
            for way in WAYS if turn % 2 else reversed(WAYS):
                measured = [
                    await _timed(way, talk, connection, stock, quantity) for _ in range(repeated)
                ]
                if turn:  # The first round warms up.
                    times.setdefault((way, quantity), []).append(statistics.median(measured))
    return times


async def _sell(talk: Talk, stock: Stock, quantity: int) -> None:
    world = stock.world
    variables = {
        "key": uuid4().hex,
        "firm": f"firm_{world.companies[0].firm.hex}",
        "product": f"product_{world.products[0].hex}",
        "quantity": quantity,
    }
    sold = (await talk.ask(SELL, variables))["sellLicenses"]
    if sold["__typename"] != "DocumentSuccess" or sold["document"]["quantity"] != quantity:
        raise AssertionError(f"{quantity} were not sold: {sold}")


def _print(times: dict[tuple[str, int], list[float]], count: int, stock: Stock) -> None:
    heading("Selling")
    paragraph(
        f"From a stock of {stock.world.licenses:,} licenses; {count} rounds in turns, the time of"
        " one sale at the client. Median (least–most) of the rounds."
    )
    rows = []
    for quantity in REPEATED:
        ours, theirs = times["gateway", quantity], times["hand-written", quantity]
        rows.append(
            (
                f"{quantity:,}",
                spread(Spread.of(ours)),
                spread(Spread.of(theirs)),
                spread(Spread.of_ratios(ours, theirs)),
            )
        )
    columns = ("licenses sold", "gateway, ms", "hand-written transaction, ms", "× hand-written")
    table(columns, rows)


async def _print_memory(talk: Talk, server: Server, stock: Stock) -> None:
    await _sell(talk, stock, 1)
    resident = [server.memory()]
    for _ in range(GREAT_SALES):
        await _sell(talk, stock, GREAT)
        resident.append(server.memory())
    paragraph(f"Resident memory of the gateway while it sells {GREAT_SALES} times {GREAT:,}:")
    table(
        ("moment", "MiB"),
        [
            ("before", number(resident[0] / MEGABYTE)),
            ("after the first", number(resident[1] / MEGABYTE)),
            ("after the last", number(resident[-1] / MEGABYTE)),
            ("most", number(max(resident) / MEGABYTE)),
        ],
    )
