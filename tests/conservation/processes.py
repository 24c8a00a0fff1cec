"""Gateways in processes of their own, which can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from gateway.code_keys import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.settings import Settings

ROOT = Path(__file__).parents[2]
CODE_KEYS = new_key("test")
START_SECONDS = 20


@dataclass(frozen=True)
class Process:
    running: subprocess.Popen[bytes]
    url: str

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=10)

    def kill(self) -> None:
        """End it as a crash of the machine would: it gets no chance to clean up."""
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(10)


@contextmanager
def gateway_process(settings: Settings, log: Path) -> Iterator[Process]:
    """Run a gateway as an operator does, and end it by force."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")
    }
    environment |= {
        "GATEWAY_DATABASE_URL": settings.database_url,
        "GATEWAY_CODE_KEYS": CODE_KEYS,
        "GATEWAY_PORT": "0",
        "GATEWAY_LOG_FORMAT": "json",
    }
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "gateway", "serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as running,
    ):
        try:
            yield Process(running, f"http://127.0.0.1:{_port(running, log)}")
        finally:
            running.kill()


def _port(running: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if '"listening"' in line:
                return int(json.loads(line)["port"])
        assert running.poll() is None, log.read_text()
        time.sleep(0.02)
    raise TimeoutError(log.read_text())
