"""What the parts share in one run: options, databases, running servers."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING

from benchmarks import shapes, stock
from benchmarks.machine import SERVER_CORE
from benchmarks.servers import Server
from persistence.migrating import migrate

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.database import Postgres
    from benchmarks.measuring import Effort
    from benchmarks.servers import Recipe
    from benchmarks.world import World


@dataclass(frozen=True)
class Stock:
    """A filled database."""

    url: str
    world: World
    facts: shapes.Facts


class Bench:
    """One run of the benchmarks; databases are filled when first asked for, and kept."""

    def __init__(self, options: argparse.Namespace, postgres: Postgres, folder: Path) -> None:
        self.options = options
        self.postgres = postgres
        self.folder = folder
        self._stocks: dict[tuple[str, int], Stock] = {}
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Tell how far the run is, beside the tables."""
        print(f"[{time.monotonic() - self._began:6.0f} s] {text}", file=sys.stderr, flush=True)

    def effort(self, usual: Effort) -> Effort:
        """Return how long to measure, as the options say."""
        return replace(
            usual,
            rounds=self.options.rounds or usual.rounds,
            seconds=self.options.seconds or usual.seconds,
        )

    def stock(self, licenses: int, *, purpose: str = "reads") -> Stock:
        """Return a PostgreSQL database of so many licenses; each purpose has its own."""
        found = self._stocks.get((purpose, licenses))
        if found is None:
            self.say(f"filling PostgreSQL with {licenses:,} licenses")
            self.postgres.use_all_cores()
            found = asyncio.run(self._fill(licenses))
            self.postgres.leave_server_core()
            self._stocks[purpose, licenses] = found
        return found

    async def _fill(self, licenses: int) -> Stock:
        url = await self.postgres.create()
        world = await stock.fill_postgres(url, licenses)
        return Stock(url, world, await shapes.postgres_facts(url, world))

    def lite(self, licenses: int) -> Stock:
        """Return an SQLite database of so many licenses."""
        found = self._stocks.get(("sqlite", licenses))
        if found is None:
            self.say(f"filling SQLite with {licenses:,} licenses")
            path = self.folder / f"{licenses}.sqlite3"
            found = asyncio.run(self._fill_sqlite(path, licenses))
            self._stocks["sqlite", licenses] = found
        return found

    async def _fill_sqlite(self, path: Path, licenses: int) -> Stock:
        await migrate(f"sqlite+aiosqlite:///{path}")
        world = await stock.fill_sqlite(path, licenses)
        return Stock(f"sqlite:///{path}", world, shapes.sqlite_facts(path, world))

    @contextmanager
    def running(
        self, *recipes: Recipe, cores: Sequence[int] = (SERVER_CORE,)
    ) -> Iterator[list[Server]]:
        """Start servers and stop them afterwards; `cores` are their processors, in turn."""
        with ExitStack() as stack:
            started = []
            for recipe, core in zip(recipes, cycle(cores), strict=False):
                server = Server(recipe, self.folder, core)
                stack.callback(server.stop)
                started.append(server)
            yield started

    def drop(self) -> None:
        """Drop the databases that were made."""
        for found in self._stocks.values():
            if found.url.startswith("postgresql"):
                asyncio.run(self.postgres.drop(found.url))
