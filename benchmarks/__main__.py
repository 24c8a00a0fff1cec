"""`python -m benchmarks`: the stock query against hand-written SQL, in interleaved rounds.

Prints server CPU per request and its ratio to the hand-written application; needs a PostgreSQL
server as the tests do, and fills a database of its own on it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import psutil

from benchmarks import load, stock
from persistence.migrating import migrate
from tests.postgres import provide_postgres

QUERY = """query Stock($first: Int!) { licenses(first: $first, filter: {state: SEALED}) {
  edges { node { id maskedCode state product { id name } } }
  pageInfo { hasNextPage endCursor } } }"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """A server process pinned to the first processor."""

    def __init__(
        self, command: list[str], port: int, environment: dict[str, str], log: Path
    ) -> None:
        self.port = port
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                ["taskset", "-c", "0", *command],
                env={**os.environ, **environment},
                stdout=output,
                stderr=output,
            )
        self._watch = psutil.Process(self.process.pid)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(log.read_text())

    def cpu(self) -> float:
        times = self._watch.cpu_times()
        return float(times.user + times.system)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


async def prepare(admin: str, licenses: int) -> tuple[str, str]:
    name = f"bench_{uuid4().hex}"
    connection = await asyncpg.connect(admin)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = admin.rpartition("/")[0] + "/" + name
    await migrate(url.replace("postgresql://", "postgresql+asyncpg://"))
    token = await stock.fill(url, licenses)
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return url, token


def measure(server: Server, token: str, size: int, requests: int) -> float:
    """Return server CPU per request in microseconds."""
    body = orjson.dumps({"query": QUERY, "variables": {"first": size}})
    before = server.cpu()
    asyncio.run(load.run(server.port, token, body, clients=8, requests=requests))
    return (server.cpu() - before) / requests * 1e6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--licenses", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--requests", type=int, default=2_000)
    chosen = options.parse_args()
    with ExitStack() as stack:
        admin = stack.enter_context(provide_postgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url, token = asyncio.run(prepare(admin, chosen.licenses))
        servers: dict[str, Server] = {}
        for name, command, environment in (
            ("gateway", ["-m", "gateway", "serve"], {"GATEWAY_DATABASE_URL": url}),
            ("hand-written", [], {"BENCH_URL": url}),
        ):
            port = free_port()
            started: list[str] = command or [
                "-m", "uvicorn", "benchmarks.handwritten:app", "--port", str(port),
                "--log-level", "warning", "--no-access-log",
            ]  # fmt: skip
            settings: dict[str, str] = {**environment}
            if name == "gateway":
                settings |= {"GATEWAY_PORT": str(port), "GATEWAY_LOG_FORMAT": "json"}
            server = Server([sys.executable, *started], port, settings, folder / f"{name}.log")
            stack.callback(server.stop)
            servers[name] = server
        report(servers, token, chosen)


def report(servers: dict[str, Server], token: str, chosen: Any) -> None:
    print(f"{chosen.licenses} licenses, {chosen.rounds} rounds of {chosen.requests} requests")
    print("page  hand-written  gateway  ratio (1 = as little CPU as hand-written)")
    for size in (1, 20, 100):
        figures: dict[str, list[float]] = {name: [] for name in servers}
        for name, server in servers.items():
            measure(server, token, size, chosen.requests // 2)
            del name
        for _ in range(chosen.rounds):
            for name, server in servers.items():
                figures[name].append(measure(server, token, size, chosen.requests))
        hand, own = (statistics.median(figures[n]) for n in ("hand-written", "gateway"))
        spread = [h / g for h, g in zip(figures["hand-written"], figures["gateway"], strict=True)]
        print(
            f"{size:4}  {hand:9.0f} µs {own:6.0f} µs  {hand / own:.2f}"
            f"  ({min(spread):.2f}-{max(spread):.2f})"
        )


if __name__ == "__main__":
    main()
