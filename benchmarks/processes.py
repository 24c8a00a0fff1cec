"""Two gateway processes against one, over one database.

All processors are theirs here, and PostgreSQL's and the clients' as well: on a small machine it
is these that bound what two can do, so the share of idle time is printed beside.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

from benchmarks import machine, servers, shapes
from benchmarks.measuring import Effort, Sample, Spread, measure
from benchmarks.tables import heading, number, paragraph, spread, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.bench import Bench

SHAPE = shapes.Shape(100)
CLIENTS = 16


def report(bench: Bench) -> None:
    """Print throughput and cost of one process and of two."""
    stock = bench.stock(bench.options.licenses)
    effort = bench.effort(Effort(clients=CLIENTS, seconds=3))
    requests = shapes.requests(SHAPE, stock.facts, stock.world.token, own_ids=True)
    cores = sorted(machine.all_cores())[:2]
    recipes = [servers.gateway(stock.url) for _ in range(2)]
    found: dict[int, list[tuple[Sample, float]]] = {1: [], 2: []}
    with bench.running(*recipes, cores=cores) as both, _sharing(bench):
        bench.say("one process, two processes …")
        for server in both:
            shapes.check(server, stock.facts, stock.world.token)
        measure(both, requests, effort, bench.postgres)
        for turn in range(effort.rounds):
            for count in (1, 2) if turn % 2 else (2, 1):
                psutil.cpu_percent()
                sample = measure(both[:count], requests, effort, bench.postgres)
                found[count].append((sample, 100 - psutil.cpu_percent()))
    heading("Two gateway processes against one")
    paragraph(
        f"{SHAPE.name}, {CLIENTS} clients, {effort.rounds} interleaved rounds of"
        f" {effort.seconds:g} s; each process on a processor of its own as far as there are,"
        f" here {len(cores)}, which PostgreSQL and the clients share. Median (least–most)."
    )
    rates = {count: [sample.rate for sample, _ in samples] for count, samples in found.items()}
    columns = ("processes", "requests/s", "× one", "CPU, µs", "PostgreSQL, µs", "idle, %")
    table(
        columns,
        [
            (
                str(count),
                spread(Spread.of(rates[count])),
                spread(Spread.of_ratios(rates[count], rates[1])),
                spread(Spread.of(sample.cpu for sample, _ in samples)),
                number(Spread.of(sample.database_cpu for sample, _ in samples).median),
                number(Spread.of(idle for _, idle in samples).median),
            )
            for count, samples in found.items()
        ],
    )


@contextmanager
def _sharing(bench: Bench) -> Iterator[None]:
    """Let PostgreSQL and the clients use every processor for a while."""
    machine.use_all_cores()
    bench.postgres.use_all_cores()
    try:
        yield
    finally:
        bench.postgres.leave_server_core()
        machine.leave_server_core()
