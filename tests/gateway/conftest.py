from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from gateway.app import Application, create_app
from gateway.code_keys import new_key
from gateway.settings import Settings
from tests.gateway.standin import FAILURES, StandIn, ready

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_gateway_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("GATEWAY_"):
            monkeypatch.delenv(name)


@pytest.fixture
def settings() -> Settings:
    return Settings(body_limit_bytes=100_000, request_deadline_seconds=0.5)


@pytest.fixture
def engine() -> StandIn:
    return StandIn()


@pytest.fixture
def app(settings: Settings, engine: StandIn, tmp_path: Path) -> Application:
    return create_app(settings, engine, ready, tmp_path / "console", failures=FAILURES)


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield client


@dataclass
class LiveGateway:
    """A gateway in a process of its own."""

    process: subprocess.Popen[str]
    port: int
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal it, wait for its end, keep its log lines and return its exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        output, _ = self.process.communicate(timeout=30)
        self.lines += output.splitlines()
        return self.process.returncode


@contextmanager
def run_gateway(
    *command: str, module: str = "tests.gateway.standin", **variables: str
) -> Iterator[LiveGateway]:
    """Run a gateway, around the stand-in engine unless another module is named."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")
    }
    environment |= {f"GATEWAY_{name}": value for name, value in variables.items()}
    environment = {"GATEWAY_PORT": "0", "GATEWAY_LOG_FORMAT": "json", **environment}
    with subprocess.Popen(
        [sys.executable, "-m", module, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert '"listening"' in first, first + process.stdout.read()
            yield LiveGateway(process, json.loads(first)["port"], [first])
        finally:
            process.kill()


@pytest.fixture(scope="session")
def live_gateway_url(template_sqlite: Path) -> Iterator[str]:
    """The address of the real gateway on an empty database, without a path."""
    url = f"sqlite:///{template_sqlite}"
    with run_gateway(
        "serve", module="gateway", DATABASE_URL=url, CODE_KEYS=new_key("test")
    ) as gateway:
        yield gateway.url
