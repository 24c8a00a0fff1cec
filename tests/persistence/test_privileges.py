from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from domain.cashiers import CashierDetails
from persistence.database import open_database
from persistence.privileges import RoleRefused, grant
from persistence.triggers import FROZEN
from resolvers.activation import activate_license, deactivate_license
from resolvers.cashiers import create_cashier, pull_cashiers, remove_cashier
from resolvers.devices import remove_device
from tests.clock import Clock
from tests.conftest import run_on_server
from tests.pos import code_of, device_of
from tests.world import World

postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def role() -> Iterator[str]:
    """A role that may sign in, with a name that needs quoting."""
    name = f'gate"way; {uuid4().hex}'
    quoted = '"' + name.replace('"', '""') + '"'
    run_on_server(f"CREATE ROLE {quoted} LOGIN PASSWORD 'secret'")
    yield name
    run_on_server(f"DROP ROLE {quoted}")


@pytest.fixture
async def as_role(role: str, database_url: str, world: World) -> AsyncIterator[World]:
    """The same world, worked in by the granted role."""
    await grant(database_url, role)
    url = make_url(database_url).set(username=role, password="secret")
    database = await open_database(url.render_as_string(hide_password=False), Clock())
    other = World(replace(world.tools, database=database))
    other.licensor = world.licensor
    yield other
    await database.close()


async def forbidden(world: World, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await world.change(text(statement))


@postgresql
async def test_a_gateway_can_work_with_its_role(as_role: World) -> None:
    partner = await as_role.partner()
    company = await as_role.company(partner)
    product = await as_role.stocked(partner, 3)
    await as_role.sell(partner, company, product, 2)
    await as_role.reveal(company, product, 1)
    assert len(await as_role.held(company)) == 2
    await as_role.change(text("DELETE FROM sessions"))


@postgresql
async def test_devices_can_work_through_a_gateway_with_its_role(as_role: World) -> None:
    company = await as_role.company()
    device = await device_of(as_role, company)
    product = await as_role.product()
    await as_role.issue(product, 1)
    await as_role.reveal(as_role.licensor, product, 1)
    (key,) = await as_role.held(as_role.licensor)
    code = await code_of(as_role, key)
    details = CashierDetails("Иванова", None, (device.id,))
    cashier = await create_cashier(as_role.context(company), details)
    await activate_license(device.context(as_role), code)
    assert len((await pull_cashiers(device.context(as_role)))[0]) == 1
    await deactivate_license(device.context(as_role), code)
    await remove_cashier(as_role.context(company), cashier)
    await remove_device(as_role.context(company), device.id)
    assert await as_role.held(company) == [key]
    await forbidden(as_role, "UPDATE license_events SET device_id = NULL")
    with pytest.raises(DBAPIError, match="not changed this way"):
        await as_role.change(text("UPDATE licenses SET device_id = NULL"))


@postgresql
async def test_the_role_cannot_rewrite_the_past(as_role: World) -> None:
    await as_role.stocked(await as_role.partner(), 1)
    for table in FROZEN:
        column = "quantity" if table.startswith("document") else "at"
        await forbidden(as_role, f"UPDATE {table} SET {column} = {column}")
        await forbidden(as_role, f"DELETE FROM {table}")
        await forbidden(as_role, f"TRUNCATE {table} CASCADE")


@postgresql
async def test_the_role_cannot_remove_licenses_or_switch_the_guards_off(as_role: World) -> None:
    await forbidden(as_role, "DELETE FROM licenses")
    await forbidden(as_role, "UPDATE alembic_version SET version_num = '0'")
    await forbidden(as_role, "SET session_replication_role = replica")
    with pytest.raises(DBAPIError, match="must be owner"):
        await as_role.change(text("ALTER TABLE licenses DISABLE TRIGGER USER"))


@postgresql
async def test_granting_again_takes_back_what_was_too_much(
    as_role: World, role: str, world: World, database_url: str
) -> None:
    quoted = '"' + role.replace('"', '""') + '"'
    await world.change(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {quoted}"))
    await grant(world.tools.database.engine, role)
    await forbidden(as_role, "DELETE FROM audit_records")
    await grant(database_url, role)
    await as_role.stocked(await as_role.partner(), 1)


@postgresql
async def test_roles_that_nothing_binds_are_refused(database_url: str) -> None:
    owner = make_url(database_url).username
    assert owner is not None
    with pytest.raises(RoleRefused, match=r"superuser|owns"):
        await grant(database_url, owner)
    with pytest.raises(RoleRefused, match="There is no role 'nobody here'"):
        await grant(database_url, "nobody here")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_has_no_roles(database_url: str) -> None:
    with pytest.raises(RoleRefused, match="SQLite knows no roles"):
        await grant(database_url, "gateway")
