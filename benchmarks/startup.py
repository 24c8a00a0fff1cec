"""How long a server takes from its start to its first answer, and how much memory it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks import load, servers, shapes
from benchmarks.measuring import Spread
from benchmarks.servers import Server
from benchmarks.tables import heading, number, paragraph, spread, table

if TYPE_CHECKING:
    from benchmarks.bench import Bench, Stock
    from benchmarks.servers import Recipe

STARTS = 5
LOAD = 5.0
"""Seconds of pages of 100 before the memory is read again."""
CLIENTS = 8
SHAPE = shapes.Shape(100)
MEGABYTE = 2**20


def report(bench: Bench) -> None:
    """Print a row for each server."""
    stock = bench.stock(bench.options.licenses)
    starts = bench.options.rounds or STARTS
    recipes = [
        servers.gateway(stock.url),
        servers.handwritten(stock.url),
        servers.naive(stock.url),
        *servers.peers(stock.url, LOAD),
    ]
    found: dict[str, list[tuple[float, float]]] = {recipe.name: [] for recipe in recipes}
    loaded: dict[str, float] = {}
    for turn in range(starts):
        bench.say(f"start {turn + 1} …")
        for recipe in recipes:
            found[recipe.name].append(_start(bench, recipe, stock, loaded, last=turn == starts - 1))
    heading("Start and memory")
    paragraph(
        f"{starts} interleaved starts, each until a {SHAPE.name} is answered; then memory again"
        f" after {LOAD:g} s of such pages. Median (least–most)."
    )
    columns = ("server", "start, s", "memory at first, MiB", "after pages, MiB")
    rows = []
    for name, samples in found.items():
        seconds, memory = zip(*samples, strict=True)
        rows.append(
            (
                name,
                spread(Spread.of(seconds)),
                spread(Spread.of(memory)),
                number(loaded[name]),
            )
        )
    table(columns, rows)


def _start(
    bench: Bench, recipe: Recipe, stock: Stock, loaded: dict[str, float], *, last: bool
) -> tuple[float, float]:
    """Return the seconds to the first answer and the resident memory then, MiB."""
    requests = shapes.requests(SHAPE, stock.facts, stock.world.token, own_ids=recipe.own_ids)
    body = shapes.bodies(SHAPE, stock.facts, own_ids=recipe.own_ids)[0]
    began = time.perf_counter()
    server = Server(recipe, bench.folder)
    try:
        shapes.ask(server.port, stock.world.token, body)
        seconds, memory = time.perf_counter() - began, server.memory() / MEGABYTE
        if last:
            load.run_now([server.port], requests, clients=CLIENTS, seconds=LOAD)
            loaded[recipe.name] = server.memory() / MEGABYTE
    finally:
        server.stop()
    return seconds, memory
