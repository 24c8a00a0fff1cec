"""What the same page costs over stocks of growing size, also far into the list.

Each size has a database and a gateway of its own, so that the sizes can be measured in turns.
"""

from __future__ import annotations

import base64
import statistics
import time
from typing import TYPE_CHECKING

import orjson

from benchmarks import load, servers, shapes
from benchmarks.measuring import Effort, Sample, Spread, rounds
from benchmarks.tables import heading, number, paragraph, spread, table

if TYPE_CHECKING:
    from benchmarks.bench import Bench, Stock
    from benchmarks.servers import Server

PAGE = 20
COUNTED = """query Stock { licenses(first: 20, filter: {state: SEALED}) {
  totalCount edges { node { id } } } }"""
COUNTS = 3
"""How often the whole list is counted, to take the median."""


def report(bench: Bench) -> None:
    """Print a table for each shape, a row for each size."""
    sizes = sorted(bench.options.growth)
    stocks = {size: bench.stock(size) for size in sizes}
    recipes = [servers.gateway(stocks[size].url) for size in sizes]
    effort = bench.effort(Effort(seconds=1.5))
    with bench.running(*recipes) as running:
        by_size = dict(zip(sizes, running, strict=True))
        for size, server in by_size.items():
            shapes.check(server, stocks[size].facts, stocks[size].world.token)
        heading(f"Growth from {sizes[0]:,} to {sizes[-1]:,} licenses")
        paragraph(
            f"The gateway; {effort.rounds} rounds of {effort.seconds:g} s, {effort.clients}"
            " clients. Median (least–most) of the rounds; ratios to the smallest stock."
        )
        for name in (f"first page of {PAGE}", f"page of {PAGE} anywhere in the list", "look-up"):
            bench.say(f"{name} …")
            asked = {
                f"{size:,}": (server, _requests(name, server, stocks[size]))
                for size, server in by_size.items()
            }
            _print(name, rounds(asked, effort, bench.postgres))
        paragraph(f"**first page of {PAGE} with totalCount**, which counts the whole list")
        table(
            ("licenses", "time to the answer, ms"),
            [
                (f"{size:,}", number(_counted(server, stocks[size])))
                for size, server in by_size.items()
            ],
        )


def _requests(name: str, server: Server, stock: Stock) -> list[bytes]:
    token = stock.world.token
    if name == "look-up":
        return shapes.requests(shapes.Shape(None), stock.facts, token, own_ids=True)
    if name.startswith("first"):
        return shapes.requests(shapes.Shape(PAGE), stock.facts, token, own_ids=True)
    return _anywhere(server, stock)


def _anywhere(server: Server, stock: Stock) -> list[bytes]:
    """Return requests of pages that begin at licenses all over the list.

    Their cursors are made from a cursor of the gateway by putting another key into it.
    """
    token = stock.world.token
    first = shapes.bodies(shapes.Shape(1), stock.facts, own_ids=True)[0]
    page = shapes.ask(server.port, token, first)["data"]["licenses"]
    pattern = page["pageInfo"]["endCursor"]
    text = base64.urlsafe_b64decode(pattern + "=" * (-len(pattern) % 4))
    own = page["edges"][0]["node"]["id"].removeprefix("license_").encode()
    if own not in text:
        raise AssertionError(f"{own!r} is not in the cursor {text!r}")
    bodies = []
    for key in stock.facts.looked_up:
        made = base64.urlsafe_b64encode(text.replace(own, key.hex.encode())).rstrip(b"=")
        variables = {"first": PAGE, "after": made.decode()}
        bodies.append(orjson.dumps({"query": shapes.STOCK_AFTER, "variables": variables}))
    _check_anywhere(server, stock, bodies)
    return [load.request(token, body) for body in bodies]


def _check_anywhere(server: Server, stock: Stock, bodies: list[bytes]) -> None:
    key = stock.facts.looked_up[0]
    page = shapes.ask(server.port, stock.world.token, bodies[0])["data"]["licenses"]
    ids = [edge["node"]["id"] for edge in page["edges"]]
    if ids != sorted(ids, reverse=True) or not ids or ids[0] >= f"license_{key.hex}":
        raise AssertionError(f"after {key}: {ids}")


def _counted(server: Server, stock: Stock) -> float:
    """Return the time to an answer that counts the list, milliseconds."""
    body = orjson.dumps({"query": COUNTED})
    times = []
    for _ in range(COUNTS):
        began = time.perf_counter()
        shapes.ask(server.port, stock.world.token, body)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e3


def _print(name: str, samples: dict[str, list[Sample]]) -> None:
    paragraph(f"**{name}**")
    base = next(iter(samples.values()))
    rows = []
    for size, found in samples.items():
        cpu = [s.cpu for s in found]
        database = [s.database_cpu for s in found]
        rows.append(
            (
                size,
                spread(Spread.of(cpu)),
                spread(Spread.of_ratios(cpu, [s.cpu for s in base])),
                spread(Spread.of(database)),
                spread(Spread.of_ratios([s.latency for s in found], [s.latency for s in base])),
            )
        )
    columns = ("licenses", "CPU, µs", "× smallest", "PostgreSQL, µs", "median latency × smallest")
    table(columns, rows)
