"""Gateways and database backends that are killed in mid-sale, again and again."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import asyncpg
import pytest

from gateway.settings import Settings
from tests.client import Gateway
from tests.conservation.clients import oldest, order, sale
from tests.conservation.processes import Process, gateway_process
from tests.conservation.profiles import rounds
from tests.conservation.traders import Traders
from tests.conservation.verifying import verified
from tests.world import World

TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name IN ('gateway', 'gateway reads') AND state <> 'idle'"""


async def test_a_gateway_killed_in_mid_sale_loses_and_doubles_nothing(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    traders = await Traders.gather(world)
    tries = rounds(6, 40)
    for n in range(tries):
        with gateway_process(settings, tmp_path / f"{n}.log") as process:
            trading = asyncio.create_task(traders.trade(process.url))
            await asyncio.sleep(random.uniform(0.1, 0.5))
            await asyncio.to_thread(process.kill)
            await asyncio.wait_for(trading, 20)
    # Most kills hit somebody who was waiting for an answer.
    assert len(traders.unanswered) >= tries
    with gateway_process(settings, tmp_path / "last.log") as process:
        await settle(world, traders, process)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no backends.
async def test_backends_killed_in_mid_sale_lose_and_double_nothing(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    traders = await Traders.gather(world)
    with gateway_process(settings, tmp_path / "gateway.log") as process:
        trading = asyncio.create_task(traders.trade(process.url))
        killed = await terminate(settings, rounds(20, 300))
        traders.stop()
        await asyncio.wait_for(trading, 20)
        assert killed > 0
        await settle(world, traders, process)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_backends_killed_while_idle_are_replaced_unnoticed(
    world: World, gateway: Gateway, settings: Settings
) -> None:
    seller = await world.partner()
    product = await world.stocked(seller, rounds(10, 100))
    for _ in range(rounds(6, 60)):
        asking = ("{ stock { sealed } }", "{ licenses { totalCount } }")
        await asyncio.gather(*(gateway.ask(seller, asking[n % 2]) for n in range(8)))
        connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", ""))
        killed = await connection.fetch(TERMINATE.replace("<> 'idle'", "= 'idle'"))
        await connection.close()
        assert len(killed) > 2
        await asyncio.gather(*(gateway.ask(seller, asking[n % 2]) for n in range(8)))
        sold = await order(
            gateway.http, seller, "sellLicenses", **sale(world.key(), None, oldest(product, 1))
        )
        assert sold["__typename"] == "DocumentSuccess"


async def terminate(settings: Settings, times: int) -> int:
    """Kill backends at work; return how many."""
    url = settings.database_url.replace("+asyncpg", "")
    connection = await asyncpg.connect(url)
    try:
        killed = 0
        for _ in range(times):
            await asyncio.sleep(random.uniform(0.02, 0.1))
            killed += len(await connection.fetch(TERMINATE))
        return killed
    finally:
        await connection.close()


async def settle(world: World, traders: Traders, process: Process) -> None:
    """Repeat every order until it is answered, and hold the database against the answers."""
    await traders.insist(process.url)
    assert traders.unanswered == {}
    answered = dict(traders.answers)
    await traders.repeat_everything(process.url)
    assert traders.answers == answered
    assert len(set(answered.values())) == len(answered)
    assert await traders.documents() == set(answered.values())
    await verified(world.tools)
