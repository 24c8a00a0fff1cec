"""A true world: licenses sealed, revealed and sold in every way, and a means to spoil it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import create_async_engine

from domain.documents import BuyerDetails
from domain.licenses import Take
from persistence.links import add_request
from persistence.tables.licenses import licenses
from persistence.verification import Fault, verify
from resolvers.sales import ToUnregistered, sell_licenses
from tests.world import Cabinet, World

GUARDS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@dataclass(frozen=True)
class Trade:
    world: World
    partner: Cabinet
    company: Cabinet
    product: UUID
    sale: UUID
    outside: UUID
    bought: UUID
    revealed: UUID
    left: UUID

    async def plant(self, *statements: Executable) -> None:
        """Carry out statements as the database would not let anybody."""
        engine = create_async_engine(self.world.tools.database.engine.url)
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SET session_replication_role = replica"))
                for name in ("first", "sealed"):
                    check = f"DROP CONSTRAINT IF EXISTS ck_license_events_{name}"
                    await connection.execute(text(f"ALTER TABLE license_events {check}"))
            else:
                await connection.execute(text("PRAGMA ignore_check_constraints=ON"))
                for name in (await connection.scalars(text(GUARDS))).all():
                    await connection.execute(text(f"DROP TRIGGER {name}"))
            for statement in statements:
                await connection.execute(statement)
        await engine.dispose()

    async def faults(self) -> list[Fault]:
        return await verify(self.world.tools.database, self.world.tools.cipher)

    def projected(self, column: str, found: object, expected: object) -> Fault:
        rule = f"{column} is what the log says"
        return Fault(rule, "licenses", str(self.bought), str(found), str(expected))


async def begin_trade(world: World) -> Trade:
    partner = await world.partner()
    company = await world.company(partner)
    product = await world.stocked(partner, 5)
    sale = await world.sell(partner, company, product, 2)
    await world.reveal(company, product, 1)
    revealed, bought = await world.held(company)
    outside = await sell_licenses(
        world.context(partner),
        world.key(),
        {},
        ToUnregistered(BuyerDetails(name="Сосед", inn="6722012609")),
        Take.oldest(product, 1),
    )
    left = (await world.held(partner))[-1]
    await world.tools.database.carry_out(
        lambda unit: add_request(unit, company.id, world.licensor.id, unit.now)
    )
    return Trade(world, partner, company, product, sale, outside, bought, revealed, left)


def of(key: UUID) -> Any:
    return licenses.c.id == key
