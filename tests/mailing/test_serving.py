"""A gateway that sends letters itself, in a process of its own, as in development."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gateway.ciphers import AesLetterCipher
from gateway.code_keys import CodeKeys, new_key
from gateway.settings import Settings
from resolvers.context import Tools
from tests import letters
from tests.gateway.conftest import run_gateway
from tests.letters import TICKET, a_letter, stage
from tests.mailing.sending import all_sent, until
from tests.world import World

KEY = new_key("test")


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """Tools with the keys of the process."""
    return replace(tools, envelopes=AesLetterCipher(CodeKeys.parse(KEY)))


async def test_a_gateway_sends_shows_and_counts_letters(
    tools: Tools, settings: Settings, tmp_path: Path
) -> None:
    (key,) = await stage(tools, a_letter())
    await letters.dead(World(tools), None)
    with run_gateway(
        "serve",
        module="gateway",
        DATABASE_URL=settings.database_url,
        CODE_KEYS=KEY,
        LETTERS_FOLDER=str(tmp_path / "letters"),
        MAILER_POLL_SECONDS="0.1",
        DRAIN_NOTICE_SECONDS="0",
    ) as gateway:
        await until(tools, lambda rows: rows[key].sent_at is not None)
        async with httpx.AsyncClient(base_url=gateway.url) as client:
            page = (await client.get("/letters")).text
            numbers = (await client.get("/metrics")).text
        assert key.hex in page
        assert 'gateway_letters{state="waiting"} 0.0' in numbers
        assert 'gateway_letters{state="dead"} 1.0' in numbers
        assert 'gateway_letters_handled_total{outcome="sent"} 1.0' in numbers
        assert "gateway_letters_oldest_seconds 0.0" in numbers
        assert await asyncio.to_thread(gateway.stop) == 0
    logged = "".join(gateway.lines)
    assert '"letter landed"' in logged
    assert TICKET not in logged
    assert "Traceback" not in logged


async def test_a_gateway_leaves_letters_to_others_when_told_so(
    tools: Tools, settings: Settings
) -> None:
    (key,) = await stage(tools, a_letter())
    with run_gateway(
        "serve",
        module="gateway",
        PRODUCTION="true",
        DATABASE_URL=settings.database_url,
        CODE_KEYS=KEY,
        MAILER="none",
        DRAIN_NOTICE_SECONDS="0",
    ) as gateway:
        async with httpx.AsyncClient(base_url=gateway.url) as client:
            page = await client.get("/letters")
            ticket = await client.get("/letters/ticket/reset?ticket=x")
            numbers = (await client.get("/metrics")).text
        assert (page.status_code, ticket.status_code) == (404, 404)
        assert 'gateway_letters{state="waiting"} 1.0' in numbers
        assert "gateway_letters_handled" not in numbers
        assert await asyncio.to_thread(gateway.stop) == 0
    assert not all_sent(await letters.rows(tools.database))
    assert (await letters.rows(tools.database))[key].claim is None
