"""Mailers in processes of their own that are killed at any point: nothing promised is lost."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.ciphers import AesLetterCipher
from gateway.code_keys import CodeKeys
from gateway.settings import Settings
from resolvers.context import Tools
from tests.conservation.processes import CODE_KEYS, ROOT, START_SECONDS
from tests.conservation.profiles import rounds
from tests.letters import TICKET, a_letter, rows, stage
from tests.mailing.sending import all_sent, ids, until
from tests.mailing.server import HANG, MailServer, Trouble

LANES = 4
MOST_KILLS = 60


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """Tools with the keys of the processes."""
    return replace(tools, envelopes=AesLetterCipher(CodeKeys.parse(CODE_KEYS)))


@asynccontextmanager
async def mailer_process(
    settings: Settings, server: MailServer, log: Path, **variables: str
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """Run a mailer as an operator does, and end it by force."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")
    }
    given = {
        "PRODUCTION": "true",
        "DATABASE_URL": settings.database_url,
        "CODE_KEYS": CODE_KEYS,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_TLS": "none",
        "SMTP_TIMEOUT_SECONDS": "1",
        "MAILER_CLAIM_SECONDS": "1.5",
        "MAILER_POLL_SECONDS": "0.1",
        "MAILER_LANES": str(LANES),
        "LETTER_RETRY_SECONDS": "0.1",
        "SENDER": "no@mypos.example",
        "CABINET_URL": "https://cabinet.test",
        **variables,
    }
    environment |= {f"GATEWAY_{name}": value for name, value in given.items()}
    with log.open("wb") as output:
        running = subprocess.Popen(  # noqa: ASYNC220 - it begins at once
            [sys.executable, "-m", "gateway", "mailer"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        await asyncio.to_thread(_started, running, log)
        yield running
    finally:
        running.kill()
        await asyncio.to_thread(running.wait, 10)


def _started(running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while '"mailing"' not in log.read_text():
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.01)


async def test_a_mailer_killed_at_any_point_loses_nothing_and_doubles_only_in_the_window(
    tools: Tools, settings: Settings, server: MailServer, tmp_path: Path
) -> None:
    server.delay, server.slowness = 0.01, 0.03
    keys = await stage(
        tools, *(a_letter(recipient=f"u{n}@example.com") for n in range(rounds(120, 1_000)))
    )
    names = ids(keys)
    window: Counter[str] = Counter()
    for n in range(MOST_KILLS):
        if n >= rounds(3, 60) and window:
            break
        async with mailer_process(settings, server, tmp_path / f"{n}.log") as process:
            await asyncio.sleep(random.uniform(0, 0.5))
            process.send_signal(signal.SIGKILL)
        # Nothing of it is on its way any more: neither an answer nor a mark.
        await asyncio.sleep(0.1)
        marked = {key for key, row in (await rows(tools.database)).items() if row.sent_at}
        in_window = set(server.ids) - ids(list(marked))
        assert len(in_window - set(window)) <= LANES
        window.update(in_window)
        assert not ids(list(marked)) - set(server.ids)
    assert window, "no kill hit a letter between its sending and its mark"
    async with mailer_process(settings, server, tmp_path / "last.log"):
        await until(tools, all_sent, 30)
    assert set(server.ids) == names
    twice = {name: count for name, count in server.ids.items() if count > 1}
    assert all(count <= 1 + window[name] for name, count in twice.items())
    for row in (await rows(tools.database)).values():
        assert row.body_cipher is None
        assert row.claim is None
    logs = _logs(tmp_path)
    assert any('"letter sent"' in log for log in logs)
    assert not any(TICKET in log for log in logs)


def _logs(folder: Path) -> list[str]:
    return [log.read_text() for log in folder.glob("*.log")]


async def test_mailers_beside_each_other_send_each_letter_once(
    tools: Tools, settings: Settings, server: MailServer, tmp_path: Path
) -> None:
    server.delay = 0.01
    async with (
        mailer_process(settings, server, tmp_path / "1.log"),
        mailer_process(settings, server, tmp_path / "2.log"),
    ):
        keys = await stage(tools, *(a_letter() for _ in range(rounds(100, 1_000))))
        await until(tools, all_sent, 30)
    assert server.ids == dict.fromkeys(ids(keys), 1)
    for log in ("1.log", "2.log"):
        assert '"letter sent"' in (tmp_path / log).read_text()


async def test_on_sigterm_claims_are_released_at_once(
    tools: Tools, settings: Settings, server: MailServer, tmp_path: Path
) -> None:
    server.troubles = [Trouble("RCPT", HANG)]
    (key,) = await stage(tools, a_letter())
    patient = {"SMTP_TIMEOUT_SECONDS": "60", "MAILER_CLAIM_SECONDS": "120"}
    log = tmp_path / "mailer.log"
    async with mailer_process(settings, server, log, DRAIN_SECONDS="0.2", **patient) as process:
        await until(tools, lambda found: found[key].claim is not None)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 10) == 0
    row = (await rows(tools.database))[key]
    assert (row.claim, row.claimed_until, row.attempts) == (None, None, 0)
    assert row.due_at is not None
    assert "claims released" in log.read_text()
    assert "Traceback" not in log.read_text()
    server.troubles.clear()
    async with mailer_process(settings, server, tmp_path / "other.log", **patient):
        await until(tools, all_sent)
    assert server.ids == dict.fromkeys(ids([key]), 1)


def run_mailer(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")
    }
    environment |= {f"GATEWAY_{name}": value for name, value in variables.items()}
    return subprocess.run(
        [sys.executable, "-m", "gateway", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("command", ["mailer", "serve"])
def test_in_production_a_mail_server_must_be_named(command: str) -> None:
    ended = run_mailer(command, PRODUCTION="true", CODE_KEYS=CODE_KEYS, SENDER="a@b.example")
    assert ended.returncode == 1
    assert "GATEWAY_SMTP_HOST, GATEWAY_CABINET_URL: required in production" in ended.stderr
    assert "Traceback" not in ended.stderr
