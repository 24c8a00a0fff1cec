"""Interleaved rounds, medians and spread.

Servers are measured in turns, round after round, so that whatever else the machine does meets all
of them; ratios are taken inside a round and then their median.
"""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.database import Postgres
    from benchmarks.servers import Server


@dataclass(frozen=True)
class Spread:
    """The median of some measurements, and between which they lay."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        listed = list(values)
        return cls(statistics.median(listed), min(listed), max(listed))

    @classmethod
    def of_ratios(cls, upper: Sequence[float], lower: Sequence[float]) -> Spread:
        """Return the spread of the ratios, one a round."""
        return cls.of(a / b for a, b in zip(upper, lower, strict=True))


@dataclass(frozen=True)
class Effort:
    """How many clients ask at once, how long a measurement lasts (seconds), how many rounds."""

    clients: int = 8
    seconds: float = 2.0
    rounds: int = 5


@dataclass(frozen=True)
class Sample:
    """One measurement of one server."""

    cpu: float
    """Processor time of the server for one request, microseconds."""
    database_cpu: float
    """Processor time of PostgreSQL for one request, microseconds; 0 where it is elsewhere."""
    rate: float
    """Requests answered in a second."""
    latency: float
    """Median time to an answer, milliseconds."""


def measure(
    servers: Sequence[Server], requests: Sequence[bytes], effort: Effort, postgres: Postgres
) -> Sample:
    """Ask one server, or several that share the clients, and see what it cost."""
    began, database_began = sum(server.cpu() for server in servers), postgres.cpu()
    run = load.run_now(
        [server.port for server in servers],
        requests,
        clients=effort.clients,
        seconds=effort.seconds,
    )
    spent = sum(server.cpu() for server in servers) - began
    return Sample(
        cpu=spent / run.requests * 1e6,
        database_cpu=(postgres.cpu() - database_began) / run.requests * 1e6,
        rate=run.requests / run.seconds,
        latency=statistics.median(run.latencies) * 1e3,
    )


def rounds(
    asked: Mapping[str, tuple[Server, Sequence[bytes]]],
    effort: Effort,
    postgres: Postgres,
) -> dict[str, list[Sample]]:
    """Warm every server up, then measure them in turns; the order changes from round to round."""
    for server, requests in asked.values():
        load.run_now([server.port], requests, clients=effort.clients, seconds=server.recipe.warm_up)
    samples: dict[str, list[Sample]] = {name: [] for name in asked}
    shuffling = random.Random(1)
    for _ in range(effort.rounds):
        names = list(asked)
        shuffling.shuffle(names)
        for name in names:
            server, requests = asked[name]
            samples[name].append(measure([server], requests, effort, postgres))
    return samples
