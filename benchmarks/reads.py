"""The stock query and the look-up: the gateway beside hand-written SQL, its past and its peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import servers, shapes
from benchmarks.measuring import Effort, Sample, Spread, rounds
from benchmarks.tables import heading, number, paragraph, spread, table

if TYPE_CHECKING:
    from benchmarks.bench import Bench

BASE = "hand-written"
OURS = "gateway"
COLUMNS = (
    "server",
    "CPU, µs",
    "× hand-written",
    "× gateway",
    "requests/s",
    "rate × hand-written",
    "PostgreSQL, µs",
)


def report(bench: Bench) -> None:
    """Print a table for each shape."""
    stock, lite = bench.stock(bench.options.licenses), bench.lite(bench.options.licenses)
    recipes = [
        servers.handwritten(stock.url, statements=1),
        servers.handwritten(stock.url),
        servers.gateway(stock.url),
        servers.naive(stock.url),
        *servers.peers(stock.url, bench.options.warm_up),
    ]
    with (
        bench.running(*recipes) as running,
        bench.running(servers.gateway(lite.url, "gateway on SQLite")) as [on_sqlite],
    ):
        for server in running:
            shapes.check(server, stock.facts, stock.world.token)
        shapes.check(on_sqlite, lite.facts, lite.world.token)
        heading(f"Reads over {stock.world.licenses:,} licenses")
        effort = bench.effort(Effort())
        paragraph(
            f"{effort.rounds} rounds of {effort.seconds:g} s, {effort.clients} clients."
            " Median (least–most) of the rounds."
        )
        for shape in shapes.SHAPES:
            asked = {
                server.recipe.name: (
                    server,
                    shapes.requests(
                        shape, stock.facts, stock.world.token, own_ids=server.recipe.own_ids
                    ),
                )
                for server in running
            }
            lite_requests = shapes.requests(shape, lite.facts, lite.world.token, own_ids=True)
            asked[on_sqlite.recipe.name] = (on_sqlite, lite_requests)
            bench.say(f"{shape.name} …")
            _print(shape.name, rounds(asked, effort, bench.postgres))


def _print(name: str, samples: dict[str, list[Sample]]) -> None:
    paragraph(f"**{name}**")
    cpu = {server: [sample.cpu for sample in found] for server, found in samples.items()}
    rate = {server: [sample.rate for sample in found] for server, found in samples.items()}
    rows = []
    for server, found in samples.items():
        rows.append(
            (
                server,
                spread(Spread.of(cpu[server])),
                spread(Spread.of_ratios(cpu[server], cpu[BASE])),
                spread(Spread.of_ratios(cpu[server], cpu[OURS])),
                spread(Spread.of(rate[server])),
                number(Spread.of_ratios(rate[server], rate[BASE]).median),
                number(Spread.of(sample.database_cpu for sample in found).median),
            )
        )
    table(COLUMNS, rows)
