"""The PostgreSQL server of the benchmarks, and the databases on it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import psutil

from benchmarks.machine import all_cores, other_cores
from persistence.migrating import migrate
from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

TUNING = {
    # As on a machine where PostgreSQL has a few gigabytes for itself.
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "jit": "off",
}
"""Beside the settings of the tests, which do without the safety of the disk."""


class Postgres:
    """A running server; its processor time can be told where it runs on this machine."""

    def __init__(self, admin: str) -> None:
        self._admin = admin
        self.version = ""
        self._parent: psutil.Process | None = None
        asyncio.run(self._look())

    async def _look(self) -> None:
        connection = await asyncpg.connect(self._admin)
        try:
            self.version = await connection.fetchval("SHOW server_version")
            backend = await connection.fetchval("SELECT pg_backend_pid()")
            with suppress(psutil.NoSuchProcess):
                parent = psutil.Process(backend).parent()
                # On another machine that is no process, or one of something else.
                self._parent = parent if parent and parent.name() == "postgres" else None
        finally:
            await connection.close()

    def leave_server_core(self) -> None:
        """Keep all its processes, and those it starts from now on, off the servers' processor."""
        self._bind(other_cores())

    def use_all_cores(self) -> None:
        """Undo that, for filling."""
        self._bind(all_cores())

    def _bind(self, cores: set[int]) -> None:
        if self._parent is not None:
            for process in (self._parent, *self._parent.children()):
                # Workers that clean up come and go.
                with suppress(psutil.NoSuchProcess):
                    process.cpu_affinity(list(cores))

    def cpu(self) -> float:
        """Return the processor time of all its processes so far, seconds; 0 if it is elsewhere."""
        if self._parent is None:
            return 0.0
        own = self._parent.cpu_times()
        total = float(own.user + own.system + own.children_user + own.children_system)
        for child in self._parent.children():
            with suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                total += times.user + times.system
        return total

    async def create(self) -> str:
        """Create and migrate a database, and return its URL."""
        name = f"bench_{uuid4().hex}"
        connection = await asyncpg.connect(self._admin)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        url = f"{self._admin.rpartition('/')[0]}/{name}"
        await migrate(url.replace("postgresql://", "postgresql+asyncpg://"))
        return url

    async def drop(self, url: str) -> None:
        """Drop a database again."""
        connection = await asyncpg.connect(self._admin)
        await connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")
        await connection.close()


@contextmanager
def provide() -> Iterator[Postgres]:
    """Yield the tests' kind of server, with more memory; or the one of TEST_POSTGRES_URL."""
    postgres.SETTINGS.update(TUNING)
    with postgres.provide_postgres() as admin:
        yield Postgres(admin)
