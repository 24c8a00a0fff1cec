"""Filling an empty database with the demonstration world, all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import typer
from sqlalchemy.exc import IntegrityError

from domain.access import TenantKind
from domain.accounts import MOST_CABINETS
from domain.emails import email_key
from gateway.demonstration.companies import COMPANIES
from gateway.demonstration.devices import install
from gateway.demonstration.handing import hand_over
from gateway.demonstration.linking import change_links
from gateway.demonstration.making import World
from gateway.demonstration.orders import EARLIER_ORDERS, LATER_ORDERS
from gateway.demonstration.regions import BOUND, CLIENTS, MRC, STRANGER
from gateway.demonstration.sellers import FRONT, KASSA, LICENSOR, PARTNERS
from gateway.demonstration.trading import Trade
from persistence import accounts, tenants
from persistence.database import Database, Unit
from resolvers.regions import bind_regional_client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from resolvers.context import Tools

T = TypeVar("T")


class _OneTransaction(Database):
    """A database whose units of work all belong to one transaction.

    Use cases open a unit each. Here they must stand or fall together: a half-filled database
    could neither be shown nor be filled again.
    """

    def __init__(self, database: Database, unit: Unit) -> None:
        super().__init__(database.engine, database.reader, database.clock)
        self._unit = unit

    async def carry_out(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        return await work(Unit(self._unit.connection, self.clock.now()))


async def fill(tools: Tools) -> bool:
    """Fill an empty database with the demonstration world, in one transaction.

    A database that has a licensor is left as it is. Returns whether the demonstration world is
    in the database now, so that its sign-ins can be shown.
    """

    async def work(unit: Unit) -> tuple[bool, str]:
        if await tenants.licensor(unit) is None:
            await _make(tools, unit)
            return True, "The demonstration world has been made."
        if await _is_there(unit):
            return True, "The demonstration world is already there; nothing was changed."
        return False, "This database has a licensor of its own; no demonstration world was made."

    try:
        there, said = await tools.database.carry_out(work)
    except IntegrityError:
        # Another process was faster: there is one licensor. Look at what it has made.
        there, said = await tools.database.carry_out(work)
    typer.echo(said, err=True)
    return there


async def _is_there(unit: Unit) -> bool:
    """Whether the licensor is that of the demonstration."""
    values = {"login": email_key(LICENSOR.members[0].email), "most": MOST_CABINETS}
    found = await unit.connection.execute(accounts.accounts_by_login(), values)
    return any(account.kind is TenantKind.LICENSOR for account in found)


async def _make(tools: Tools, unit: Unit) -> None:
    world = World(replace(tools, database=_OneTransaction(tools.database, unit)), unit)
    await world.add_licensor(LICENSOR)
    for product in (FRONT, KASSA):
        await world.add_product(product)
    for partner in PARTNERS:
        await world.add_partner(partner)
    for company in (*COMPANIES, *CLIENTS, STRANGER):
        await world.add_company(company)
    await world.add_mrc(MRC)
    trade = Trade(world, unit)
    await trade.carry_out(EARLIER_ORDERS)
    await change_links(world)
    await trade.carry_out(LATER_ORDERS)
    await hand_over(world, unit)
    await _bind(world)
    await install(world, unit)


async def _bind(world: World) -> None:
    for client in CLIENTS[:BOUND]:
        if client.place is not None:
            context = world.acting(MRC.inn)
            await bind_regional_client(context, client.place.multichannel_number)
