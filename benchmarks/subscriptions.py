"""What a thousand idle subscriptions cost: memory, and the stock query beside them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg

from benchmarks import load, servers, shapes
from benchmarks.listening import Listeners
from benchmarks.measuring import Effort, Sample, Spread, measure
from benchmarks.tables import heading, number, paragraph, spread, table

if TYPE_CHECKING:
    from benchmarks.bench import Bench, Stock

COUNT = 1_000
FIRST = 50
"""Opened before memory is read: what the first ones need, all share."""
EFFORT = Effort(clients=8, seconds=4.0, rounds=7)
SHAPE = shapes.Shape(20)
QUERY = "subscription { linkRequestChanged { id state companyName } }"
NOTIFY = "SELECT pg_notify('gateway_news', 'LINKS:' || $1 || ':')"
KIBIBYTE = 1024


def report(bench: Bench) -> None:
    """Print memory and processor time, with and without, in turns."""
    stock, effort = bench.stock(bench.options.licenses), bench.effort(EFFORT)
    requests = shapes.requests(SHAPE, stock.facts, stock.world.token, own_ids=True)
    plain = servers.gateway(stock.url)
    recipe = replace(
        plain, environment={**plain.environment, "GATEWAY_USER_SOCKET_LIMIT": str(2 * COUNT)}
    )
    found: dict[bool, list[Sample]] = {True: [], False: []}
    memory: list[float] = []
    told: list[tuple[float, float]] = []
    with (
        bench.running(recipe) as [server],
        Listeners(server.port, stock.world.token, QUERY) as listeners,
    ):
        bench.say("listening …")
        load.run_now([server.port], requests, clients=effort.clients, seconds=recipe.warm_up)
        for turn in range(effort.rounds):
            for listening in (turn % 2 == 0, turn % 2 == 1):
                if listening:
                    listeners.join(FIRST)
                    before = server.memory()
                    listeners.join(COUNT - FIRST)
                    memory.append((server.memory() - before) / (COUNT - FIRST) / KIBIBYTE)
                    told.append(_tell(stock, server, listeners))
                found[listening].append(measure([server], requests, effort, bench.postgres))
                if listening:
                    listeners.leave()
    _print(effort, found, memory, told)


def _tell(stock: Stock, server: servers.Server, listeners: Listeners) -> tuple[float, float]:
    """Tell all of them something; return seconds until the last heard, and CPU for each, µs."""
    before, cpu, began = listeners.told, server.cpu(), time.perf_counter()
    asyncio.run(_notify(stock))
    listeners.wait(lambda: listeners.told >= before + COUNT)
    seconds = time.perf_counter() - began
    return seconds, (server.cpu() - cpu) / COUNT * 1e6


async def _notify(stock: Stock) -> None:
    connection = await asyncpg.connect(stock.url)
    try:
        await connection.execute(NOTIFY, stock.world.seller.hex)
    finally:
        await connection.close()


def _print(
    effort: Effort,
    found: dict[bool, list[Sample]],
    memory: list[float],
    told: list[tuple[float, float]],
) -> None:
    heading(f"{COUNT:,} idle subscriptions")
    paragraph(
        f"One gateway, each subscription on a socket of its own; {SHAPE.name}, {effort.clients}"
        f" clients, {effort.rounds} interleaved pairs of {effort.seconds:g} s. Median (least–most)."
    )
    rows = []
    for listening, name in ((False, "without"), (True, "with subscriptions")):
        samples = found[listening]
        cpu, rates = [one.cpu for one in samples], [one.rate for one in samples]
        rows.append((name, spread(Spread.of(cpu)), spread(Spread.of(rates))))
    cpu, rates = (
        Spread.of_ratios(
            [getattr(one, what) for one in found[True]],
            [getattr(one, what) for one in found[False]],
        )
        for what in ("cpu", "rate")
    )
    rows.append(("ratio", spread(cpu), spread(rates)))
    table(("", "CPU of a request, µs", "requests/s"), rows)
    seconds, each = zip(*told, strict=True)
    # Later ones find what the first have left.
    paragraph(f"Resident memory of a subscription, the first time: {number(memory[0])} KiB.")
    paragraph(
        f"News for all {COUNT:,}: {number(Spread.of(seconds).median)} s until the last was told,"
        f" {spread(Spread.of(each))} µs of CPU for each."
    )
