"""The POS simulator, as a process of its own, against a gateway in another."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.cashiers import CashierDetails
from gateway.settings import Settings
from persistence.tables.devices import devices
from resolvers.cashiers import create_cashier
from resolvers.devices import remove_device, request_load
from tests.conservation.processes import ROOT, gateway_process
from tests.pos import code_of, device_at, keyed_outlet
from tests.world import World


@dataclass(frozen=True)
class Till:
    """A POS of this name, with a file of its own."""

    url: str
    file: Path

    async def run(self, *words: str, sync_key: str = "") -> tuple[int, str]:
        """Return the exit status and everything it said."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")
        }
        if sync_key:
            environment["POS_SYNC_KEY"] = sync_key
        where = ("--url", self.url, "--file", str(self.file))
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "gateway", "pos", *words, *where),
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(running.communicate(), 60)
        assert running.returncode is not None
        return running.returncode, said.decode()


@pytest.fixture
def till(settings: Settings, tmp_path: Path) -> Iterator[Till]:
    """A till that is not registered, and a gateway that writes a log."""
    with gateway_process(settings, tmp_path / "gateway.log") as gateway:
        yield Till(gateway.url, tmp_path / "data" / "pos-device")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_till_registers_and_pulls_its_cashiers(world: World, till: Till) -> None:
    company = await world.company(name="Булочная")
    outlet = await keyed_outlet(world, company)
    unregistered = "This POS is not registered: run `python -m gateway pos register`.\n"
    assert await till.run("status") == (1, unregistered)

    done, said = await till.run("register", "--name", "Касса 1", sync_key=outlet.sync_key)

    assert done == 0, said
    assert "Registered at Главный of Булочная as device_" in said
    assert till.file.stat().st_mode & 0o777 == 0o600
    [row] = await world.rows(devices.select())
    assert (row.name, row.company_id) == ("Касса 1", company.id)
    details = CashierDetails("Иванова", "7", (row.id,))
    await create_cashier(world.context(company), details)
    await request_load(world.context(company), row.id)
    _, said = await till.run("status")
    assert "Касса 1 at Главный (Europe/Moscow)" in said
    assert "Asked to pull its cashiers." in said
    pulled = "A receipt was printed.\n7\tИванова\nCashiers: 1.\n"
    assert await till.run("receipt") == (0, pulled)
    await remove_device(world.context(company), row.id)
    assert (await till.run("status"))[0] == 1
    log = (till.file.parents[1] / "gateway.log").read_text()
    assert outlet.sync_key not in log


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_till_activates_and_another_one_takes_over(world: World, till: Till) -> None:
    company = await world.company()
    product = await world.product("Касса")
    await world.issue(product, 1)
    await world.reveal(world.licensor, product, 1)
    (key,) = await world.held(world.licensor)
    code = await code_of(world, key)
    outlet = await keyed_outlet(world, company)
    other = Till(till.url, till.file.with_name("other"))
    till.file.parent.mkdir()
    for each, name in ((till, "Первая"), (other, "Вторая")):
        token = (await device_at(world, outlet, name)).token
        each.file.write_text(f'{{"token": "{token}"}}')

    typed = f"{code[:4]} {code[4:8]} {code[8:]}"
    assert await till.run("activate", typed) == (0, f"Activated: Касса ••••••••{code[-4:]}.\n")
    assert await world.held(company) == [key]
    refused, said = await other.run("activate", code)
    assert (refused, "Первая" in said, "(LICENSE_ACTIVATED_ELSEWHERE)" in said) == (1, True, True)
    assert (await till.run("deactivate", code))[0] == 0
    assert (await other.run("activate", code))[0] == 0
    assert f"License: Касса ••••••••{code[-4:]}." in (await other.run("status"))[1]
    log = (till.file.parents[1] / "gateway.log").read_text()
    assert code not in log
    assert token not in log
