"""Mailers for tests, and what they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.mailing.mailer import Mailer, Pace
from gateway.mailing.rendering import Templates
from gateway.mailing.smtp import SmtpTransport
from gateway.mailing.writing import Writer
from gateway.settings import Settings
from resolvers.context import Tools
from tests.letters import rows
from tests.mailing.server import MailServer

PACE = Pace(lanes=4, poll=0.05, claim=5, attempts=3, retry=0.01, retry_limit=0.02, dead_days=30)


def settings_of(server: MailServer, **others: Any) -> Settings:
    values: dict[str, Any] = {"smtp_tls": "none", "smtp_timeout_seconds": 5} | others
    return Settings(smtp_host="127.0.0.1", smtp_port=server.port, **values)


def mailer_of(tools: Tools, server: MailServer, pace: Pace = PACE, **others: Any) -> Mailer:
    writer = Writer(Templates("https://cabinet.test"), tools.envelopes, "no@mypos.example")
    transport = SmtpTransport(settings_of(server, **others), writer.domain)
    return Mailer(tools.database, writer, transport, pace)


@asynccontextmanager
async def running(mailer: Mailer, patience: float = 2) -> AsyncIterator[Mailer]:
    task = asyncio.create_task(mailer.run())
    try:
        yield mailer
    finally:
        mailer.stop(patience)
        await asyncio.wait_for(task, patience + 5)


async def until(tools: Tools, holds: Callable[[Any], bool], patience: float = 10) -> Any:
    """Wait until something holds of the letters; return them by key."""
    async with asyncio.timeout(patience):
        while True:
            found = await rows(tools.database)
            if holds(found):
                return found
            await asyncio.sleep(0.02)


def all_sent(found: dict[UUID, Any]) -> bool:
    return all(row.sent_at is not None for row in found.values())


def ids(keys: list[UUID]) -> set[str]:
    return {f"<letter.{key.hex}@mypos.example>" for key in keys}


@dataclass
class Instead:
    """Stands for the database."""

    carry_out: Callable[[Any], Any]
